"""Does an action as a person would: by mouse and keyboard where they reach, by script where they don't."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

from playwright.async_api import Error, Page

from s2n.s2nscanner.crawler.browser.actions import Action, may_enter
from s2n.s2nscanner.crawler.browser.filling import filled, value_of
from s2n.s2nscanner.crawler.browser.inpage import InPage, Point, View
from s2n.s2nscanner.crawler.browser.snapshot import Candidate

SCROLLS = 5
"""Times a list is scrolled to its end, as long as it grows."""

_WINDOWS = 40
_FRAME = 0.035
"""Seconds in which what came into view is noticed: two frames."""

_BY_SCRIPT = frozenset({"date", "datetime-local", "month", "week", "time", "color", "range"})
"""Fields that take no plain typing."""

_MAX_TYPED = 40
"""Characters that are typed key by key; a longer text comes at once."""

_MAX_KEYS = 5
_KEYS = ("Enter", "ArrowRight", "ArrowDown", "a")
"""Pressed where a script listens for keys and does not say for which."""

_NAMES = {" ": "Space"}
_NEVER = frozenset({"Delete", "Backspace", "Escape", "Tab", "Shift", "Control", "Alt", "Meta"})
_BY_EVENTS = frozenset({"drag", "drop", "clip"})
"""What is done by script alone: a real drag or paste would take the browser's own clipboard, or a file."""

_SLID = 60
"""Pixels that a slider is moved."""

_CLICKS = frozenset({"link", "check", "submit"})


async def perform(
    page: Page,
    inside: InPage,
    view: View,
    action: Action,
    rest: Callable[[], Awaitable[None]],
) -> bool:
    """Do ``action`` in ``page``; False where its element is not there. ``rest`` waits for the page.

    Raises:
        playwright.async_api.Error: the page went away, which may be what the action was for.
    """
    if action.kind == "scroll":
        await _scroll(page, inside, rest)
        return True
    if action.kind == "back":
        await inside.call(page.main_frame, "back", int(action.value))
        return True
    if action.kind == "escape":
        await page.keyboard.press("Escape")
        return True
    candidate = action.find(view.state)
    if candidate is None:
        return False
    doing = _Doing(page, inside, view, candidate)
    if action.kind == "type":
        await doing.type(enter=may_enter(candidate, view.state))
    elif action.kind == "select":
        await doing.fill([(candidate.ref, action.value)])
    elif action.kind == "key":
        await doing.press_keys()
    else:
        await doing.press()
    return True


class _Doing:
    """One element of one visit, and the devices that act on it."""

    def __init__(self, page: Page, inside: InPage, view: View, candidate: Candidate) -> None:
        self._page = page
        self._inside = inside
        self._view = view
        self._frame = view.frames[candidate.frame]
        self._candidate = candidate

    async def fill(self, values: list[tuple[int, str]], form: int = -1) -> None:
        await self._inside.call(self._frame, "fill", values, form)

    async def press(self) -> None:
        """Press, point at or open the menu of the element; its form is filled in before."""
        candidate = self._candidate
        if candidate.presses or candidate.kind == "submit":
            group = self._view.state.groups[candidate.group] if candidate.group >= 0 else None
            if group is not None:
                await self.fill(filled(group), group.ref if group.real else -1)
        if candidate.kind == "submit" and not candidate.presses:
            await self._inside.call(self._frame, "submit", candidate.ref)
            return
        kind = "click" if candidate.kind in _CLICKS else candidate.kind
        if kind in _BY_EVENTS:
            await self._inside.call(self._frame, "act", candidate.ref, kind)
            return
        point = None if candidate.hidden else await self._inside.aim(self._frame, candidate.ref)
        if point is None and kind == "slide":
            return  # it cannot be held
        if point is None:
            await self._inside.call(self._frame, "act", candidate.ref, kind)
            return
        if kind == "hover":
            await self._page.mouse.move(0, 0)  # so that it is entered, wherever the pointer rests
            await self._page.mouse.move(point.x, point.y)
        elif kind == "slide":
            await self._slide(point)
        elif kind == "dblclick":
            await self._page.mouse.dblclick(point.x, point.y)
        else:
            button: Literal["left", "right"] = "right" if kind == "contextmenu" else "left"
            await self._page.mouse.click(point.x, point.y, button=button)
        if self._frame is self._page.main_frame and kind != "slide":
            await self._inside.call(self._frame, "ensure", candidate.ref, kind)

    async def _slide(self, point: Point) -> None:
        """Move it along while it is held down, as a slider or a card."""
        mouse = self._page.mouse
        await mouse.move(point.x, point.y)
        await mouse.down()
        await mouse.move(point.x + _SLID, point.y + 1, steps=3)
        await mouse.up()

    async def type(self, *, enter: bool) -> None:
        """Type a value, by the keyboard where the field takes it, and leave the field."""
        candidate = self._candidate
        control = candidate.control
        assert control is not None
        value = value_of(control)
        if candidate.hidden or control.kind in _BY_SCRIPT or not await self._focus():
            await self.fill([(candidate.ref, value)])
            return
        if len(value) <= _MAX_TYPED:
            await self._page.keyboard.type(value)
        else:
            await self._page.keyboard.insert_text(value)
        if enter:
            await self._page.keyboard.press("Enter")
        await self._inside.call(self._frame, "leave", candidate.ref)

    async def press_keys(self) -> None:
        """Press the keys for which the page's script listens."""
        known = tuple(key for key in self._candidate.keys if key not in _NEVER)
        for key in known[:_MAX_KEYS] or _KEYS:
            with suppress(Error):  # a key that the keyboard does not have
                await self._page.keyboard.press(_NAMES.get(key, key))

    async def _focus(self) -> bool:
        return await self._inside.call(self._frame, "focus", self._candidate.ref) == "true"


async def _scroll(page: Page, inside: InPage, rest: Callable[[], Awaitable[None]]) -> None:
    """Window by window to the end of all that scrolls, and on to the new end as long as there is one."""
    for _ in range(SCROLLS):
        windows = 0
        while windows < _WINDOWS and await inside.call(page.main_frame, "scroll") == "true":
            windows += 1
            await asyncio.sleep(_FRAME)
        if not windows:
            break
        await rest()
