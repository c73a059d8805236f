"""One running Chromium and the gate before it, for all who open pages in a scan."""

import asyncio

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.gate import Gate
from s2n.s2nscanner.crawler.browser.launch import Launched, launch
from s2n.s2nscanner.crawler.browser.outward import Outward
from s2n.s2nscanner.crawler.browser.pulse import Pulse


class Process:
    """Started when it is first needed, and again after a crash. ``launched`` is what runs now, if any."""

    def __init__(self, scan: ScanRequest) -> None:
        self.gate = Gate(Outward(scan).connect)
        self.pulse = Pulse()
        self.launched: Launched | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> Launched:
        """What runs, started if nothing did: contexts of another one are gone.

        Raises:
            RuntimeFailed: there is no browser, or it does not start.
        """
        async with self._lock:
            if self.launched is not None and self.launched.chromium.is_connected():
                return self.launched
            await self._end()
            if not self.gate.port:
                await self.gate.open()
            self.launched = await launch(self.gate.port)
            await self.pulse.attach(self.launched.chromium)
            return self.launched

    async def end(self, launched: Launched | None) -> None:
        """End ``launched``, or what is left of it, unless somebody has started another one meanwhile."""
        async with self._lock:
            if launched is self.launched:
                await self._end()

    async def close(self) -> None:
        """End everything, the gate too; nothing is left. It may be called again."""
        closing = asyncio.ensure_future(self._close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing  # a browser is not left behind for being in a hurry
            raise

    async def _close(self) -> None:
        async with self._lock:
            await self._end()
            await self.gate.close()

    async def _end(self) -> None:
        launched, self.launched = self.launched, None
        if launched is not None:
            await launched.close()
