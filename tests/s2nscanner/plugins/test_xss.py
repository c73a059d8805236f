"""Small pages that let a value run as script, and beside them pages that don't."""

import asyncio
import html as codec
import json
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from s2n.model import Confidence, Location, Origin, Request, Response, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.xss import Plugin
from s2n.s2nscanner.sdk import Claim, InputPoint
from support.site import MemorySender, html, params, point_at, run_check

URL = "http://site.test/page?q=hello"

esc = codec.escape


def page(body: str, **headers: str) -> Response:
    return html(f"<!doctype html><html><head><title>shop</title></head><body>{body}</body></html>", **headers)


def echo(template: str, change: Callable[[str], str] = lambda value: value, **headers: str):
    """A site that puts the changed value in place of ``@``."""

    def site(request: Request) -> Response:
        return page(template.replace("@", change(params(request).get("q", ""))), **headers)

    return site


def typed(content_type: str, template: str = "<p>@</p>", change: Callable[[str], str] = str, **headers: str):
    def site(request: Request) -> Response:
        pairs = (
            ("Content-Type", content_type),
            *((name.replace("_", "-"), value) for name, value in headers.items()),
        )
        body = template.replace("@", change(params(request).get("q", "")))
        return Response(status=200, headers=pairs if content_type else pairs[1:], body=body.encode())

    return site


def drop(pattern: str, flags: int = re.IGNORECASE) -> Callable[[str], str]:
    return lambda value: re.sub(pattern, "", value, flags=flags)


