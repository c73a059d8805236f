"""Which answers to attacks are worth a look at what they give away: failures, and kinds new to their path."""

from s2n.model import Exchange

MAX_LOOKS = 500
"""Answers looked at in a scan; a look takes about a millisecond."""

MAX_ALIKE = 3
"""Failures of one kind looked at for a path: the first may be bare, and a later one, of other code, talk."""

MAX_KINDS = 50_000
"""Kinds of answers that are remembered, some 5 MB."""


class Provoked:
    """Remembers what kinds of answers (status and type) each path gave, and how often."""

    def __init__(self) -> None:
        self.looks = 0
        self._paths: set[int] = set()
        self._kinds: dict[int, int] = {}

    def know(self, exchange: Exchange) -> None:
        """The crawl got this answer, and it was read then."""
        if len(self._kinds) < MAX_KINDS:
            self._paths.add(hash((exchange.request.origin, exchange.request.path)))
            self._kinds[self._kind(exchange)] = MAX_ALIKE

    def worth(self, exchange: Exchange) -> bool:
        """Is it worth a look? True at most `MAX_LOOKS` times."""
        failed = exchange.response.status >= 500
        if not failed and not self._crawled(exchange):
            return False  # a path that an attack made up: what it answers is new each time
        kind = self._kind(exchange)
        alike = self._kinds.get(kind, 0)
        if alike >= (MAX_ALIKE if failed else 1) or self.looks >= MAX_LOOKS or len(self._kinds) >= MAX_KINDS:
            return False
        self._kinds[kind] = alike + 1
        self.looks += 1
        return True

    def _crawled(self, exchange: Exchange) -> bool:
        return hash((exchange.request.origin, exchange.request.path)) in self._paths

    def _kind(self, exchange: Exchange) -> int:
        """Paths that an attack made up count for their folder."""
        request, response = exchange.request, exchange.response
        place = request.path if self._crawled(exchange) else request.path.rpartition("/")[0] + "/*"
        return hash((request.origin, place, response.status, response.content_type))
