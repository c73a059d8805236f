"""Which pages the browser looks at, and in what order: script-built ones first, one of each template."""

from collections import deque
from collections.abc import AsyncGenerator
from typing import Literal, Protocol

from s2n.model import Response
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.hashset import HashSet
from s2n.s2nscanner.crawler.recognise import Shape
from s2n.s2nscanner.crawler.scripted import Need, need_of
from s2n.s2nscanner.crawler.sights import Sight

MOST_OF_A_SHAPE = 2
"""Script-built pages whose URLs are of one shape that are looked at: their markup is the same for all."""

MAX_WAITING = 2000


class Explorer(Protocol):
    """The browser, as the crawl needs it."""

    def explore(self, url: str) -> AsyncGenerator[Sight, None]:
        """What is seen of the page at ``url``, and of the states that it takes on."""
        ...

    def notes(self) -> list[str]:
        """What the user should know of what was not seen, a sentence each."""
        ...


class Rendering:
    """Pages that wait for the browser. ``built`` counts those that scripts build; ``first`` is one."""

    def __init__(self, mode: Literal["auto", "always", "never"]) -> None:
        self.built = 0
        self.first = ""
        self._always = mode == "always"
        self._urgent: deque[Entry] = deque()
        self._others: deque[Entry] = deque()
        self._seen = HashSet()
        self._shapes: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def consider(self, entry: Entry, response: Response, shape: Shape, skeleton: int) -> None:
        """Queue a page that was fetched, if it is worth rendering."""
        if not response.is_html or response.status >= 400 or len(self) >= MAX_WAITING:
            return
        need = need_of(response)
        if need is Need.ALL:
            self.built += 1
            self.first = self.first or entry.url
            seen = self._shapes.get(shape.key, 0)
            if seen < MOST_OF_A_SHAPE:
                self._shapes[shape.key] = seen + 1
                self._urgent.append(entry)
        elif (need is Need.SOME or self._always) and self._seen.add(hash((skeleton, shape.place))):
            self._others.append(entry)

    def next(self) -> Entry | None:
        """The next page to look at."""
        queue = self._urgent or self._others
        return queue.popleft() if queue else None
