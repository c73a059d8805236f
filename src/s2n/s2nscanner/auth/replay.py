"""Plays the steps of a recording in a tab; says of one that fails which it is, and what is there instead."""

import asyncio
import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from playwright.async_api import Error, Frame, Locator, Page

from s2n.errors import LoginFailed, NetworkError
from s2n.s2nscanner.auth import recording as of
from s2n.s2nscanner.auth.controls import text_of
from s2n.s2nscanner.auth.selectors import located, spelled
from s2n.s2nscanner.crawler.browser.browser import Tab
from s2n.s2nscanner.crawler.sights import Sight

STEP_MS = 5000.0
"""Milliseconds for a step that names no other time: the recorder's own default."""

POLL_SECONDS = 0.1
MAX_SHOWN = 200
"""Characters of a page's text that a message quotes."""

_COMPARE = {">=": operator.ge, "==": operator.eq, "<=": operator.le}
_BUTTONS: dict[str, Any] = {"primary": "left", "auxiliary": "middle", "secondary": "right"}
_KEYS = {"\r": "Enter", "\n": "Enter", " ": "Space"}

_HAS = """(element, [attributes, properties]) => {
  const alike = (a, b) => a === b || (a instanceof Object && b instanceof Object
    && Object.entries(a).every(([key, value]) => alike(value, b[key])));
  return Object.entries(attributes).every(([name, value]) => element.getAttribute(name) === value)
    && alike(properties, element);
}"""

_IS_FOR_SECRETS = """field => field.type === 'password' || /^(current|new)-password$/.test(field.autocomplete)
  || /pass(?!port)|pwd|secret/i.test(`${field.name} ${field.id}`)"""
"""A page may show what is typed into its field, and give it another type for that."""


class Replay:
    """Plays in ``tab``; ``filled`` puts the user's options into what is typed and opened.

    ``secret`` is told what goes into fields for passwords, before it is typed. ``typed``: what was typed, the
    last first. ``words``: the page's text before what was done last.
    """

    def __init__(self, tab: Tab, filled: Callable[[str], str], secret: Callable[[str], None]) -> None:
        self.typed: list[str] = []
        self.words = ""
        self._tab = tab
        self._filled = filled
        self._secret = secret

    async def play(self, recording: of.Recording) -> list[Sight]:
        """Play all steps; what was seen.

        Raises:
            LoginFailed: a step cannot be played.
        """
        # New windows are closed once they have been looked at; where a step happens in one, they stay.
        windows = any(step.target != "main" for step in recording.steps)
        for number, step in enumerate(recording.steps, 1):
            limit = step.timeout or recording.timeout or STEP_MS
            if isinstance(step, of.Click | of.KeyDown):
                self.words = await text_of(self._tab.page)
            try:
                await self._play(step, limit)
                if not windows:
                    await self._tab.settle()
            except (Error, NetworkError) as error:
                raise await self._failed(number, step, error) from error
        await self._tab.settle()
        return self._tab.take()

    async def _play(self, step: of.AnyStep, limit: float) -> None:
        match step:
            case of.Navigate():
                await self._open(step, limit)
            case of.SetViewport():
                await self._tab.page.set_viewport_size({"width": step.width, "height": step.height})
            case of.KeyDown():
                await (await self._window(step, limit)).keyboard.down(_KEYS.get(step.key, step.key))
            case of.KeyUp():
                await (await self._window(step, limit)).keyboard.up(_KEYS.get(step.key, step.key))
            case of.Close():
                await (await self._window(step, limit)).close()
            case of.EmulateNetworkConditions():
                pass  # a slow network makes no other login
            case of.WaitForExpression():
                frame = await self._frame(step, limit)
                await frame.wait_for_function(step.expression, timeout=limit)
            case of.WaitForElement():
                await self._wait(step, await self._frame(step, limit), limit)
            case of.Scroll():
                await self._scroll(step, limit)
            case _:
                await self._act(step, await self._frame(step, limit), limit)

    async def _open(self, step: of.Navigate, limit: float) -> None:
        url = self._filled(step.url)
        if step.target == "main":
            await self._tab.open(url)
        else:
            await (await self._window(step, limit)).goto(url, timeout=limit)

    async def _act(
        self, step: of.Click | of.DoubleClick | of.Hover | of.Change, frame: Frame, limit: float
    ) -> None:
        found = await _first(frame, step.selectors, limit)
        if isinstance(step, of.Change):
            self.typed.insert(0, self._filled(step.value))
            if await found.evaluate(_IS_FOR_SECRETS, timeout=limit):
                self._secret(self.typed[0])
            await _change(found, self.typed[0], limit)
        elif isinstance(step, of.Hover):
            await found.hover(timeout=limit)
        else:
            button = _BUTTONS.get(step.button, "left")
            position = await _position(found, step)
            twice = 2 if isinstance(step, of.DoubleClick) else 1
            await found.click(button=button, click_count=twice, position=position, timeout=limit)

    async def _scroll(self, step: of.Scroll, limit: float) -> None:
        frame = await self._frame(step, limit)
        where = [step.x, step.y]
        if step.selectors:
            found = await _first(frame, step.selectors, limit)
            await found.evaluate("(element, [x, y]) => element.scroll(x, y)", where, timeout=limit)
        else:
            await frame.evaluate("([x, y]) => window.scroll(x, y)", where)

    async def _wait(self, step: of.WaitForElement, frame: Frame, limit: float) -> None:
        end = asyncio.get_running_loop().time() + limit / 1000
        while True:
            count = 0
            for selector in step.selectors:
                found = await located(frame, selector).all()
                fitting = [await each.evaluate(_HAS, [step.attributes, step.properties]) for each in found]
                count = sum(fitting)
                if found:
                    break
            if bool(_COMPARE[step.operator](count, step.count)) is step.visible:
                return
            if asyncio.get_running_loop().time() > end:
                raise Error(f"{count} are there")
            await asyncio.sleep(POLL_SECONDS)

    async def _window(self, step: of.Step, limit: float) -> Page:
        return (await self._target(step, limit)).page

    async def _frame(self, step: of.InFrame, limit: float) -> Frame:
        """The frame of a step, once it is there."""
        frame = await self._target(step, limit)
        for index in step.frame:
            await _until(partial(_has_frame, frame, index), limit, f"there is no frame {index}")
            frame = frame.child_frames[index]
        return frame

    async def _target(self, step: of.Step, limit: float) -> Frame:
        """The main page, or the window or frame that shows the URL that the step names."""
        if step.target == "main":
            return self._tab.page.main_frame

        def found() -> Frame | None:
            pages = (*reversed(self._tab.popups), self._tab.page)
            frames = [page.main_frame for page in pages] + [frame for page in pages for frame in page.frames]
            wanted = self._filled(step.target)
            exact = (frame for frame in frames if frame.url == wanted)
            alike = (frame for frame in frames if _bare(frame.url) == _bare(wanted))
            return next(exact, None) or next(alike, None)

        await _until(lambda: found() is not None, limit, f"no window shows {step.target}")
        frame = found()
        assert frame is not None
        return frame

    async def _failed(self, number: int, step: of.AnyStep, error: Exception) -> LoginFailed:
        what = type(step).__name__
        kind = what[0].lower() + what[1:]
        where = f" at {spelled(step.selectors)}" if isinstance(step, of.AtElement) else ""
        page = self._tab.page
        shown = " ".join((await text_of(page)).split())[:MAX_SHOWN]
        return LoginFailed(
            f"step {number} of the recording ({kind}{where}) cannot be played: {_why(error)}; "
            f"{page.url} shows “{shown}”",
            "see whether the login has changed, and record it again",
        )


