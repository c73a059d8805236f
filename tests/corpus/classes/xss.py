"""Cross-site scripting: every context of a page, through several filters, and encoded well."""

import html as entities
import json
import re
from collections.abc import Callable
from urllib.parse import quote

from corpus.case import Case
from corpus.classes._notes import elsewhere, numbered, previewed
from corpus.places import PLACES, place
from corpus.styles import STYLES, as_json
from s2n.model import Request, Response
from support.site import Site, html

Clean = Callable[[str], str]
STYLED = list(STYLES)
CASES: list[Case] = []


def shown(
    page: str, clean: Clean = str, where: str = "query", style: str = "flask", **headers: str
) -> Callable[[], Site]:
    """The value stands in ``page`` at ``@``."""
    read = place(where).read

    def site(request: Request) -> Response:
        answer = STYLES[style].page(page.replace("@", clean(read(request))), 200)
        extra = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        kept = tuple(
            pair for pair in answer.headers if pair[0].lower() not in {name.lower() for name, _ in extra}
        )
        return Response(200, headers=kept + extra, body=answer.body)

    return lambda: site


def add(
    name: str, vulnerable: bool, make: Callable[[], Site], where: str = "query", value: str = "shoes"
) -> None:
    CASES.append(Case("xss", name, vulnerable, make, (place(where).ask(value),)))


for number, where in enumerate(PLACES):
    style = STYLED[number % len(STYLED)]
    page = "<h1>Results for @</h1><p>No matches.</p>"
    value = "" if where in {"Referer", "User-Agent", "X-Forwarded-For"} else "shoes"
    add(f"{style}: {where}, text", True, shown(page, where=where, style=style), where, value)
    add(
        f"{style}: {where}, text, escaped",
        False,
        shown(page, STYLES[style].escape, where, style),
        where,
        value,
    )

CONTEXTS = {
    "text": "<p>You searched for @</p>",
    "double-quoted attribute": '<input name="q" value="@">',
    "single-quoted attribute": "<input name='q' value='@'>",
    "unquoted attribute": "<input name=q value=@ >",
    "hidden field": '<input type="hidden" name="back" value="@">',
    "link": '<a href="@">back</a>',
    "link after a prefix": '<a href="/search?q=@">again</a>',
    "image source": '<img src="@" alt="x">',
    "event handler": "<button onclick=\"go('@')\">Go</button>",
    "script string": '<script>var term = "@"; track(term);</script>',
    "script single-quoted": "<script>var term = '@';</script>",
    "script template": "<script>const s = `Hello @`; show(s);</script>",
    "script number": "<script>var page = @;</script>",
    "script line comment": "<script>\n// searched for @\nvar a = 1;</script>",
    "script block comment": "<script>/* @ */ var a = 1;</script>",
    "script object": '<script>window.state = {"user": {"name": "@"}};</script>',
    "script regex": "<script>var r = /@/g;</script>",
    "data block": '<script type="application/json">{"q": "@"}</script>',
    "style": "<style>.hit { content: '@'; }</style>",
    "style attribute": '<p style="color: @">x</p>',
    "comment": "<!-- query: @ --><p>None.</p>",
    "title": "<title>@ - Shop</title><p>x</p>",
    "textarea": "<textarea name=q>@</textarea>",
    "noscript": "<noscript><p>@</p></noscript>",
    "svg text": "<svg><text>@</text></svg>",
    "math": "<math><mi>@</mi></math>",
    "select option": "<select><option>@</option></select>",
    "iframe srcdoc": '<iframe srcdoc="<p>@</p>"></iframe>',
    "frame source": '<iframe src="@"></iframe>',
    "form action": '<form action="@"><button>Send</button></form>',
    "tag name": "<@ class=x>text",
    "attribute name": "<p @=1>text</p>",
    "table": "<table><tr><td>@</td></tr></table>",
    "script source": "<script src='@'></script><p>x</p>",
    "meta content": '<meta name="description" content="@"><p>x</p>',
    "stylesheet link": '<link rel="stylesheet" href="/css/@.css"><p>x</p>',
    "template": "<template><p>@</p></template><p>x</p>",
    "twice": "<h1>@</h1><input value='@'>",
}
for number, (what, page) in enumerate(CONTEXTS.items()):
    style = STYLED[number % len(STYLED)]
    add(f"{style}: {what}", True, shown(page, style=style))