def slashes(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')


def only_quotes(value: str) -> str:
    return value.replace("'", "\\'").replace('"', '\\"')


def no_tags(value: str) -> str:
    return value.replace("<", "&lt;").replace(">", "&gt;")


def validated(request: Request) -> Response:
    value = params(request).get("q", "")
    return page(f"<p>{value}</p>") if value.startswith("hello") else page("<p>no such thing</p>")


def waf(request: Request) -> Response:
    value = params(request).get("q", "")
    if re.search(r"<script|onload|onerror|alert", value, re.IGNORECASE):
        return html("<h1>Forbidden</h1>", status=403)
    return page(f"<p>{value}</p>")


def to_result(request: Request) -> Response:
    if request.path == "/page":
        return Response(302, headers=(("Location", f"/result?{request.query}"),))
    return page(f"<p>{params(request).get('q', '')}</p>")


def cut(length: int) -> Callable[[str], str]:
    return lambda value: value[:length]


def twice(value: str) -> str:
    return unquote(esc(value))


NONCE = "script-src 'nonce-r4nd0m'"

VULNERABLE = {
    "text": echo("<p>You searched for @</p>"),
    "text, angle brackets only": echo("<p>@</p>", drop("[\"'`()]")),
    "title": echo("<title>@</title>"),
    "textarea": echo("<textarea>@</textarea>"),
    "noscript": echo("<noscript>@</noscript>"),
    "xmp": echo("<xmp>@</xmp>"),
    "iframe text": echo("<iframe>@</iframe>"),
    "template element": echo("<template><p>@</p></template>"),
    "style element": echo("<style>p { color: @ }</style>"),
    "comment": echo("<!-- @ -->"),
    "comment, --> removed": echo("<!-- @ -->", lambda v: v.replace("-->", "")),
    "double-quoted attribute": echo('<input name=q value="@">'),
    "double-quoted attribute, no angle brackets": echo('<input name=q value="@">', no_tags),
    "single-quoted attribute": echo("<input name=q value='@'>", no_tags),
    "single-quoted attribute, other quote encoded": echo("<a title='@'>x</a>", lambda v: esc(v, quote=False)),
    "unquoted attribute": echo("<input value=@>", esc),
    "hidden field": echo('<input type=hidden name=q value="@">', no_tags),
    "attribute, spaces removed": echo('<input value="@">', lambda v: no_tags(re.sub(r"\s", "", v))),
    "attribute name": echo("<div @=1>x</div>", no_tags),
    "tag name": echo("<x@>x</x>"),
    "handler, string": echo(
        "<button onclick=\"console.log('@')\">go</button>", lambda v: v.replace('"', "&quot;")
    ),
    "handler, quote encoded for HTML only": echo("<button onclick=\"console.log('@')\">go</button>", esc),
    "link": echo('<a href="@">next</a>', esc),
    "link, javascript: removed once": echo(
        '<a href="@">next</a>', lambda v: esc(v.replace("javascript:", ""))
    ),
    "form action": echo('<form action="@"><button>go</button></form>', esc),
    "iframe source": echo('<iframe src="@"></iframe>', esc),
    "srcdoc": echo('<iframe srcdoc="@"></iframe>', esc),
    "script string": echo("<script>var q = '@';</script>", lambda v: v.replace("<", "\\x3c")),
    "script, double-quoted string": echo('<script>console.log({"q": "@"});</script>', no_tags),
    "script string, quotes escaped": echo("<script>var q = '@';</script>", only_quotes),
    "script string in a call, quotes escaped only": echo(
        "<script>console.log('@');</script>", lambda v: no_tags(only_quotes(v))
    ),
    "script template": echo("<script>var q = `@`;</script>", lambda v: no_tags(v.replace("`", ""))),
    "script code": echo("<script>var page = @;</script>", drop("[<>\"']")),
    "script line comment": echo("<script>// @\nrun();</script>", no_tags),
    "script block comment": echo("<script>/* @ */ run();</script>", no_tags),
    "script regular expression": echo("<script>var r = /@/;</script>", no_tags),
    "JSON block": echo('<script type="application/json">{"q": "@"}</script>', slashes),
    "svg text": echo("<svg><text>@</text></svg>"),
    "two contexts, one safe": lambda r: page(
        f"<p>{esc(params(r).get('q', ''))}</p><b>{params(r).get('q', '')}</b>"
    ),
    "filter: <script> removed once": echo("<p>@</p>", drop(r"</?script[^>]*>|on\w+\s*=|javascript:")),
    "filter: script and on…= removed": echo("<p>@</p>", drop(r"script|on\w+=")),
    "filter: closed tags removed": echo("<p>@</p>", drop(r"<[^>]*>")),
    "filter: alert removed": echo("<p>@</p>", drop("alert")),
    "filter: spaces removed": echo("<p>@</p>", drop(r"\s")),
    "filter: answers 403": waf,
    "capitals": echo("<p>@</p>", str.upper),
    "lower case": echo("<p>@</p>", str.lower),
    "cut at 40": echo("<p>@</p>", cut(40)),
    "decoded a second time": echo("<p>@</p>", twice),
    "validated prefix": validated,
    "after a redirect": to_result,
    "error page": lambda r: html(f"<h1>Not found: {params(r).get('q', '')}</h1>", status=404),
    "no content type": typed(""),
    "SVG": typed("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><text>@</text></svg>'),
    "XML": typed("text/xml", "<r><q>@</q></r>"),
    "CSP, nonce script string": echo(
        '<script nonce="r4nd0m">var q = "@";</script>', no_tags, content_security_policy=NONCE
    ),
    "CSP that allows inline": echo("<p>@</p>", content_security_policy="script-src 'self' 'unsafe-inline'"),
    "CSP, report only": echo("<p>@</p>", content_security_policy_report_only="script-src 'none'"),
}

SAFE = {
    "not reflected": echo("<p>hello</p>"),
    "text": echo("<p>@</p>", esc),
    "text, digits and letters only": echo("<p>@</p>", drop(r"\W")),
    "title": echo("<title>@</title>", no_tags),
    "textarea, brackets encoded": echo("<textarea>@</textarea>", no_tags),
    "textarea that cannot be closed": echo("<textarea>@</textarea>", drop("/")),
    "noscript": echo("<noscript>@</noscript>", esc),
    "comment, -- escaped": echo("<!-- @ -->", lambda v: v.replace("--", "- -").replace(">", "&gt;")),
    "comment, > dropped": echo("<!-- @ -->", drop(">")),
    "double-quoted attribute": echo('<input value="@">', esc),
    "double-quoted attribute, only quotes encoded": echo(
        '<input value="@">', lambda v: v.replace('"', "&quot;")
    ),
    "single-quoted attribute": echo("<input value='@'>", esc),
    "unquoted attribute, letters only": echo("<input value=@>", drop(r"\W")),
    "hidden field": echo('<input type=hidden value="@">', esc),
    "style attribute": echo('<p style="color: @">x</p>', esc),
    "data attribute": echo('<p data-q="@">x</p>', esc),
    "link with a fixed start": echo('<a href="/search?q=@">x</a>', esc),
    "link, only http": echo(
        '<a href="@">x</a>', lambda v: esc(v) if v.startswith(("http:", "/")) else "/" + esc(v)
    ),
    "image source": echo('<img src="@">', esc),
    "sandboxed srcdoc": echo('<iframe sandbox srcdoc="@"></iframe>', esc),
    "handler, encoded for both": echo(
        "<b onclick=\"console.log('@')\">x</b>", lambda v: esc(slashes(v)).replace("\n", " ")
    ),
    "script string, escaped": echo("<script>var q = '@';</script>", lambda v: no_tags(slashes(v))),
    "script string, JSON with < escaped": echo(
        "<script>var q = @;</script>", lambda v: json.dumps(v).replace("<", "\\u003c")
    ),
    "script template, escaped": echo(
        "<script>var q = `@`;</script>",
        lambda v: re.sub(r"[<`$\\]", lambda m: f"\\x{ord(m[0]):02x}", v),
    ),
    "script code, digits only": echo("<script>var q = +'0@';</script>", drop(r"\D")),
    "JSON block, < escaped": echo(
        '<script type="application/json">@</script>', lambda v: json.dumps(v).replace("<", "\\u003c")
    ),
    "template, encoded": echo("<template>@</template>", esc),
    "style element, letters only": echo("<style>.@ {}</style>", drop(r"\W")),
    "JSON response": typed("application/json", '{"q": "@"}'),
    "plain text": typed("text/plain"),
    "plain text, nosniff": typed("text/plain", X_Content_Type_Options="nosniff"),
    "no content type, nosniff": typed("", X_Content_Type_Options="nosniff"),
    "JavaScript response": typed("text/javascript", "callback('@')"),
    "CSV download": typed("text/html", Content_Disposition="attachment; filename=a.html"),
    "SVG, encoded": typed(
        "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><text>@</text></svg>', esc
    ),
    "XML that breaks": typed("text/xml", "<r><q>@</q></r>", lambda v: v.replace(">", "")),
    "sound tag filter": echo("<p>@</p>", drop(r"<")),
    "filter to a fixed point": echo("<p>@</p>", lambda v: esc(drop("script")(v))),
    "capitals, encoded": echo("<p>@</p>", lambda v: esc(v).upper()),
    "capitals in a script string": echo("<script>var q = '@';</script>", lambda v: no_tags(v).upper()),
    "error page": lambda r: html(f"<h1>{esc(params(r).get('q', ''))}</h1>", status=404),
    "redirect that carries it": lambda r: Response(
        302,
        headers=(("Location", "/other"), ("Content-Type", "text/html")),
        body=params(r).get("q", "").encode(),
    ),
    "filter: 403 shows the payload": lambda r: (
        html(params(r).get("q", ""), status=403)
        if re.search(r"\W", params(r).get("q", ""))
        else page(f"<p>{params(r).get('q', '')}</p>")
    ),
    "payload text in a script comment, sound": echo(
        "<script>/* @ */</script>", lambda v: no_tags(v.replace("*", "").replace("/", ""))
    ),
}


def findings(site: object, url: str = URL, name: str = "q") -> list[Claim]:
    return run_check(Plugin(), site, point_at(url, name))


@pytest.mark.parametrize("name", VULNERABLE)
def test_runs(name: str) -> None:
    sender = MemorySender(VULNERABLE[name])
    (claim,) = findings(sender)
    assert claim.variant == ""
    assert claim.proof is not None
    assert claim.marker in claim.proof.exchange.response.text
    assert claim.proof.control is not None
    assert claim.marker not in claim.proof.control.response.text
    assert len(sender.requests) < 40


@pytest.mark.parametrize("name", SAFE)
def test_stays_silent(name: str) -> None:
    sender = MemorySender(SAFE[name])
    assert findings(sender) == []
    assert len(sender.requests) <= 26


def test_a_blank_site_costs_three_requests() -> None:
    sender = MemorySender(lambda _: page("<p>hello</p>"))
    assert findings(sender) == []
    assert len(sender.requests) == 3  # the baseline, the token in place of the value, and after it


def header_point(name: str, location: Location = Location.HEADER) -> tuple[object, InputPoint]:
    request = Request.from_url("http://site.test/", headers=((name, "value"),))
    site = lambda r: page(f"<p>{r.header(name) or ''}</p>")  # noqa: E731 -- the site belongs to the point
    return site, InputPoint(request, location, name, "value")


@pytest.mark.parametrize(
    ("name", "severity"), [("X-Forwarded-Host", Severity.LOW), ("Referer", Severity.MEDIUM)]
)
def test_what_no_link_can_send_weighs_less(name: str, severity: Severity) -> None:
    site, point = header_point(name)
    (claim,) = run_check(Plugin(), site, point)
    assert claim.severity is severity
    assert claim.confidence is Confidence.CERTAIN


def test_json_bodies_weigh_less() -> None:
    headers = (("Content-Type", "application/json"),)
    request = Request("POST", Origin("http", "site.test", 80), "/", headers, b'{"q": "hello"}')
    point = point_at("", "q", request)
    (claim,) = run_check(Plugin(), lambda r: page(f"<p>{json.loads(r.body)['q']}</p>"), point)
    assert claim.severity is Severity.MEDIUM
    assert "CORS" in claim.description


@pytest.mark.parametrize("policy", ["script-src 'self'", NONCE, "default-src 'none'", "sandbox"])
def test_a_policy_that_forbids_it_lowers_severity_and_confidence(policy: str) -> None:
    (claim,) = findings(echo("<p>@</p>", content_security_policy=policy))
    assert (claim.severity, claim.confidence) == (Severity.MEDIUM, Confidence.FIRM)
    assert "Content-Security-Policy" in claim.description


def post_point() -> InputPoint:
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    request = Request("POST", Origin("http", "site.test", 80), "/book", headers, b"text=hello")
    return point_at("", "text", request)


@pytest.mark.parametrize("shown_at_once", [True, False])
def test_stored(shown_at_once: bool) -> None:
    entries: list[str] = []

    def book(request: Request) -> Response:
        before = list(entries)
        entries.append(params(request)["text"])
        return page("".join(f"<p>{entry}</p>" for entry in (entries if shown_at_once else before)))

    (claim,) = run_check(Plugin(), book, post_point())
    assert (claim.variant, claim.severity) == ("stored", Severity.HIGH)
    assert claim.proof is not None
    assert claim.marker not in claim.proof.control.response.text


def test_stored_but_encoded() -> None:
    entries: list[str] = []

    def book(request: Request) -> Response:
        entries.append(params(request)["text"])
        return page("".join(f"<p>{esc(entry)}</p>" for entry in entries))

    assert run_check(Plugin(), book, post_point()) == []


def test_script_in_a_function_is_firm_only() -> None:
    (claim,) = findings(echo("<script>function f() { return '@' }</script>", no_tags))
    assert claim.confidence is Confidence.FIRM


def test_the_description_names_context_and_payload() -> None:
    (claim,) = findings(VULNERABLE["double-quoted attribute, no angle brackets"])
    assert "double-quoted attribute value of <input>" in claim.description
    assert repr(claim.payload) in claim.description
    assert claim.title == "Reflected cross-site scripting"


FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
LOG = Request.from_url("http://site.test/log")


def last_look(site: object, *requests: Request) -> tuple[list[Claim], MemorySender]:
    """What the plugin yields at the end, after it tried every point of ``requests``."""
    plugin = Plugin()
    sender = MemorySender(site)

    async def go() -> list[Claim]:
        shared = Shared(ScanRequest(target_url="http://site.test/"), sender, (LOG, *requests))
        for request in requests:
            for seed, point in enumerate(points_of(request)):
                async for _ in plugin.check(point, Context(plugin.info, shared, Fresh(seed))):
                    pass
        ctx = Context(plugin.info, shared, Fresh(99))
        ctx.allow(500)
        return [claim async for claim in plugin.conclude(ctx)]

    return asyncio.run(go()), sender


def log_of(field: str, show: Callable[[str], str] = str):
    kept: list[str] = []

    def site(request: Request) -> Response:
        if request.path == "/log":
            return html("".join(f"<p>{show(text)}</p>" for text in kept))
        kept.append(params(request).get(field, ""))
        return html("<p>Thank you.</p>")

    return site


SENT = Request.from_url("http://site.test/contact", "POST", FORM, b"name=Ann&text=Hello&password=x")


def test_what_runs_on_another_page_is_found_once_and_traced_to_its_point() -> None:
    claims, _ = last_look(log_of("text"), SENT)
    assert [(claim.point.name, claim.variant) for claim in claims] == [("text", "stored")]
    assert "http://site.test/log" in claims[0].description
    assert claims[0].title == "Stored cross-site scripting"
    assert claims[0].proof is not None


def test_what_shows_encoded_on_another_page_is_no_flaw() -> None:
    assert last_look(log_of("text", codec.escape), SENT)[0] == []


def notes(show: Callable[[str], str] = str):
    """A list of notes, encoded, and a page for each."""
    kept = ["the first"]

    def site(request: Request) -> Response:
        if request.path == "/log":
            heads = (f"<a href=/note/{number}>{codec.escape(text)}</a>" for number, text in enumerate(kept))
            return html("".join(heads))
        if request.path.startswith("/note/"):
            number = request.path[6:]
            known = number.isdigit() and int(number) < len(kept)
            return html(f"<p>{show(kept[int(number)])}</p>") if known else html("<h1>Not found</h1>", 404)
        kept.append(params(request).get("text", ""))
        return html("", 302, location="/log")

    return site


FIRST_NOTE = Request.from_url("http://site.test/note/0")


def test_what_runs_on_the_page_of_something_new() -> None:
    claims, _ = last_look(notes(), SENT, FIRST_NOTE)
    assert [(claim.point.name, claim.variant) for claim in claims] == [("text", "stored")]
    assert re.search(r"It shows on http://site\.test/note/[1-9]", claims[0].description)
    assert claims[0].exchange.request.path.startswith("/note/")


def test_what_shows_encoded_on_the_page_of_something_new() -> None:
    claims, sender = last_look(notes(codec.escape), SENT, FIRST_NOTE)
    assert claims == []
    assert any(re.fullmatch(r"/note/[1-9]\d*", request.path) for request in sender.requests)


def previewed(show: Callable[[str], str] = str):
    """Comments that are shown to their author first, encoded, and kept once they are confirmed."""
    drafts: list[str] = []
    kept: list[str] = []

    def site(request: Request) -> Response:
        if request.path == "/log":
            return html("".join(f"<p>{show(text)}</p>" for text in kept))
        if request.path == "/keep":
            kept.append(drafts[int(params(request)["draft"])])
            return html("", 302, location="/log")
        drafts.append(params(request).get("text", ""))
        return html(
            f"<p>{codec.escape(drafts[-1])}</p><form method=post action=/keep>"
            f"<input type=hidden name=draft value={len(drafts) - 1}><input type=submit value=Publish></form>"
        )

    return site


def test_what_is_kept_once_it_is_confirmed() -> None:
    claims, _ = last_look(previewed(), SENT)
    assert [(claim.point.name, claim.variant) for claim in claims] == [("text", "stored")]


def test_what_shows_encoded_once_it_is_confirmed() -> None:
    claims, sender = last_look(previewed(codec.escape), SENT)
    assert claims == []
    assert any(request.path == "/keep" for request in sender.requests)


def test_passwords_are_not_planted_again() -> None:
    _, sender = last_look(log_of("text"), SENT)
    together = [params(sent) for sent in sender.requests if params(sent).get("name", "Ann") != "Ann"]
    assert any(fields["text"] != "Hello" and fields["password"] == "x" for fields in together)
