"""Calls of scripts that change something: asked when the browser has shown what pages really send.

What a parser reads of a call may lack half of its body, and an application that takes it may be the worse for
it: then the browser would see a site that the crawl has spoilt.
"""

from s2n.model import READ_ONLY, Request
from s2n.s2nscanner.crawler.forms import Submission
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import fold


class Afterthoughts:
    """Keeps calls back while pages wait for the browser (``active``)."""

    def __init__(self, *, active: bool) -> None:
        self._active = active
        self._kept: dict[Submission, Entry] = {}
        self._heard: set[int] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, entry: Entry, made: Submission) -> bool:
        """Take ``made``, found at ``entry``, for later; False where it may be asked now."""
        if not self._active or made.form is not None or made.method in READ_ONLY:
            return False
        self._kept.setdefault(made, entry)
        return True

    def hear(self, request: Request) -> None:
        """A page has made ``request`` itself."""
        self._heard.add(_handler(request))

    def release(self) -> list[tuple[Entry, Submission]]:
        """What was kept and no page has made itself; from now on nothing is kept."""
        self._active = False
        kept, self._kept = self._kept, {}
        return [
            (entry, made)
            for made, entry in kept.items()
            if _handler(Request.from_url(made.url, made.method)) not in self._heard
        ]


def _handler(request: Request) -> int:
    return hash((request.method, request.origin, fold(request.path)[0]))
