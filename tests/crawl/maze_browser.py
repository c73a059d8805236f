"""The browser's maze: pages whose hidden endpoints only their running scripts know.

An endpoint's path ends in a hash of its name that a script computes (`SCRIPT`), so that no reader of the
source can tell it. ``python -m crawl.maze_browser PORT`` serves the maze until it is interrupted.
"""

import base64
import hashlib
import re
import sys
import threading
from collections.abc import Iterator

from msgspec import Struct

from crawl.maze_browser_act import APP, CHAIN, CHOOSE, CLICK, HOVER, TYPE
from crawl.maze_browser_forms import COVER, FORMS, REVEAL, VALID
from crawl.maze_browser_gestures import GESTURES
from crawl.maze_browser_load import CHANNELS, LOAD, SCROLL
from crawl.maze_browser_never import NEVER, RISKY
from crawl.maze_browser_places import DRAWN, FRAMES, LEAVE, ROUTES, SHADOW, WINDOWS
from crawl.maze_browser_way import Hidden, Ways
from s2n.model import Request, Response
from support.site import Site, html
from support.webserver import serving

FEW = 3
"""Ways of a page whose ways change it: the more there are, the more states they make together."""


def _few(name: str, ways: Ways) -> dict[str, Ways]:
    names = list(ways)
    starts = range(0, len(names), FEW)
    return {f"{name}-{at // FEW}": {each: ways[each] for each in names[at : at + FEW]} for at in starts}


PAGES: dict[str, Ways] = {
    "load": LOAD,
    "channels": CHANNELS,
    "scroll": SCROLL,
    "click": CLICK,
    **_few("app", APP),
    "hover": HOVER,
    "type": TYPE,
    "choose": CHOOSE,
    "gestures": GESTURES,
    **_few("chain", CHAIN),
    "forms": FORMS,
    **_few("valid", VALID),
    **_few("reveal", REVEAL),
    "cover": COVER,
    "shadow": SHADOW,
    "frames": FRAMES,
    "windows": WINDOWS,
    "leave": LEAVE,
    **_few("routes", ROUTES),
    "drawn": DRAWN,
    "risky": RISKY,
    "never": NEVER,
}
"""Page ``/p/NAME`` → the ways in it; what is on ``never`` must not be asked, ``risky`` at the user's risk."""

SCRIPT = """
const tail = name => {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
  return hash.toString(16);
};
const hidden = name => {
  const [leaf, query] = name.split('?');
  return ['', 'hidden', leaf + '-' + tail(leaf)].join('/') + (query ? '?' + query : '');
};
const el = id => document.getElementById(id);
const on = (id, event, react) => el(id).addEventListener(event, react);
const ask = (name, options) => fetch(hidden(name), options);
const json = (method, value) => (
  {method, headers: {'Content-Type': 'application/json'}, body: JSON.stringify(value)});
const form = (method, fields) => ({method, body: new URLSearchParams(fields)});
const submitted = (id, options) => on(id, 'submit', event => {
  event.preventDefault();
  ask(id, options(new FormData(event.target)));
});
const add = (tag, properties, parent = document.body) => {
  const made = Object.assign(document.createElement(tag), properties);
  parent.append(made);
  return made;
};
"""
"""What the pages' scripts are written with; ``hidden`` alone knows where an endpoint is."""


class Way(Struct):
    """An endpoint and how it must be asked."""

    name: str
    page: str
    goal: str
    hidden: Hidden

    def reached(self, requests: list[Request]) -> bool:
        """Was the endpoint asked as it must be?"""
        return any(self._is(request) for request in requests)

    def _is(self, request: Request) -> bool:
        if request.path != self.goal or request.method != self.hidden.method:
            return False
        name, value = self.hidden.header
        text = request.query if request.method == "GET" else request.body.decode("utf-8", "replace")
        return value in (request.header(name) or "") and bool(re.search(self.hidden.sends, text))


def ways() -> Iterator[Way]:
    """All ways that must be found."""
    return (each for each in _all() if each.page not in {"never", "risky"})


def risky() -> Iterator[Way]:
    """Those that are found at the user's risk only."""
    return (each for each in _all() if each.page == "risky")


def never() -> Iterator[Way]:
    """The requests that must not be made."""
    return (each for each in _all() if each.page == "never")


def _all() -> Iterator[Way]:
    for page, each in PAGES.items():
        for name, hidden in each.items():
            yield Way(name, page, path_of(name), hidden)


def path_of(name: str) -> str:
    """Where a hidden document or endpoint is: FNV-1a, as in `SCRIPT`."""
    value = 2166136261
    for letter in name.encode():
        value = (value ^ letter) * 16777619 & 0xFFFFFFFF
    return f"/hidden/{name}-{value:x}"


def page(name: str) -> Response:
    """Page ``/p/NAME``: each way's markup and script, in a block of its own."""
    parts = [
        f"<section>{each.markup}</section><script>{{ {each.script} }}</script>".replace("LEAF", leaf)
        for leaf, each in PAGES[name].items()
    ]
    body = f"<title>{name}</title><body><script src=/browser.js></script>{''.join(parts)}"
    return html("<!doctype html>" + body, set_cookie="XSRF-TOKEN=cookie-842; Path=/")


def documents() -> dict[str, Response]:
    """All that has a fixed answer: the pages, their script, and the documents of the ways."""
    links = "".join(f"<li><a href=/p/{name}>{name}</a>" for name in PAGES)
    found = {f"/p/{name}": page(name) for name in PAGES}
    found["/"] = html(f"<ul>{links}</ul>")
    found["/browser.js"] = _typed("text/javascript", SCRIPT)
    for way in _all():
        for name, (kind, text) in way.hidden.serves.items():
            filled = text.replace("GOAL", way.goal).replace("LEAF", way.name)
            found[path_of(name.replace("LEAF", way.name))] = _typed(kind, filled)
    return found


def _typed(kind: str, text: str) -> Response:
    return Response(200, headers=(("Content-Type", kind),), body=text.encode())


def site() -> Site:
    """The maze as a site."""
    fixed = documents()

    def serve(request: Request) -> Response | str:
        answer = fixed.get(request.path)
        if answer is None:
            return "<p>here</p>" if request.path.startswith("/hidden/") else html("nothing here", 404)
        if answer.header("content-type") == "websocket":
            return _socket(request, answer.body)
        return answer

    return serve


def _socket(request: Request, message: bytes) -> Response:
    """The WebSocket handshake's answer, and one text message right behind it (RFC 6455)."""
    key = request.header("sec-websocket-key")
    if key is None:
        return html("WebSocket only", 426)
    proof = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode(), usedforsecurity=False)
    headers = (
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", base64.b64encode(proof.digest()).decode()),
    )
    return Response(101, headers=headers, body=bytes((0x81, len(message))) + message)


def main() -> None:
    """Serve the maze at the given port, and say what is asked."""
    with serving(site(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as web:
        print(web.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
