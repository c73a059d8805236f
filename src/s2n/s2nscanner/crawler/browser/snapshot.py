"""What a page's own document tells of its state, and of what can be done on it."""

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from playwright.async_api import Error, Frame, Page

NAME = "s2n walk"
"""The property of ``window`` behind which the script answers (kept.js)."""

_PARTS = ("kept.js", "hooks.js", "handlers.js", "candidates.js", "snapshot.js", "acts.js")
MAX_FRAMES = 20
"""Frames of other origins that are looked into."""

_PACKAGE = "s2n.s2nscanner.crawler.browser"


class Control(Struct, frozen=True):
    """A field as it stands in the page. ``kind``: an input's type, ``select``, ``textarea``, another tag."""

    ref: int
    kind: str
    name: str
    attributes: dict[str, str]
    options: tuple[str, ...]
    value: str


class Group(Struct, frozen=True):
    """A form (``real``), or the fields beside a button that serve as one.

    ``sensitive``: a password or a file is among them.
    """

    ref: int
    path: int
    real: bool
    sensitive: bool
    method: str
    action: str
    texts: tuple[str, ...]
    controls: tuple[Control, ...]


class Candidate(Struct, frozen=True):
    """An element and one way to act on it.

    ``kind``: ``click``, ``submit``, ``link`` (an anchor to another document that a script may handle),
    ``hover``, ``dblclick``, ``contextmenu``, ``type``, ``check``, ``select`` or ``key``. ``path`` names its
    place in whichever state of the page, ``label`` what a person would call it, ``nth`` tells apart those
    with the same of both. ``code`` is a hash of its listeners, ``does`` one of its label and attributes as
    well. ``presses``: it is a button. ``texts`` and ``url`` are what it says of danger. ``frame``: which of
    `View.frames` it is in.
    """

    ref: int
    kind: str
    path: int
    label: str
    nth: int
    code: int
    does: int
    hidden: bool
    presses: bool
    group: int
    texts: tuple[str, ...]
    url: str
    control: Control | None
    keys: tuple[str, ...]
    frame: int = 0


class Snapshot(Struct, frozen=True):
    """A page's state. ``born`` tells one document from the next.

    ``looks`` and ``fines`` are hashes of its structure without and with the classes; ``words`` and ``offers``
    of its headings and of what its elements do, each with the place where; ``content`` of all its text (see
    snapshot.js). ``foreign``: frames of another origin are
    in it. ``cut``: it has more elements than were looked at. ``secret``: a password or a file is asked for
    outside of forms.
    """

    url: str
    born: float
    looks: frozenset[int]
    fines: frozenset[int]
    words: frozenset[tuple[int, int]]
    offers: frozenset[tuple[int, int]]
    content: int
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    scrolls: bool
    foreign: bool
    cut: bool
    secret: bool


class View(NamedTuple):
    """One visit of a state: the state, and the frames in which its candidates are."""

    state: Snapshot
    frames: tuple[Frame, ...]

    @property
    def is_web(self) -> bool:
        """Is it a document of a site, and not the browser's own?"""
        return self.state.url.startswith(("http://", "https://"))

    def secret(self, candidate: Candidate) -> bool:
        """Does what is pressed or entered at ``candidate`` send a password or a file?"""
        return self.state.groups[candidate.group].sensitive if candidate.group >= 0 else self.state.secret


class Point(Struct, frozen=True):
    """Where the mouse hits an element, in pixels of its frame's window."""

    x: float
    y: float


_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_POINT = msgspec.json.Decoder(Point | None)


@cache
def script() -> str:
    """What runs in each document before its own scripts."""
    package = files(_PACKAGE)
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
                    state = _joined(state, _SNAPSHOT.decode(await call(frame, "snapshot")), len(frames))
                    frames.append(frame)
            except Error:
                continue  # it went away, or was never loaded
    return View(state, tuple(frames))


def _joined(state: Snapshot, inner: Snapshot, frame: int) -> Snapshot:
    """``state`` with what stands in one more frame."""
    first = len(state.groups)
    candidates = tuple(
        replace(each, frame=frame, group=each.group + first if each.group >= 0 else -1)
        for each in inner.candidates
    )
    return replace(
        state,
        looks=state.looks | inner.looks,
        fines=state.fines | inner.fines,
        words=state.words | inner.words,
        offers=state.offers | inner.offers,
        candidates=state.candidates + candidates,
        groups=state.groups + inner.groups,
        cut=state.cut or inner.cut,
    )


async def aim(frame: Frame, ref: int) -> Point | None:
    """Where to press element ``ref``; None where the mouse does not reach it."""
    point: Point | None = _POINT.decode(await call(frame, "aim", ref))
    return point


async def markup(frame: Frame) -> str:
    """The document as it stands, with its shadow roots and the frames of its origin."""
    return str(json.loads(await call(frame, "html")))
