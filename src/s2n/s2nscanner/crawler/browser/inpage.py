"""The script that runs in each page, and what Python asks of it."""

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from msgspec import Struct
from playwright.async_api import Error, Frame, Page

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
    """Where the mouse hits an element, in pixels of its frame's window."""

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


async def call(frame: Frame, what: str, *given: object) -> str:
    """JSON of what the in-page function ``what`` returns (acts.js).

    Raises:
        playwright.async_api.Error: the document is gone, or was never prepared.
    """
    told: str = await frame.evaluate(f"window['{NAME}'].do({json.dumps(what)}, {json.dumps(given)})")
    return told


async def look(page: Page) -> View:
    """The state that ``page`` is in, with all its frames.

    Raises:
        playwright.async_api.Error: the document is gone, or was never prepared.
    """
    main = page.main_frame
    state = _SNAPSHOT.decode(await call(main, "snapshot"))
    frames = [main]
    if state.foreign:
        for frame in page.frames[1 : MAX_FRAMES + 1]:
            try:
                if await call(frame, "apart") == "true":
                    state = state.joined(_SNAPSHOT.decode(await call(frame, "snapshot")), len(frames))
                    frames.append(frame)
            except Error:
                continue  # it went away, or was never loaded
    return View(state, tuple(frames))


async def aim(frame: Frame, ref: int) -> Point | None:
    """Where to press element ``ref``; None where the mouse does not reach it."""
    point: Point | None = _POINT.decode(await call(frame, "aim", ref))
    return point


async def markup(frame: Frame) -> str:
    """The document as it stands, with its shadow roots and the frames of its origin."""
    return str(json.loads(await call(frame, "html")))
