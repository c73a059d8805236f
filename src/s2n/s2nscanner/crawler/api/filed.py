"""Files that came with a description's file: they stand at URLs of no host, so that references find them."""

import posixpath
from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePath
from urllib.parse import quote, unquote

from s2n.model import Request, Response
from s2n.s2nscanner.http.urls import Base

_HOST = "http://files.invalid"
_FOLDER = "/-" * 20
"""So many folders up a reference may lead."""

_BASE = Base(f"{_HOST}{_FOLDER}/-")


def shelf(name: str) -> str:
    """The URL in whose place the description's file ``name`` stands (RFC 2606: ``invalid`` is nobody's)."""
    return str(_BASE.join(quote(PurePath(name).name)))


def answering(
    files: Mapping[str, str], ask: Callable[[Request], Awaitable[Response | None]]
) -> Callable[[Request], Awaitable[Response | None]]:
    """``ask``, which answers for ``files`` by itself: path, as seen from the description, → text."""
    texts = {_BASE.join(quote(path)): text for path, text in files.items()}

    async def answer(request: Request) -> Response | None:
        if not request.url.startswith(f"{_HOST}/"):
            return await ask(request)
        text = texts.get(request.url)
        return None if text is None else Response(200, body=text.encode())

    return answer


def spoken(url: str) -> str:
    """``url`` as a person knows it: of a file, its path as seen from the description."""
    if not url.startswith(f"{_HOST}/"):
        return url
    path = unquote(url.removeprefix(_HOST))
    return posixpath.relpath(path, _FOLDER) if path.startswith("/-/") else path