async def _first(frame: Frame, selectors: Sequence[of.Selector], limit: float) -> Locator:
    """The element of the first alternative that leads to one that can be seen.

    Raises:
        Error: none does within ``limit`` milliseconds.
    """
    ways = [located(frame, selector).first for selector in selectors if selector]
    any_of = ways[0]
    for way in ways[1:]:
        any_of = any_of.or_(way)
    await any_of.first.wait_for(state="visible", timeout=limit)
    for way in ways:
        if await way.is_visible():
            return way
    return any_of.first


async def _change(found: Locator, value: str, limit: float) -> None:
    kind = await found.evaluate("e => e.localName === 'input' ? e.type : e.localName", timeout=limit)
    if kind == "select":
        await found.select_option(value, timeout=limit)
    elif kind in {"checkbox", "radio"}:
        await found.set_checked(value not in {"", "false"}, timeout=limit)
    else:
        await found.fill(value, timeout=limit)


async def _position(found: Locator, step: of.Click | of.DoubleClick) -> Any:
    """Where on the element was clicked; its middle where it is smaller now."""
    box = await found.bounding_box()
    x, y = step.offset_x, step.offset_y
    if box is None or x is None or y is None or not (0 < x < box["width"] and 0 < y < box["height"]):
        return None
    return {"x": x, "y": y}


def _has_frame(frame: Frame, index: int) -> bool:
    return len(frame.child_frames) > index


async def _until(true: Callable[[], bool], limit: float, otherwise: str) -> None:
    end = asyncio.get_running_loop().time() + limit / 1000
    while not true():
        if asyncio.get_running_loop().time() > end:
            raise Error(otherwise)
        await asyncio.sleep(POLL_SECONDS)


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0].rstrip("/")


def _why(error: Exception) -> str:
    """The cause, without what was typed and the library's own log."""
    first = str(error).partition("\n")[0].removeprefix("Locator.").removeprefix("Page.")
    return "it is not there in time" if "Timeout" in first else first