def once(*words: str) -> Clean:
    return lambda value: re.sub("|".join(map(re.escape, words)), "", value, flags=re.IGNORECASE)


def refused(pattern: str) -> Clean:
    return lambda value: "" if re.search(pattern, value, re.IGNORECASE) else value


FILTERS: dict[str, tuple[str, Clean]] = {
    "removes <script> once": (CONTEXTS["text"], once("<script>", "</script>")),
    "refuses script": (CONTEXTS["text"], refused("script")),
    "refuses the usual elements": (CONTEXTS["text"], refused("<(script|img|svg|iframe)")),
    "refuses onerror and onload": (CONTEXTS["text"], refused("onerror|onload")),
    "refuses alert": (CONTEXTS["text"], refused("alert")),
    "removes spaces": (CONTEXTS["text"], once(" ")),
    "removes event handlers": (CONTEXTS["text"], lambda v: re.sub(r"(?i)\son\w+\s*=", " ", v)),
    "strips tags that end": (CONTEXTS["text"], lambda v: re.sub(r"<[^>]*>", "", v)),
    "capitals": (CONTEXTS["text"], str.upper),
    "escapes < and > only, in an attribute": (
        CONTEXTS["double-quoted attribute"],
        lambda v: v.replace("<", "&lt;").replace(">", "&gt;"),
    ),
    "escapes double quotes, single used": (
        CONTEXTS["single-quoted attribute"],
        lambda v: entities.escape(v, quote=False).replace('"', "&quot;"),
    ),
    "escapes all, unquoted": (CONTEXTS["unquoted attribute"], entities.escape),
    "escapes all, in a handler": (CONTEXTS["event handler"], entities.escape),
    "escapes all, in a link": (CONTEXTS["link"], entities.escape),
    "escapes quotes by backslash, not backslashes": (
        CONTEXTS["script string"],
        lambda v: v.replace('"', '\\"'),
    ),
    "JSON in a script": ("<script>var s = @;</script>", json.dumps),
    "escapes quotes only, in a script": (
        CONTEXTS["script string"],
        lambda v: v.replace("\\", "\\\\").replace('"', '\\"'),
    ),
    "no parentheses": (CONTEXTS["text"], once("(", ")")),
    "decodes twice": (
        CONTEXTS["text"],
        lambda v: (
            entities.escape(v)
            .replace("%3C", "<")
            .replace("%3E", ">")
            .replace("%22", '"')
            .replace("%20", " ")
            .replace("%3D", "=")
            .replace("%28", "(")
            .replace("%29", ")")
            .replace("%2F", "/")
        ),
    ),
    "cut to 60": (CONTEXTS["text"], lambda v: v[:60]),
    "escapes the first <": (CONTEXTS["text"], lambda v: v.replace("<", "&lt;", 1)),
    "refuses <script in an attribute": (CONTEXTS["double-quoted attribute"], refused("<script")),
    "refuses javascript:": (
        CONTEXTS["link"],
        lambda v: entities.escape("#" if v.lower().startswith("javascript:") else v),
    ),
}
for number, (what, (page, clean)) in enumerate(FILTERS.items()):
    add(
        f"{STYLED[number % len(STYLED)]}: filter {what}",
        True,
        shown(page, clean, style=STYLED[number % len(STYLED)]),
    )


add("go: script source, all escaped", True, shown(CONTEXTS["script source"], entities.escape, style="go"))
add(
    "go: script source below a folder, all escaped",
    False,
    shown('<script src="/js/@.js"></script><p>x</p>', entities.escape, style="go"),
)


