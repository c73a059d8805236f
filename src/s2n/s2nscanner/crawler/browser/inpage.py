"""The script that runs in each page, and what Python asks of it."""

import json
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Self

import msgspec
from msgspec import Struct
from playwright.async_api import Error, Frame, Page

from s2n.s2nscanner.crawler.browser.direct import Direct
from s2n.s2nscanner.crawler.browser.snapshot import Snapshot

NAME = "s2n walk"
"""The property of ``window`` behind which the script answers (kept.js)."""

MAX_FRAMES = 20
"""Frames of other origins that are looked into."""

_PARTS = ("kept.js", "hooks.js", "handlers.js", "candidates.js", "snapshot.js", "acts.js")


class View(NamedTuple):
    """One visit of a state: the state, and the frames in which its candidates are."""

    state: Snapshot
    frames: tuple[Frame, ...]


class Point(Struct, frozen=True):
    """Where the mouse hits an element, in pixels."""

    x: float
    y: float


_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_POINT = msgspec.json.Decoder(Point | None)


@cache
def script() -> str:
    """What runs in each document before its own scripts."""
    package = files(__package__)
    source = "\n".join((package / part).read_text(encoding="utf-8") for part in _PARTS)
    return f'(() => {{\n"use strict";\nif (window["{NAME}"]) return;\n{source}\n}})();'


async def markup(frame: Frame) -> str:
    """The document of ``frame`` as it stands, with its shadow roots and the frames of its origin.

    Raises:
        playwright.async_api.Error: the document is gone, or was never prepared.
    """
    return str(json.loads(await frame.evaluate(_asking("html"))))


def _asking(what: str, *given: object) -> str:
    return f"window['{NAME}'].do({json.dumps(what)}, {json.dumps(given)})"


class InPage:
    """The script in the documents of one page.

    Frames of other origins alone are spoken to by Playwright's own way.
    """

    def __init__(self, page: Page, direct: Direct) -> None:
        self._page = page
        self._direct = direct

    @classmethod
    async def put(cls, page: Page, direct: Direct) -> Self:
        """Have it run in the next documents of ``page``."""
        await page.add_init_script(script())
        return cls(page, direct)

    async def call(self, frame: Frame, what: str, *given: object) -> str:
        """JSON of what the in-page function ``what`` returns (acts.js).

        Raises:
            playwright.async_api.Error: the document is gone, or was never prepared.
        """
        expression = _asking(what, *given)
        if frame is not self._page.main_frame:
            return str(await frame.evaluate(expression))
        return str(await self._direct.evaluate(self._page, expression))

    async def look(self) -> View:
        """The state that the page is in, with all its frames.

        Raises:
            playwright.async_api.Error: as `call`.
        """
        main = self._page.main_frame
        state = _SNAPSHOT.decode(await self.call(main, "snapshot"))
        frames = [main]
        if state.foreign:
            for frame in self._page.frames[1 : MAX_FRAMES + 1]:
                with suppress(Error):  # it went away, or was never loaded
                    if await self.call(frame, "apart") == "true":
                        inner = _SNAPSHOT.decode(await self.call(frame, "snapshot"))
                        state = state.joined(inner, len(frames))
                        frames.append(frame)
        return View(state, tuple(frames))

    async def aim(self, frame: Frame, ref: int) -> Point | None:
        """Where to press element ``ref``, in pixels of the page; None where the mouse does not reach it."""
        point: Point | None = _POINT.decode(await self.call(frame, "aim", ref))
        if point is None or frame is self._page.main_frame:
            return point
        box = await (await frame.frame_element()).bounding_box()
        return None if box is None else Point(point.x + box["x"], point.y + box["y"])

    async def markup(self) -> str:
        """As the function `markup`, of the page's own document."""
        return str(json.loads(await self.call(self._page.main_frame, "html")))
