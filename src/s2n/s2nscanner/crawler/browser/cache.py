"""The site's scripts and stylesheets, kept for the scan: a state shown again costs the site nothing."""

from collections import OrderedDict

from s2n.model import Request, Response

MAX_BYTES = 32 << 20

_TYPES = ("javascript", "ecmascript", "text/css")


class Cache:
    """Answers to GET requests, by URL, the least recently used given up first."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._held: OrderedDict[str, Response] = OrderedDict()

    def get(self, request: Request) -> Response | None:
        """What is held for ``request``."""
        if request.method != "GET":
            return None
        response = self._held.get(request.url)
        if response is not None:
            self._held.move_to_end(request.url)
        return response

    def put(self, request: Request, response: Response) -> None:
        """Hold ``response`` if it is a script or a stylesheet that may be held."""
        control = (response.header("cache-control") or "").lower()
        if (
            request.method != "GET"
            or response.status != 200
            or "no-store" in control
            or response.header("set-cookie") is not None
            or not any(part in response.content_type for part in _TYPES)
            or len(response.body) > self._limit
            or request.url in self._held
        ):
            return
        self._held[request.url] = response
        self._size += len(response.body)
        while self._size > self._limit:
            self._size -= len(self._held.popitem(last=False)[1].body)
