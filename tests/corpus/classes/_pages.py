"""Cases read from data files: one page each, or a few pages by path."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.case import Case
from s2n.model import Request, Response
from support.site import Site

HTML = "text/html; charset=utf-8"
MISSING = {"status": 404, "body": "<h1>Not found</h1>"}


def load(plugin: str) -> list[Case]:
    """The cases of ``<plugin>.toml``.

    ``[[page]]``: name, vulnerable, and the page: body, status, kind (its Content-Type), headers, url.
    ``[[site]]``: name, vulnerable, urls (the endpoints), pages by path, and ``otherwise``, the page that
    everything else gets.
    """
    data = tomllib.loads(Path(__file__).with_name(f"{plugin}.toml").read_text())
    return [_page(plugin, entry) for entry in data.get("page", ())] + [
        _site(plugin, entry) for entry in data.get("site", ())
    ]


def answer(page: dict[str, Any]) -> Response:
    """The response that an entry describes."""
    headers = (("Content-Type", page.get("kind", HTML)), *page.get("headers", {}).items())
    return Response(page.get("status", 200), headers=headers, body=page.get("body", "").encode())


def _page(plugin: str, entry: dict[str, Any]) -> Case:
    request = Request.from_url(entry.get("url", "http://shop.test/page"))
    return Case(plugin, entry["name"], entry.get("vulnerable", False), _same(answer(entry)), (request,))


def _same(response: Response) -> Callable[[], Site]:
    return lambda: lambda request: response


def _site(plugin: str, entry: dict[str, Any]) -> Case:
    pages = {path: answer(page) for path, page in entry.get("pages", {}).items()}
    otherwise = answer(entry.get("otherwise", MISSING))
    requests = tuple(Request.from_url(f"http://shop.test{url}") for url in entry.get("urls", ["/"]))
    return Case(
        plugin,
        entry["name"],
        entry.get("vulnerable", False),
        lambda: lambda request: pages.get(request.path, otherwise),
        requests,
    )
