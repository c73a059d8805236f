"""Where did an uploaded file land? The response says it, or it lies in one of the folders for such files."""

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urljoin

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.probe import Sender

FOLDERS = (
    *("/uploads/", "/upload/", "/files/", "/images/", "/media/", "/static/uploads/", "/img/", "/avatars/"),
    *("/assets/uploads/", "/public/uploads/", "/wp-content/uploads/", "/storage/", "/attachments/"),
)
"""Where frameworks and their tutorials put uploads."""

MAX_LINKS = 8
MAX_FOLDERS = 16

_FOR_FILES = re.compile(
    r"(?i)upload|files?\b|media|images?\b|img|avatar|photo|pic|attach|storage|hackable|data"
)
_QUOTED = re.compile(r"""["'(=\s>]((?:https?:)?/?[^"'()<>\s\\]{1,300})""")
_ATTRIBUTE = re.compile(r"^\w+=")
_MAX_TEXT = 1 << 18


def links_to(answer: Exchange, name: str, before: str = "") -> list[str]:
    """URLs in the answer to an upload that may be the file's: those with its name, then new ones of its type.

    ``before``: a page that was there before; what it links is not new.
    """
    text = answer.response.text[:_MAX_TEXT].replace("\\/", "/")
    found = [_ATTRIBUTE.sub("", html.unescape(match[1])) for match in _QUOTED.finditer(f" {text} ")]
    if location := answer.response.header("location"):
        found.append(location)
    stem, _, suffix = name.partition(".")
    last = suffix.rpartition(".")[2].lower()
    own = [url for url in found if stem in url]
    new = [
        url
        for url in found
        if url not in before
        and "/" in url
        and url.partition("?")[0].lower().endswith(f".{last}")
        and url not in own
    ]
    return list(dict.fromkeys(_within(answer.request, [*own, *new])))[:MAX_LINKS]


def folders_for(request: Request, pages: Iterable[Request]) -> list[str]:
    """URLs of folders in which uploads of ``request``'s site may lie, the likeliest first."""
    near = [urljoin(request.url, "./"), *(urljoin(request.url, f".{folder}") for folder in FOLDERS[:4])]
    seen: dict[str, None] = {}
    for page in pages:
        folder = page.path.rpartition("/")[0] + "/"
        if page.origin == request.origin and _FOR_FILES.search(folder):
            seen[f"{page.origin}{folder}"] = None
    usual = [f"{request.origin}{folder}" for folder in FOLDERS]
    return list(dict.fromkeys([*seen, *usual, *near]))[:MAX_FOLDERS]


async def find_upload(
    sender: Sender, answer: Exchange, name: str, mark: str, *, before: str = "", folders: Iterable[str] = ()
) -> Exchange | None:
    """The answer that holds ``mark``, of the places where the file ``name`` may lie; None if none does."""
    for url in [*links_to(answer, name, before), *(folder + quote(name) for folder in folders)]:
        there = await sender.send(Request.from_url(url))
        if mark in there.response.text:
            return there
    return None


def _within(request: Request, links: Iterable[str]) -> Iterator[str]:
    """Absolute URLs of the same origin; a bare name is below the page or at the root."""
    for link in links:
        bases = (request.url, f"{request.origin}/") if not link.startswith(("/", "http")) else (request.url,)
        for base in bases:
            try:
                target = Request.from_url(urljoin(base, link))
            except ValueError:
                continue
            if target.origin == request.origin:
                yield target.url
