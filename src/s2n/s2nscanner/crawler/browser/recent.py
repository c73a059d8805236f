"""Answers of a moment ago: what a page asks for several times as it is drawn, the site is asked once."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from s2n.model import Request, Response

FRESH = 1.0
"""Seconds for which an answer stands; a page that polls for a change learns of it a second later."""

MOST = 100
MAX_BODY = 1 << 20


class Recent:
    """Of one tab. A request that may change something makes all of it stale."""

    def __init__(self) -> None:
        self._held: OrderedDict[object, tuple[float, Response]] = OrderedDict()
        self._asking: dict[object, asyncio.Lock] = {}
        self._cookies = ""

    def forget(self) -> None:
        """Hold nothing any more: something was done."""
        self._held.clear()

    def asked_with(self, cookies: str) -> None:
        """Note the Cookie header of a request: with another one, the site may answer otherwise."""
        if cookies != self._cookies:
            self._cookies = cookies
            self.forget()

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[Response | None]:
        """The answer that is held for ``request``; else it is this one's turn to ask, while others wait."""
        if request.method != "GET":
            self.forget()
            yield None
            return
        key = _key(request)
        lock = self._asking.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                held = self._held.get(key)
                yield held[1] if held is not None and held[0] > monotonic() - FRESH else None
        finally:
            if not lock.locked():
                self._asking.pop(key, None)

    def put(self, request: Request, response: Response) -> None:
        """Hold ``response`` for a moment."""
        if (
            request.method == "GET"
            and response.status == 200
            and response.header("set-cookie") is None
            and len(response.body) <= MAX_BODY
        ):
            self._held[_key(request)] = (monotonic(), response)
            while len(self._held) > MOST:
                self._held.popitem(last=False)


def _key(request: Request) -> object:
    return request.url, request.headers
