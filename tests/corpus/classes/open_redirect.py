"""Open redirection: every means to send a browser away, and the checks that people write."""

import html as entities
import json
import re
from collections.abc import Callable
from urllib.parse import quote, unquote, urljoin, urlsplit

from corpus.case import Case
from corpus.places import place
from corpus.styles import STYLES, as_json
from s2n.model import Request, Response
from support.site import html, params

STYLED = list(STYLES)
CASES: list[Case] = []
OWN = "http://site.test"


def to(url: str, status: int = 302) -> Response:
    """A redirect; characters that no header takes are encoded as frameworks do."""
    return Response(
        status,
        headers=(("Location", re.sub(r"[\r\n]", "", url)), ("Content-Type", "text/html")),
        body=b"<p>Redirecting</p>",
    )


def add(
    name: str,
    vulnerable: bool,
    answer: Callable[[str], Response],
    url: str = f"{OWN}/go?next=/home",
    key: str = "next",
) -> None:
    def site(request: Request) -> Response:
        return answer(params(request).get(key, "/"))

    CASES.append(Case("open_redirect", name, vulnerable, lambda: site, (Request.from_url(url),)))


MEANS: dict[str, Callable[[str], Response]] = {
    "flask: 302": to,
    "spring: 301": lambda v: to(v, 301),
    "rails: 303": lambda v: to(v, 303),
    "express: 307": lambda v: to(v, 307),
    "go: 308": lambda v: to(v, 308),
    "php: Refresh header": lambda v: html("<p>wait</p>", Refresh=f"0; url={v}"),
    "aspnet: meta refresh": lambda v: html(
        f'<meta http-equiv="refresh" content="3;url={entities.escape(v)}"><p>wait</p>'
    ),
    "django: meta refresh in quotes": lambda v: html(
        f"<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='{entities.escape(v)}'\">"
    ),
    "php: location in a script": lambda v: html(f"<script>window.location = {json.dumps(v)};</script>"),
    "spring: location.href": lambda v: html(f"<script>location.href={json.dumps(v)}</script>"),
    "express: location.replace": lambda v: html(
        f"<script>setTimeout(function () {{ location.replace({json.dumps(v)}); }}, 100);</script>"
    ),
    "rails: location.assign": lambda v: html(
        f"<body onload='location.assign({entities.escape(json.dumps(v))})'>"
    ),
}
for name, answer in MEANS.items():
    add(name, True, answer)
for key in ("url", "redirect_uri", "returnTo", "r", "dest", "continue", "ReturnUrl", "RelayState"):
    add(f"aspnet: {key}", True, to, f"{OWN}/login?{key}=/home", key)
add("php: name says nothing, value does", True, to, f"{OWN}/x?p=/home", "p")

CHECKS: dict[str, Callable[[str], bool]] = {
    "begins with a slash": lambda v: v.startswith("/"),
    "begins with a slash, not two": lambda v: v.startswith("/") and not v.startswith("//"),
    "begins with the own origin": lambda v: v.startswith(OWN),
    "holds the own host": lambda v: "site.test" in v,
    "ends with the own host": lambda v: v.rstrip("/").endswith("site.test"),
    "no http:// or https://": lambda v: "http://" not in v and "https://" not in v,
    "no //": lambda v: "//" not in v,
    "no scheme, RFC 3986": lambda v: not urlsplit(v.strip("\t ")).netloc,
    "host by RFC 3986": lambda v: (urlsplit(v).hostname or "site.test") == "site.test" or v.startswith("/\\"),
    "only https": lambda v: v.startswith("https://"),
    "not javascript:": lambda v: not v.lower().startswith("javascript:"),
    "a URL at all": lambda v: bool(re.match(r"(?i)https?:", v)),
}
for number, (what, check) in enumerate(CHECKS.items()):
    add(
        f"{STYLED[number % len(STYLED)]}: check, {what}",
        True,
        lambda v, check=check: to(v if check(v) else "/home"),
    )
add("php: the own origin is put before it", True, lambda v: to(OWN + v))
add("php: decoded once more", True, lambda v: to(unquote(v) if "//" not in v else "/"))
add(
    "express: a scheme is put before it",
    True,
    lambda v: to(f"https:{v}" if v.startswith("//") else f"https://{v.lstrip('/')}"),
)


def posted(where: str, style: str, safe: bool) -> None:
    read = place(where).read

    def site(request: Request) -> Response:
        value = read(request)
        return to("/home" if safe else value)

    word = "fixed" if safe else "taken as it is"
    CASES.append(
        Case(
            "open_redirect", f"{style}: {where}, {word}", not safe, lambda: site, (place(where).ask("/home"),)
        )
    )


for number, where in enumerate(("query", "form", "JSON leaf", "multipart", "XML")):
    posted(where, STYLED[number], safe=False)
    posted(where, STYLED[number], safe=True)


def local(value: str) -> str:
    """As WHATWG reads it: only the own origin."""
    text = re.sub(r"[\t\r\n]", "", value.strip()).replace("\\", "/")
    return (
        text
        if urlsplit(urljoin(OWN, text)).netloc == "site.test"
        and text.startswith("/")
        and not text.startswith("//")
        else "/home"
    )


SAFE: dict[str, Callable[[str], Response]] = {
    "django: only the own origin": lambda v: to(local(v)),
    "rails: paths from a list": lambda v: to(v if v in {"/home", "/cart"} else "/home"),
    "spring: as a parameter of the login": lambda v: to(f"/login?next={quote(v, safe='')}"),
    "express: a slash is put before it": lambda v: to("/" + re.sub(r"^[/\\\s]+", "", v)),
    "flask: a leaving page with a link": lambda v: html(
        f'<p>You leave the site: <a href="{entities.escape(v)}">go on</a></p>'
    ),
    "go: a page that says where": lambda v: html(f"<p>Next: {entities.escape(v)}</p>"),
    "aspnet: refused": lambda v: to(v) if v == "/home" else html("<h1>Bad request</h1>", 400),
    "php: a variable that goes nowhere": lambda v: html(
        f"<script>var next = {json.dumps(v).replace('<', chr(92) + 'u003c')};</script>"
    ),
    "express: API": lambda v: as_json({"redirect": v}),
    "php: location in a comment": lambda v: html("<!-- location = " + entities.escape(v) + " -->"),
    "php: the own host stands before a slash": lambda v: to(f"{OWN}/{v}"),
    "rails: into the fragment": lambda v: to(f"/home#{quote(v)}"),
    "spring: in a function nobody calls": lambda v: html(
        f"<script>function leave() {{ location.href = {json.dumps(v)}; }}</script>"
    ),
    "django: a firewall": lambda v: (
        html("<h1>Forbidden</h1>", 403) if "//" in v or "\\" in v or ":" in v else to(local(v))
    ),
    "go: 201 with a Location": lambda v: Response(201, headers=(("Location", v),)),
    "aspnet: meta refresh to itself": lambda v: html(
        f'<meta http-equiv="refresh" content="60;url=/page?next={quote(v, safe="")}">'
    ),
}
for name, answer in SAFE.items():
    add(name, False, answer)
