"""Cross-site scripting by the way the text takes: filters, forms, headers, paths, storage, content types."""

from html import escape
from html.parser import HTMLParser

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.markup import script_string
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response, as_json, redirect, text
from s2n.model import Location

ways = Family("letters", "Write to us")

_HARMLESS = frozenset({"b", "i", "em", "strong", "p"})


class _Sanitiser(HTMLParser):
    """Keeps five tags without their attributes; all else is encoded or dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HARMLESS:
            self.kept.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HARMLESS:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.kept.append(escape(data))


@ways.flaw("xss", "GET /filtered", "q", "tea", "filter takes out <script> once")
def filtered(request: Request, shop: Shop) -> Response:
    """The literal `<script>` is taken out, once and in lower case only."""
    return page("Results", f"<p>You looked for {request.field('q').replace('<script>', '')}</p>")


@ways.safe("xss", "GET /rich", "q", "<b>tea</b>", "sound sanitiser")
def rich(request: Request, shop: Shop) -> Response:
    """Parsed, and written anew with a few tags and no attribute."""
    sanitiser = _Sanitiser()
    sanitiser.feed(request.field("q"))
    sanitiser.close()
    return page("Results", f"<p>You looked for {''.join(sanitiser.kept)}</p>")


@ways.flaw("xss", "GET /loud", "q", "tea", "upper-cased")
def loud(request: Request, shop: Shop) -> Response:
    """Upper-casing breaks the names of functions, not markup: character references still run."""
    return page("LOUD", f"<p>{request.field('q').upper()}</p>")


@ways.safe("xss", "GET /louder", "q", "tea", "upper-cased, encoded")
def louder(request: Request, shop: Shop) -> Response:
    """Upper-cased first, encoded second."""
    return page("LOUD", f"<p>{escape(request.field('q').upper())}</p>")


@ways.flaw("xss", "POST /contact", "message", "Hello", "POST form")
def contact(request: Request, shop: Shop) -> Response:
    """The field of a form comes back as it is."""
    return page("Sent", f"<p>You wrote:</p><blockquote>{request.field('message')}</blockquote>")


@ways.safe("xss", "POST /enquiry", "message", "Hello", "POST form, encoded")
def enquiry(request: Request, shop: Shop) -> Response:
    """The field comes back encoded."""
    return page("Sent", f"<p>You wrote:</p><blockquote>{escape(request.field('message'))}</blockquote>")


@ways.flaw("xss", "POST /postcard", "caption", "Tea", "multipart field", at=Location.MULTIPART)
def postcard(request: Request, shop: Shop) -> Response:
    """The field of a multipart form comes back as it is."""
    return page("Postcard", f"<figure><figcaption>{request.field('caption')}</figcaption></figure>")


@ways.safe("xss", "POST /photo", "caption", "Tea", "multipart field, encoded", at=Location.MULTIPART)
def photo(request: Request, shop: Shop) -> Response:
    """The field comes back encoded."""
    return page("Postcard", f"<figure><figcaption>{escape(request.field('caption'))}</figcaption></figure>")


@ways.flaw("xss", "GET /from", "Referer", "http://friend.example/", "header", at=Location.HEADER)
def came_from(request: Request, shop: Shop) -> Response:
    """The Referer header comes back as it is."""
    return page("Friends", f"<p>You came from {request.headers.get('referer', 'nowhere')}.</p>")


@ways.safe("xss", "GET /sent-by", "Referer", "http://friend.example/", "header, encoded", at=Location.HEADER)
def sent_by(request: Request, shop: Shop) -> Response:
    """The Referer header comes back encoded."""
    return page("Friends", f"<p>You came from {escape(request.headers.get('referer', 'nowhere'))}.</p>")


@ways.flaw("xss", "GET /api/suggest", "q", "sen", "JSON declared as a page")
def suggest(request: Request, shop: Shop) -> Response:
    """JSON, but sent as text/html, so that a browser renders it."""
    return Response(as_json({"query": request.field("q"), "teas": ["Sencha"]}).body)


@ways.safe("xss", "GET /api/complete", "q", "sen", "JSON declared as JSON")
def complete(request: Request, shop: Shop) -> Response:
    """The same, sent as application/json."""
    return as_json({"query": request.field("q"), "teas": ["Sencha"]})


@ways.safe("xss", "GET /plain", "text", "Hello", "plain text, nosniff")
def plain(request: Request, shop: Shop) -> Response:
    """The text comes back as it is, as text/plain that no browser sniffs."""
    return text(f"You wrote: {request.field('text')}\n")


@ways.either("xss", "GET /strict", "text", "Hello", "strict Content-Security-Policy")
def strict(request: Request, shop: Shop) -> Response:
    """Markup comes through, but the policy lets no script run, inline or from anywhere."""
    policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    return page(
        "Strict", f"<p>You wrote {request.field('text')}</p>", headers=(("Content-Security-Policy", policy),)
    )


@ways.flaw("xss", "GET /blog/{}", "2", "first-flush", "path, on the error page", at=Location.PATH)
def blog(request: Request, shop: Shop) -> Response:
    """The 404 page names what was not found, as it is."""
    slug = request.segments[1]
    if slug == "first-flush":
        return page("First flush", "<p>The first leaves of the year.</p>")
    return page("Not found", f"<p>There is no article {slug}.</p>", 404)


@ways.safe("xss", "GET /journal/{}", "2", "first-flush", "path, on the error page, encoded", at=Location.PATH)
def journal(request: Request, shop: Shop) -> Response:
    """The 404 page names what was not found, encoded."""
    slug = request.segments[1]
    if slug == "first-flush":
        return page("First flush", "<p>The first leaves of the year.</p>")
    return page("Not found", f"<p>There is no article {escape(slug)}.</p>", 404)


@ways.page("GET /guestbook", linked=True)
def guestbook(request: Request, shop: Shop) -> Response:
    """Shows what guests wrote: the name encoded, the message not."""
    entries = "".join(f"<dt>{escape(name)}</dt><dd>{message}</dd>" for name, message in list(shop.guests))
    return page("Guest book", f"<dl>{entries}</dl>")


@ways.flaw("xss", "POST /guestbook", "message", "Lovely", "stored")
@ways.safe("xss", "POST /guestbook", "name", "Mina", "stored, encoded")
def sign_guestbook(request: Request, shop: Shop) -> Response:
    """Kept, and shown on /guestbook after a redirect: the message as it is, the name encoded."""
    shop.guests.append((request.field("name")[:200], request.field("message")[:2000]))
    return redirect("/guestbook", 303)


@ways.page("GET /visitors", linked=True)
def visitors(request: Request, shop: Shop) -> Response:
    """Shows what visitors wrote, encoded."""
    entries = "".join(f"<dt>{escape(n)}</dt><dd>{escape(m)}</dd>" for n, m in list(shop.visitors))
    return page("Visitors' book", f"<dl>{entries}</dl>")


@ways.safe("xss", "POST /visitors", "message", "Lovely", "stored, encoded")
@ways.safe("xss", "POST /visitors", "name", "Mina", "stored, encoded")
def sign_visitors(request: Request, shop: Shop) -> Response:
    """Kept, and shown on /visitors after a redirect, encoded."""
    shop.visitors.append((request.field("name")[:200], request.field("message")[:2000]))
    return redirect("/visitors", 303)


@ways.safe("xss", "POST /api/note", "note", "Hello", "JSON echoed as JSON", at=Location.JSON)
def api_note(request: Request, shop: Shop) -> Response:
    """What was sent comes back as application/json."""
    return as_json({"saved": script_string(request.json.get("note", ""))})
