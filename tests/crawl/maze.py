"""The maze: a page for each way to hide an endpoint, and the site that serves them."""

import base64
import gzip
from collections.abc import Iterator, Mapping

from msgspec import Struct

from crawl.maze_documents import FIXED, LINKED, NAMED
from crawl.maze_markup import HEADERS, MARKUP, STYLES
from crawl.maze_scripts import GOALS, REQUESTS, SCRIPTS
from s2n.model import Request, Response
from support.site import Site, html


class Way(Struct):
    """An endpoint, how it must be asked, and the files (path → response) that hide it."""

    name: str
    goal: str
    files: Mapping[str, Response]
    method: str = "GET"
    sends: str = ""

    def reached(self, requests: list[Request]) -> bool:
        """Was the endpoint asked as it must be?"""
        return any(
            request.method == self.method
            and request.path.rstrip("/") == self.goal
            and self.sends in (request.query if self.method == "GET" else request.body.decode())
            for request in requests
        )


def ways(host: str) -> Iterator[Way]:
    """All ways, with the absolute URLs of a server at ``host``."""
    for name, markup in MARKUP.items():
        yield Way(name, f"/found/{name}", {f"/way/{name}/": html(filled(markup, name, host))})
    for name, (header, value) in HEADERS.items():
        page = html("<p>t</p>", **{header.replace("-", "_"): filled(value, name, host)})
        yield Way(name, f"/found/{name}", {f"/way/{name}/": page})
    for name, css in STYLES.items():
        files = {
            f"/way/{name}/": html("<link rel=stylesheet href=main.css>"),
            f"/way/{name}/main.css": typed("text/css", filled(css, name, host)),
        }
        yield Way(name, f"/found/{name}", files)
    for name, script in SCRIPTS.items():
        yield from scripted(name, script, host, GOALS.get(name, "/found/LEAF"))
    for name, (script, (method, sends)) in REQUESTS.items():
        for way in scripted(name, script, host, "/found/LEAF"):
            way.method, way.sends = method, sends
            yield way
    for name, (kind, body) in LINKED.items():
        yield Way(name, f"/found/{name}", {f"/way/{name}/": typed(kind, filled(body, name, host))})
    for name in sorted(NAMED):
        yield Way(name, f"/found/{name}", {})


def scripted(name: str, script: str, host: str, goal: str) -> Iterator[Way]:
    """The way inside a page, and the same inside a file of its own."""
    inline, filed = f"{name}-inline", f"{name}-file"
    page = html(f"<script type=module>{filled(script, inline, host)}</script>")
    yield Way(inline, goal.replace("LEAF", inline), {f"/way/{inline}/": page})
    files = {
        f"/way/{filed}/": html("<script src=main.js></script>"),
        f"/way/{filed}/main.js": typed("text/javascript", filled(script, filed, host)),
    }
    yield Way(filed, goal.replace("LEAF", filed), files)


def filled(text: str, name: str, host: str) -> str:
    """``text`` with the way's endpoint in it."""
    text = text.replace("BASE64", base64.b64encode(f"/found/{name}".encode()).decode())
    return text.replace("GOAL", f"/found/{name}").replace("LEAF", name).replace("HOST", host)


def typed(kind: str, body: str | bytes, status: int = 200) -> Response:
    """A document of a media type."""
    data = body.encode() if isinstance(body, str) else body
    return Response(status, headers=(("Content-Type", kind),), body=data)


def site() -> Site:
    """The maze as a site: a start page that links every way, the ways, the endpoints."""
    pages: dict[str, Response | str] = {}
    goals: set[str] = set()

    def serve(request: Request) -> Response | str:
        host = str(request.origin).partition("://")[2]
        if not pages:
            pages.update({path: each for way in ways(host) for path, each in way.files.items()})
            goals.update(way.goal for way in ways(host))
            links = "".join(f"<li><a href={path}>w</a>" for path in pages if path.endswith("/"))
            pages["/"] = f"<ul>{links}</ul>"
            for path, (kind, body) in FIXED.items():
                text = body.replace("HOST", host).encode()
                pages[path] = typed(kind, gzip.compress(text) if path.endswith(".gz") else text)
        if request.path == "/.well-known/change-password":
            return Response(302, headers=(("Location", "/found/change-password"),))
        if request.path.rstrip("/") in goals:
            return "<p>here</p>"
        return pages.get(request.path, html("nothing here", 404))

    return serve
