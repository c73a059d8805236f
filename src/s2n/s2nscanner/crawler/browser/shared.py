"""The browser process that a scan's crawl and logins share. Knows of it without importing Playwright."""

from typing import TYPE_CHECKING

from s2n.protocol import ScanRequest

if TYPE_CHECKING:
    from s2n.s2nscanner.crawler.browser.process import Process


class SharedProcess:
    """Made when somebody first opens a page, and kept for the next: logins are made again and again."""

    def __init__(self, scan: ScanRequest) -> None:
        self._scan = scan
        self._process: Process | None = None

    def get(self) -> "Process":
        """The process; it need not run yet."""
        # Imported here: without the extra there is no Playwright, and most scans need none.
        from s2n.s2nscanner.crawler.browser.process import Process  # noqa: PLC0415 -- see above

        if self._process is None:
            self._process = Process(self._scan)
        return self._process

    async def close(self) -> None:
        """End it, if there is one."""
        if self._process is not None:
            await self._process.close()
