"""How the answers of several frameworks look: their boilerplate, their headers, what changes by itself."""

import html
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass

from s2n.model import Response

# ruff: noqa: E501 -- markup as the frameworks write it


@dataclass(frozen=True)
class Style:
    """A framework's way to answer. ``escape`` is its template engine's."""

    name: str
    page: Callable[[str, int], Response]
    """From a body's HTML and a status to the answer."""
    failure: str
    """What a visitor sees of an error in production."""
    escape: Callable[[str], str] = html.escape


_COUNT = itertools.count(1)


def _fresh(length: int = 32) -> str:
    """Another token each time, as CSRF fields and request ids are."""
    number = next(_COUNT) * 0x9E3779B97F4A7C15 % (1 << 128)
    return f"{number * number % (1 << 128):032x}"[:length]


def _answer(body: str, status: int, *headers: tuple[str, str]) -> Response:
    kind = ("Content-Type", "text/html; charset=utf-8")
    names = {name.lower() for name, _ in headers}
    return Response(
        status, headers=headers if "content-type" in names else (kind, *headers), body=body.encode()
    )


def _flask(body: str, status: int) -> Response:
    text = f'<!doctype html>\n<html lang="en"><title>Shop</title>\n<nav><a href="/">Home</a></nav>\n{body}\n</html>'
    return _answer(text, status, ("Server", "Werkzeug/3.0.1 Python/3.11.6"))


def _django(body: str, status: int) -> Response:
    token = _fresh()
    text = (
        f'<!DOCTYPE html>\n<html>\n<head><title>Site</title></head>\n<body>\n<form action="/logout" method="post">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}{token}"></form>\n{body}\n</body></html>'
    )
    return _answer(
        text, status, ("X-Frame-Options", "DENY"), ("Set-Cookie", f"csrftoken={_fresh()}; SameSite=Lax")
    )


def _express(body: str, status: int) -> Response:
    text = f"<!DOCTYPE html><html><head><title>Express</title></head><body>{body}</body></html>"
    return _answer(text, status, ("X-Powered-By", "Express"), ("ETag", f'W/"{_fresh(8)}"'))


def _spring(body: str, status: int) -> Response:
    text = (
        f'<!DOCTYPE html>\n<html xmlns:th="http://www.thymeleaf.org">\n<body><div class="container">{body}</div>\n'
        f"<footer>rendered in {next(_COUNT) % 37} ms</footer></body>\n</html>"
    )
    return _answer(text, status, ("Content-Type", "text/html;charset=UTF-8"))


def _rails(body: str, status: int) -> Response:
    text = (
        f'<!DOCTYPE html>\n<html>\n  <head>\n    <meta name="csrf-token" content="{_fresh()}==" />\n  </head>\n'
        f"  <body>\n    {body}\n  </body>\n</html>"
    )
    return _answer(text, status, ("X-Request-Id", _fresh()), ("X-Runtime", f"0.0{next(_COUNT) % 97:02}"))


def _php(body: str, status: int) -> Response:
    text = f"<html><body bgcolor=white>\n<h2>My Shop</h2>\n{body}\n<br><small>&copy; 2024</small>\n</body></html>\n"
    return _answer(text, status, ("X-Powered-By", "PHP/7.4.33"), ("Content-Type", "text/html; charset=UTF-8"))


def _aspnet(body: str, status: int) -> Response:
    text = (
        '<!DOCTYPE html>\r\n<html>\r\n<body>\r\n<form method="post" id="form1">\r\n'
        f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUK{_fresh()}" />\r\n'
        f"{body}\r\n</form>\r\n</body>\r\n</html>"
    )
    return _answer(text, status, ("X-AspNet-Version", "4.0.30319"), ("X-Powered-By", "ASP.NET"))


def _go(body: str, status: int) -> Response:
    return _answer(f"<html>\n<head></head>\n<body>\n{body}\n</body>\n</html>\n", status)


def _go_escape(text: str) -> str:
    """As html/template does."""
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;").replace("+", "&#43;")


STYLES = {
    style.name: style
    for style in (
        Style(
            "flask", _flask, "<h1>Internal Server Error</h1><p>The server encountered an internal error.</p>"
        ),
        Style("django", _django, "<h1>Server Error (500)</h1>"),
        Style("express", _express, "<pre>Internal Server Error</pre>"),
        Style("spring", _spring, "<h1>Whitelabel Error Page</h1><p>There was an unexpected error.</p>"),
        Style("rails", _rails, "<h1>We're sorry, but something went wrong.</h1>"),
        Style("php", _php, "", lambda text: html.escape(text).replace("&#x27;", "&#039;")),
        Style("aspnet", _aspnet, "<h1>Server Error in '/' Application.</h1><i>Runtime Error</i>"),
        Style("go", _go, "Internal Server Error", _go_escape),
    )
}


def as_json(value: object, status: int = 200) -> Response:
    """An API's answer."""
    return Response(
        status,
        headers=(("Content-Type", "application/json"),),
        body=json.dumps(value, separators=(",", ":"), default=str).encode(),
    )
