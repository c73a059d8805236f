"""Pages without protective headers, as servers and frameworks send them by default, and well-kept ones."""

# ruff: noqa: E501 -- a case a line reads best

from corpus.case import Case
from s2n.model import Request, Response

CASES: list[Case] = []

GOOD = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'; object-src 'none'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
PAGE = "<!doctype html><html><head><title>Shop</title></head><body><h1>Welcome</h1></body></html>"


def add(
    name: str,
    vulnerable: bool,
    changes: dict[str, str | None] | None = None,
    *,
    url: str = "https://site.test/",
    body: str = PAGE,
    status: int = 200,
) -> None:
    """``changes`` against `GOOD`; None takes a header away."""
    headers = tuple((key, value) for key, value in (GOOD | (changes or {})).items() if value is not None)
    answer = Response(status, headers=headers, body=body.encode())
    CASES.append(
        Case("security_headers", name, vulnerable, lambda: lambda _: answer, (Request.from_url(url),))
    )


def bare(**kept: str) -> dict[str, str | None]:
    """None of them, as most servers start out."""
    return {key: None for key in GOOD if key != "Content-Type"} | {
        key.replace("_", "-"): value for key, value in kept.items()
    }


add("nginx: nothing but a type", True, bare(Server="nginx/1.24.0"))
add("apache: nothing, plain HTTP", True, bare(Server="Apache/2.4.57 (Debian)"), url="http://site.test/")
add("express: X-Powered-By only", True, bare(X_Powered_By="Express"))
add("django: its defaults but no policy", True, {"Content-Security-Policy": None})
add(
    "rails: framing allowed by its policy",
    True,
    {"Content-Security-Policy": "default-src 'self'; frame-ancestors *"},
)
add("spring: no policy, no Referrer-Policy", True, {"Content-Security-Policy": None, "Referrer-Policy": None})
add("php: sniffing not forbidden", True, {"X-Content-Type-Options": None})
add("iis: sniffing header misspelt", True, {"X-Content-Type-Options": "no-sniff"})
add(
    "iis: X-Frame-Options that browsers ignore",
    True,
    {"X-Frame-Options": "ALLOWALL", "Content-Security-Policy": "default-src 'self'"},
)
add("caddy: no HSTS", True, {"Strict-Transport-Security": None})
add("caddy: HSTS for five minutes", True, {"Strict-Transport-Security": "max-age=300"})
add("caddy: HSTS taken back", True, {"Strict-Transport-Security": "max-age=0"})
add(
    "flask: inline scripts allowed",
    True,
    {"Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"},
)
add(
    "go: any script host allowed",
    True,
    {"Content-Security-Policy": "script-src https:; frame-ancestors 'none'"},
)
add(
    "go: a policy without scripts",
    True,
    {"Content-Security-Policy": "img-src 'self'; frame-ancestors 'none'"},
)
add(
    "express: report-only is no policy",
    True,
    {"Content-Security-Policy": None, "Content-Security-Policy-Report-Only": "default-src 'self'"},
)
add("tomcat: Referrer-Policy unsafe-url", True, {"Referrer-Policy": "unsafe-url"})
add("tomcat: Referrer-Policy unknown", True, {"Referrer-Policy": "none"})
add(
    "wordpress: framing by meta policy only",
    True,
    {"X-Frame-Options": None, "Content-Security-Policy": None},
    body=PAGE.replace(
        "<title>",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; frame-ancestors 'none'\"><title>",
    ),
)

add(
    "angular: eval allowed",
    True,
    {"Content-Security-Policy": "default-src 'self' 'unsafe-eval'; frame-ancestors 'none'"},
)
add(
    "wordpress: data: as a script's source",
    True,
    {"Content-Security-Policy": "default-src 'self'; script-src 'self' data:; frame-ancestors 'none'"},
)
add(
    "gatsby: scripts of a public library host",
    True,
    {
        "Content-Security-Policy": "default-src 'self'; script-src 'self' https://cdn.jsdelivr.net; frame-ancestors 'none'"
    },
)
add(
    "google: nonce, but no base-uri",
    True,
    {"Content-Security-Policy": "default-src 'self'; script-src 'nonce-r4nd0m'; frame-ancestors 'none'"},
)
add(
    "flask: scripts only, objects forgotten",
    True,
    {"Content-Security-Policy": "script-src 'self'; frame-ancestors 'none'"},
)

add("helmet: all in place", False)
add(
    "gitlab: a library host by full path",
    False,
    {
        "Content-Security-Policy": "default-src 'self'; script-src 'self' https://cdn.jsdelivr.net/npm/vue@3.4.0/dist/vue.js; frame-ancestors 'self'"
    },
)
add(
    "mastodon: eval for WebAssembly only",
    False,
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'"
    },
)
add(
    "rails: lower case names",
    False,
    {key: None for key in GOOD if key != "Content-Type"}
    | {key.lower(): value for key, value in GOOD.items() if key != "Content-Type"},
)
add("django: plain HTTP needs no HSTS", False, {"Strict-Transport-Security": None}, url="http://site.test/")
add("address: HSTS means nothing there", False, {"Strict-Transport-Security": None}, url="https://127.0.0.1/")
add(
    "github: nonce and strict-dynamic",
    False,
    {
        "Content-Security-Policy": "script-src 'nonce-r4nd0m' 'strict-dynamic' https:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    },
)
add(
    "google: hash with a fallback for old browsers",
    False,
    {
        "Content-Security-Policy": "default-src 'self'; script-src 'sha256-abc=' 'unsafe-inline'; base-uri 'self'; frame-ancestors 'self'"
    },
)
add("caddy: frame-ancestors instead of X-Frame-Options", False, {"X-Frame-Options": None})
add(
    "apache: X-Frame-Options instead of frame-ancestors",
    False,
    {"Content-Security-Policy": "default-src 'none'"},
)
add(
    "spring: several referrer policies, the last known",
    False,
    {"Referrer-Policy": "no-referrer, strict-origin-when-cross-origin"},
)
add("nginx: an image", False, bare() | {"Content-Type": "image/png"}, body="x")
add("express: an API", False, bare() | {"Content-Type": "application/json"}, body='{"ok":true}')
add("nginx: a redirect", False, bare() | {"Location": "/home"}, status=302, body="<a href=/home>Found</a>")
add("nginx: an error page", False, bare(), status=502, body="<html><h1>502 Bad Gateway</h1></html>")
add("nginx: nothing in it", False, bare(), body="")
add("php: plain text", False, bare() | {"Content-Type": "text/plain"}, body="hello")
add(
    "flask: Referrer-Policy by meta",
    False,
    {"Referrer-Policy": None},
    body=PAGE.replace("<title>", '<meta name="referrer" content="no-referrer"><title>'),
)
add("hstspreload: quoted max-age", False, {"Strict-Transport-Security": 'max-age="31536000"; preload'})