def type_of(kind: str, body: str, clean: Clean = str, **headers: str) -> Callable[[], Site]:
    read = place("query").read

    def site(request: Request) -> Response:
        pairs = [("Content-Type", kind)] if kind else []
        pairs += [(name.replace("_", "-"), value) for name, value in headers.items()]
        return Response(200, headers=tuple(pairs), body=body.replace("@", clean(read(request))).encode())

    return lambda: site


add("go: JSON sent as HTML", True, type_of("text/html", '{"q":"@","hits":[]}', lambda v: json.dumps(v)[1:-1]))
add("go: no content type, sniffed", True, type_of("", "<p>hello @</p>"))
add(
    "spring: XHTML",
    True,
    type_of(
        "application/xhtml+xml", '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>@</p></body></html>'
    ),
)
add(
    "nginx: SVG",
    True,
    type_of("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><text>@</text></svg>'),
)
add(
    "php: an error page with status 500",
    True,
    lambda: lambda r: html(f"<b>Fatal error</b>: unknown item {place('query').read(r)}", 500),
)
add(
    "php: not found page",
    True,
    lambda: lambda r: html(f"<h1>{place('query').read(r)} was not found</h1>", 404),
)
add(
    "django: policy allows inline",
    True,
    shown(
        CONTEXTS["text"],
        style="django",
        Content_Security_Policy="default-src 'self'; script-src 'self' 'unsafe-inline'",
    ),
)
add(
    "express: report-only policy",
    True,
    shown(CONTEXTS["text"], style="express", Content_Security_Policy_Report_Only="default-src 'self'"),
)


def guestbook(clean: Clean = str) -> Callable[[], Site]:
    """What is posted stays on the page."""

    def make() -> Site:
        entries: list[str] = []

        def site(request: Request) -> Response:
            if request.method == "POST":
                entries.append(place("form").read(request))
                del entries[:-30]
            return html("<ul>" + "".join(f"<li>{clean(entry)}</li>" for entry in entries) + "</ul>")

        return site

    return make


add("php: guestbook", True, guestbook(), "form")
add("php: guestbook, escaped", False, guestbook(entities.escape), "form")


def profile(clean: Clean = str) -> Callable[[], Site]:
    """What is posted is shown after the redirect only."""

    def make() -> Site:
        names = [""]

        def site(request: Request) -> Response:
            if request.method == "POST":
                names[0] = place("form").read(request)
                return html("", 303, location="/profile")
            return html(f"<h1>Profile of {clean(names[0])}</h1>")

        return site

    return make


add("rails: profile after a redirect", True, profile(), "form")
add("rails: profile after a redirect, escaped", False, profile(entities.escape), "form")

# Safe twins: encoded for the place.
SAFE: dict[str, tuple[str, Clean]] = {
    "attribute, escaped": (CONTEXTS["double-quoted attribute"], entities.escape),
    "single-quoted attribute, escaped": (CONTEXTS["single-quoted attribute"], entities.escape),
    "handler, JSON then escaped": (
        '<button onclick="go(@)">Go</button>',
        lambda v: entities.escape(json.dumps(v)),
    ),
    "link, http only": (CONTEXTS["link"], lambda v: entities.escape(v) if re.match(r"https?://", v) else "#"),
    "link, percent-encoded": (CONTEXTS["link after a prefix"], lambda v: quote(v, safe="")),
    "script, JSON with < escaped": (
        "<script>var s = @;</script>",
        lambda v: json.dumps(v).replace("<", "\\u003c"),
    ),
    "script, number cast": (CONTEXTS["script number"], lambda v: str(int(v)) if v.isdigit() else "0"),
    "comment, escaped": (CONTEXTS["comment"], entities.escape),
    "textarea, escaped": (CONTEXTS["textarea"], entities.escape),
    "title, escaped": (CONTEXTS["title"], entities.escape),
    "tags removed until none is left": (CONTEXTS["text"], lambda v: re.sub(r"[<>]", "", v)),
    "letters and digits only": (CONTEXTS["script string"], lambda v: re.sub(r"\W", "", v)),
    "data block, < escaped": (CONTEXTS["data block"], lambda v: json.dumps(v)[1:-1].replace("<", "\\u003c")),
    "style, escaped": (CONTEXTS["style"], lambda v: re.sub(r"[^\w ]", "", v)),
    "srcdoc, escaped twice": (CONTEXTS["iframe srcdoc"], lambda v: entities.escape(entities.escape(v))),
    "image source, escaped": (CONTEXTS["image source"], entities.escape),
    "refused with <": (CONTEXTS["text"], refused("[<>&]")),
    "not shown at all": ("<p>No results.</p>", str),
    "inert textarea, < and & escaped": (
        CONTEXTS["textarea"],
        lambda v: v.replace("&", "&amp;").replace("<", "&lt;"),
    ),
}
for number, (what, (page, clean)) in enumerate(SAFE.items()):
    add(
        f"{STYLED[number % len(STYLED)]}: {what}",
        False,
        shown(page, clean, style=STYLED[number % len(STYLED)]),
    )

add("trap: JSON", False, lambda: lambda r: as_json({"q": place("query").read(r)}))
add("trap: plain text", False, type_of("text/plain", "you said @"))
add("trap: no type, nosniff", False, type_of("", "<p>@</p>", X_Content_Type_Options="nosniff"))
add(
    "trap: a download",
    False,
    type_of("text/html", "<p>@</p>", Content_Disposition="attachment; filename=a.html"),
)
add("trap: script file", False, type_of("application/javascript", "callback('@')"))
add("trap: CSV", False, type_of("text/csv", "q,@"))
add(
    "trap: in a redirect's body",
    False,
    lambda: (
        lambda r: Response(
            302,
            headers=(("Location", "/"), ("Content-Type", "text/html")),
            body=place("query").read(r).encode(),
        )
    ),
)
add(
    "trap: a firewall's page",
    False,
    lambda: (
        lambda r: (
            html(f"<h1>Blocked: {place('query').read(r)}</h1>", 403)
            if re.search(r"[<\"'(]", place("query").read(r))
            else html(f"<p>{place('query').read(r)}</p>")
        )
    ),
)
add(
    "trap: only the letters' case is kept, brackets widened",
    False,
    shown(CONTEXTS["text"], lambda v: v.replace("<", "\uff1c").replace(">", "\uff1e")),
)
add(
    "trap: in a header of the answer",
    False,
    lambda: lambda r: html("<p>hi</p>", X_Search=quote(place("query").read(r))),
)


LOG = Request.from_url("http://site.test/admin/log")
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
CONTACT = Request.from_url(
    "http://site.test/contact", "POST", FORM, b"name=Ann&email=ann%40site.test&text=Hello"
)
HOME = Request.from_url("http://site.test/home?ref=mail")
for field, sent in (
    ("text", CONTACT),
    ("name", CONTACT),
    ("ref", HOME),
    ("User-Agent", HOME),
    ("Referer", HOME),
):
    for keeps in (50,) if field == "ref" else (1, 50):
        what = f"{field}, shown in a log of {keeps}"
        CASES.append(Case("xss", f"stored: {what}", True, elsewhere(field, str, keeps=keeps), (LOG, sent)))
        CASES.append(
            Case(
                "xss",
                f"stored: {what}, escaped",
                False,
                elsewhere(field, entities.escape, keeps=keeps),
                (LOG, sent),
            )
        )

NOTES, NOTE = (Request.from_url(f"http://site.test/{target}") for target in ("notes", "note?id=0"))
for what, make_site in (("on a page of its own", numbered), ("after a preview", previewed)):
    CASES.append(Case("xss", f"stored: {what}", True, make_site(str), (NOTES, NOTE, CONTACT)))
    CASES.append(
        Case("xss", f"stored: {what}, escaped", False, make_site(entities.escape), (NOTES, NOTE, CONTACT))
    )
