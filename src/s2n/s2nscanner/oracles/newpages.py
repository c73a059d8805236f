"""Pages of what was created since the crawl: links like known ones, with another number in them."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from s2n.model import Exchange, Request
from s2n.s2nscanner.html import parse

MAX_LINKS = 2000
"""Links of a page that are read."""

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_IDENTIFIER = re.compile(rf"{_UUID}|[0-9a-fA-F]{{24,}}|(?<![A-Za-z])\d+(?![A-Za-z])")


class NewPages:
    """Tells pages that nobody knew from those that were ``known``."""

    def __init__(self, known: Iterable[Request]) -> None:
        pages = list(known)
        self._seen = {page.url for page in pages}
        self._shapes = {_shape(page) for page in pages if _IDENTIFIER.search(page.target)}

    def linked(self, page: Exchange) -> list[Request]:
        """What ``page`` links that is new, the highest number first; from now on it is known."""
        new = {
            link: None for link in _links(page) if link.url not in self._seen and _shape(link) in self._shapes
        }
        self._seen.update(link.url for link in new)
        return sorted(new, key=_number, reverse=True)


def _links(page: Exchange) -> Iterator[Request]:
    if not page.response.is_html:
        return
    for anchor in parse(page.response.text).find_all("a")[:MAX_LINKS]:
        try:
            link = Request.from_url(urljoin(page.request.url, anchor.attr("href") or ""))
        except ValueError:
            continue
        if link.origin == page.request.origin:
            yield link


def _shape(request: Request) -> str:
    return _IDENTIFIER.sub("0", request.target)


def _number(request: Request) -> int:
    return max((int(run) for run in re.findall(r"\d{1,18}", request.target)), default=0)
