"""Which value went through which input point: so that one that shows up elsewhere can be traced back."""

import re
from collections import OrderedDict
from collections.abc import Iterator

from s2n.model import Request
from s2n.s2nscanner.http.points import InputPoint

MAX_CANARIES = 5000
"""Values that are remembered; the oldest are forgotten first."""

MAX_TEXT = 1 << 20
"""Characters of a page that are searched."""

LENGTH = 10
_RUN = re.compile(r"[a-z0-9]{10,2000}")
"""What may hold a canary, perhaps right after the value that stood there."""


class Canaries:
    """Remembers tokens of `LENGTH` characters (`Fresh.token`) and the points they were sent through."""

    def __init__(self) -> None:
        self._points: OrderedDict[str, InputPoint] = OrderedDict()

    def plant(self, token: str, point: InputPoint) -> None:
        """Remember that ``token`` is sent through ``point``."""
        self._points[token] = point
        while len(self._points) > MAX_CANARIES:
            self._points.popitem(last=False)

    def points_in(self, text: str) -> list[InputPoint]:
        """The points whose canaries ``text`` shows, each once, in the order of their planting."""
        shown = {
            run[0][at : at + LENGTH]
            for run in _RUN.finditer(text[:MAX_TEXT].lower())
            for at in range(len(run[0]) - LENGTH + 1)
        }
        return list(dict.fromkeys(point for token, point in self._points.items() if token in shown))

    def requests(self) -> Iterator[tuple[Request, list[InputPoint]]]:
        """The requests that were tried, each with its points."""
        by_request: dict[Request, dict[InputPoint, None]] = {}
        for point in self._points.values():
            by_request.setdefault(point.request, {})[point] = None
        for request, points in by_request.items():
            yield request, list(points)
