"""Opens pages for oracles: which sinks their scripts feed, and what they are made to say."""

import asyncio
import contextlib
import json
import re
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from playwright.async_api import Error

from s2n.s2nscanner.crawler.browser.browser import Browser, Tab
from s2n.s2nscanner.crawler.browser.tab import GRACE
from s2n.s2nscanner.crawler.sights import Heard
from s2n.s2nscanner.oracles.pagerun import PageRun, Sink

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Request

MAX_SINKS = 500

PATIENCE = 0.4
"""Seconds that a page at rest is given to show the dialog that is expected of it, if the machine is idle."""

_POST = """text => new Promise(done => {
  addEventListener("message", () => setTimeout(done), {once: true});
  setTimeout(done, 1000);
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  const code = `parent.postMessage(${JSON.stringify(text)}, "*")`.replace(/<\\//g, "<\\\\/");
  frame.src = "data:text/html," + encodeURIComponent(`<script>${code}</script>`);
  document.documentElement.append(frame);
})"""
"""Posts from a frame whose origin is opaque: a page that looks at the sender's origin ignores it."""


class Running:
    """Implements `s2n.s2nscanner.oracles.pagerun.PageRunner`; one page at a time.

    Two tabs are kept: one whose pages are watched, and one that is left as it is, in which code must prove
    that it runs.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._lock = asyncio.Lock()
        self._plain: Tab | None = None
        self._watched: Tab | None = None
        self._sinks: list[Sink] = []
        self._said: list[str] = []
        self._went: list[str] = []
        self._news = asyncio.Event()

    async def run(
        self, url: str, markers: Sequence[str] = (), message: str = "", expect: str = ""
    ) -> PageRun:
        """Open ``url`` in a page of its own.

        Raises:
            NetworkError: it was not opened.
        """
        async with self._lock:
            tab = await (self._watching() if markers else self._leaving())
            tab.take()
            self._sinks, self._said, self._went = [], [], []
            await tab.open(url)
            if message:
                posting = tab.direct.evaluate(tab.page, f"({_POST})({json.dumps(message)})")
                # It may go elsewhere meanwhile, where nobody listens to us, or keep its time to itself.
                with contextlib.suppress(Error, TimeoutError):
                    await tab.pulse.patient(posting, GRACE)
                await tab.settle()
            await self._heard(expect, tab)
            self._said += await tab.muted()
            documents = [s.exchange for s in tab.take() if isinstance(s, Heard) and s.kind == "document"]
            marked = re.compile("|".join(map(re.escape, markers)))
            sinks = [sink for sink in self._sinks if markers and marked.search(sink.text)]
            sinks += [
                Sink("navigation", went)
                for went in self._went
                if went != url.partition("#")[0] and markers and marked.search(went)
            ]
            return PageRun(documents[0] if documents else None, tuple(sinks), tuple(self._said))

    async def _heard(self, text: str, tab: Tab) -> None:
        """Wait until a dialog said ``text``: a page may be at rest before its events are handled."""
        end = asyncio.get_running_loop().time() + PATIENCE * tab.pulse.slow
        while text and text not in self._said and (left := end - asyncio.get_running_loop().time()) > 0:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    async def _watching(self) -> Tab:
        if self._watched is None or self._watched.lost:
            self._watched = tab = await self._listening()
            await tab.page.expose_function("__s2n_sink", self._fed)
            script = resources.files(__package__).joinpath("sinks.js").read_text("utf-8")
            await tab.page.add_init_script(script)
        return self._watched

    async def _leaving(self) -> Tab:
        if self._plain is None or self._plain.lost:
            self._plain = await self._listening()
        return self._plain

    async def _listening(self) -> Tab:
        tab = await self._browser.tab()
        tab.page.on("dialog", self._dialog)
        tab.page.on("request", self._request)
        return tab

    def _fed(self, kind: str, text: str, where: str) -> None:
        if len(self._sinks) < MAX_SINKS:
            self._sinks.append(Sink(str(kind), str(text), str(where)))

    def _dialog(self, dialog: "Dialog") -> None:
        self._said.append(dialog.message)
        self._news.set()

    def _request(self, request: "Request") -> None:
        if request.is_navigation_request() and len(self._went) < MAX_SINKS:
            self._went.append(request.url.partition("#")[0])
