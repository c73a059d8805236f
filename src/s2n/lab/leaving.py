"""Open redirects by every means a page has, and the ways to leave a site that are sound."""

from html import escape
from urllib.parse import quote, urlsplit

from s2n.lab.app import Family
from s2n.lab.look import bad_request, page
from s2n.lab.markup import script_string
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response, redirect

exits = Family("friends", "Friends of the house")

_PARTNERS = frozenset({"https://tea-growers.example/", "https://porcelain.example/"})


def _web(url: str) -> bool:
    return url.startswith(("http://", "https://", "/"))


def _own_path(url: str) -> bool:
    """A path of this site, as browsers read it: tabs dropped, a backslash taken for a slash."""
    return url.startswith("/") and not any(ord(ch) < 33 or ch == "\\" for ch in url) and url[1:2] != "/"


@exits.flaw("open_redirect", "GET /go", "url", "/thanks", "Location header")
def go(request: Request, shop: Shop) -> Response:
    """The value is sent as Location."""
    url = request.field("url", "/")
    return redirect(url) if _web(url) else bad_request()


@exits.safe("open_redirect", "GET /walk", "url", "/thanks", "own paths only")
def walk(request: Request, shop: Shop) -> Response:
    """Only a path of this site is sent as Location."""
    url = request.field("url", "/")
    return redirect(url) if _own_path(url) else bad_request()


@exits.flaw("open_redirect", "GET /leave", "to", "/thanks", "meta refresh")
def leave(request: Request, shop: Shop) -> Response:
    """The value is the target of a meta refresh."""
    to = request.field("to", "/")
    if not _web(to):
        return bad_request()
    refresh = f'<meta http-equiv="refresh" content="0; url={escape(to)}">'
    return page("Good bye", "<p>You are leaving us.</p>", head=refresh)


@exits.safe("open_redirect", "GET /stay", "to", "/thanks", "meta refresh, own paths only")
def stay(request: Request, shop: Shop) -> Response:
    """Only a path of this site becomes the target."""
    to = request.field("to", "/")
    refresh = f'<meta http-equiv="refresh" content="0; url={escape(to if _own_path(to) else "/")}">'
    return page("Good bye", "<p>You are leaving us.</p>", head=refresh)


@exits.flaw("open_redirect", "GET /out", "link", "/thanks", "script location")
def out(request: Request, shop: Shop) -> Response:
    """A script goes where the value says."""
    target = request.field("link", "/")
    if not _web(target):
        return bad_request()
    return page("Good bye", f"<script>\nlocation.href = {script_string(target)};\n</script>")


@exits.safe("open_redirect", "GET /round", "link", "/thanks", "script location, own paths only")
def round_trip(request: Request, shop: Shop) -> Response:
    """The script goes to a path of this site, or home."""
    link = request.field("link", "/")
    target = script_string(link if _own_path(link) else "/")
    return page("Good bye", f"<script>\nlocation.href = {target};\n</script>")


@exits.flaw("open_redirect", "GET /next", "path", "/thanks", "only http: is refused")
def next_page(request: Request, shop: Shop) -> Response:
    """The value must begin with a slash, and so does //evil.example."""
    path = request.field("path", "/")
    return redirect(path) if path.startswith("/") else bad_request()


@exits.flaw("open_redirect", "GET /return", "to", "/thanks", "prefix compared without a slash")
def return_to(request: Request, shop: Shop) -> Response:
    """The value may begin with this site's address, and go on with .evil.example or @evil.example."""
    to = request.field("to", "/")
    known = _own_path(to) or to.startswith(("http://127.0.0.1", shop.url.rstrip("/")))
    return redirect(to) if known else bad_request()


@exits.safe(
    "open_redirect", "GET /partner", "to", "https://tea-growers.example/", "from a list", linked=False
)
def partner(request: Request, shop: Shop) -> Response:
    """Only two addresses are accepted, whole."""
    to = request.field("to")
    return redirect(to) if to in _PARTNERS else bad_request()


@exits.safe("open_redirect", "GET /home", "to", "/thanks", "host compared after parsing")
def home(request: Request, shop: Shop) -> Response:
    """The value may be absolute, if scheme, host and port are exactly this site's."""
    to = request.field("to", "/")
    try:
        origin = "://".join(urlsplit(to)[:2])
    except ValueError:
        return bad_request()
    clean = not any(ord(ch) < 33 or ch == "\\" for ch in to)
    return redirect(to) if _own_path(to) or (clean and origin + "/" == shop.url) else bad_request()


@exits.safe("open_redirect", "GET /members", "back", "/thanks", "own page that carries the value")
def members(request: Request, shop: Shop) -> Response:
    """Leads to this site's own page, with the value as a parameter of it."""
    return redirect(f"/enter?back={quote(request.field('back'), safe='')}")


@exits.safe("open_redirect", "GET /enter", "back", "/thanks", "page that shows the value")
def enter(request: Request, shop: Shop) -> Response:
    """Names where the visitor came from, as text."""
    return page("Members", f"<p>Members only. You came from {escape(request.field('back'))}.</p>")


@exits.safe("open_redirect", "GET /away", "url", "/thanks", "interstitial page")
def away(request: Request, shop: Shop) -> Response:
    """Asks first: the visitor sees the address and follows the link, or does not."""
    url = request.field("url", "/")
    if not _web(url):
        return bad_request()
    shown = escape(url)
    return page(
        "Leaving?", f'<p>This link leads to <a rel="noopener nofollow" href="{shown}">{shown}</a>.</p>'
    )
