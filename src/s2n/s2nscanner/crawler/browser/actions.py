"""One action on a page: found again in another visit of its state, judged, and done as a person would."""

import re
from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct
from playwright.async_api import Page

from s2n.s2nscanner.crawler.browser.filling import filled, value_of
from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Point, Snapshot, View, aim, call
from s2n.s2nscanner.crawler.danger import button_endangers, endangers, url_endangers

SCROLLS = 5
"""Times a list is scrolled to its end, as long as it grows."""

_VERBS = {
    "submit": "submit",
    "type": "type into",
    "check": "tick",
    "select": "choose",
    "dblclick": "double-click",
    "contextmenu": "right-click",
    "link": "click",
    "key": "press keys",
}
_TYPED = frozenset({"text", "search", "email", "url", "tel", "password", "number", "textarea"})
_PICKED = frozenset(
    {"date", "datetime-local", "month", "week", "time", "color", "range", "select", "checkbox", "radio"}
)
_MOUSE = frozenset({"click", "link", "check", "submit"})
_PRESSES = frozenset({"click", "link", "submit"})
_KEYS = ("Enter", "ArrowRight", "ArrowDown", "a")
"""Pressed where a script listens for keys and does not say for which."""

_VIEW = re.compile(
    r"(?i)\b(?:toggle|enable|disable)[ _-]*(?:the |main |side |mobile )*"
    r"(?:nav\w*|menu|side ?bar|drop ?down|theme|dark|light|search|panel|password|details)"
)
"""Orders to the view alone, though they begin with a verb that changes settings elsewhere."""


class Action(Struct, frozen=True):
    """What is done: to which element, with which option of it (``value``), and how many times in a row."""

    kind: str
    path: int
    label: str
    nth: int
    value: str = ""
    times: int = 1

    def __str__(self) -> str:
        if self.kind == "scroll":
            return "scroll to the end"
        verb = _VERBS.get(self.kind, self.kind)
        if self.kind == "select":
            return f'{verb} "{self.value}" in "{self.label}"'
        return f'{verb} "{self.label}"' + (f" {self.times} times" if self.times > 1 else "")

    def find(self, view: View) -> Candidate | None:
        """The element in this visit of the page, if it is there."""
        alike = [each for each in view.state.candidates if each.kind == self.kind and each.path == self.path]
        named = [each for each in alike if each.label == self.label]
        return next((each for each in named if each.nth == self.nth), named[0] if named else None)


def actions_on(state: Snapshot) -> list[tuple[Action, Candidate | None]]:
    """All that can be done in this state, in the order of the document; what is hidden comes last."""
    out: list[tuple[Action, Candidate | None]] = []
    for each in sorted(state.candidates, key=lambda each: each.hidden):
        values: tuple[str, ...] = ("",)
        if each.kind == "select" and each.control is not None:
            values = tuple(value for value in each.control.options if value != each.control.value)
        out += [(Action(each.kind, each.path, each.label, each.nth, value), each) for value in values]
    if state.scrolls:
        out.append((Action("scroll", 0, "", 0), None))
    return out


def objection(candidate: Candidate, view: View, *, risk: bool) -> str:
    """Why the element must not be acted on; empty if it may. ``risk``: passwords and files may be sent."""
    texts = [_VIEW.sub("", text) for text in candidate.texts]
    group = view.state.groups[candidate.group] if candidate.group >= 0 else None
    name = candidate.label or candidate.kind
    if (button_endangers if candidate.presses else endangers)(*texts) or url_endangers(
        _absolute(candidate.url)
    ):
        return f'"{name}" would end the session, destroy something or change the settings'
    if group is not None and candidate.kind in _PRESSES and candidate.presses:
        if endangers(*group.texts) or url_endangers(_absolute(group.action)):
            return f'the form of "{name}" would end the session, destroy something or change the settings'
        if group.sensitive and not risk:
            return f'the form of "{name}" takes a password or a file, which --accept-risk allows to send'
    return ""


async def perform(
    page: Page, view: View, action: Action, rest: Callable[[], Awaitable[None]], *, risk: bool
) -> bool:
    """Do ``action`` in ``page``; False where its element is not there. ``rest`` waits for the page.

    Raises:
        playwright.async_api.Error: the page went away, which may be what the action was for.
    """
    if action.kind == "scroll":
        await _scroll(page, rest)
        return True
    candidate = action.find(view)
    if candidate is None:
        return False
    doing = _Doing(page, view, candidate)
    if action.kind == "type":
        await doing.type(enter=risk or not view.secret(candidate))
    elif action.kind == "select":
        await doing.fill([(candidate.ref, action.value)])
    elif action.kind == "key":
        for key in candidate.keys[:5] or _KEYS:
            await page.keyboard.press(_KEY_NAMES.get(key, key))
    else:
        await doing.press()
    return True


_KEY_NAMES = {" ": "Space", "Esc": "Escape"}


class _Doing:
    """One element of one visit, and the devices that act on it."""

    def __init__(self, page: Page, view: View, candidate: Candidate) -> None:
        self._page = page
        self._view = view
        self._frame = view.frames[candidate.frame]
        self._candidate = candidate

    async def fill(self, values: list[tuple[int, str]], form: int = -1) -> None:
        await call(self._frame, "fill", values, form)

    async def press(self) -> None:
        """Press, point at or open the menu of the element; its form is filled in before."""
        candidate = self._candidate
        if candidate.presses or candidate.kind == "submit":
            group = self._view.state.groups[candidate.group] if candidate.group >= 0 else None
            if group is not None:
                await self.fill(filled(group), group.ref if group.real else -1)
        if candidate.kind == "submit" and not candidate.presses:
            await call(self._frame, "submit", candidate.ref)
            return
        kind = "click" if candidate.kind in _MOUSE else candidate.kind
        point = None if candidate.hidden else await self._aim()
        if point is None:
            await call(self._frame, "act", candidate.ref, kind)
            return
        if kind == "hover":
            await self._page.mouse.move(0, 0)  # so that it is entered, wherever the pointer rests
            await self._page.mouse.move(point.x, point.y)
        elif kind == "dblclick":
            await self._page.mouse.dblclick(point.x, point.y)
        else:
            button: Literal["left", "right"] = "right" if kind == "contextmenu" else "left"
            await self._page.mouse.click(point.x, point.y, button=button)
        if self._frame is self._page.main_frame:
            await call(self._frame, "ensure", candidate.ref, kind)

    async def type(self, *, enter: bool) -> None:
        """Type a value, by the keyboard where the field takes it, and leave the field."""
        candidate = self._candidate
        control = candidate.control
        assert control is not None
        value = value_of(control)
        if candidate.hidden or control.kind in _PICKED or not await self._focus():
            await self.fill([(candidate.ref, value)])
            return
        if len(value) <= 40:
            await self._page.keyboard.type(value)
        else:
            await self._page.keyboard.insert_text(value)
        if enter and (control.kind in _TYPED or control.kind not in _PICKED):
            await self._page.keyboard.press("Enter")
        await call(self._frame, "leave", candidate.ref)

    async def _focus(self) -> bool:
        return await call(self._frame, "focus", self._candidate.ref) == "true"

    async def _aim(self) -> Point | None:
        point = await aim(self._frame, self._candidate.ref)
        if point is None or self._frame is self._page.main_frame:
            return point
        box = await (await self._frame.frame_element()).bounding_box()
        return None if box is None else Point(point.x + box["x"], point.y + box["y"])


async def _scroll(page: Page, rest: Callable[[], Awaitable[None]]) -> None:
    """To the end of all that scrolls, and to the new end as long as there is one."""
    height = ""
    for _ in range(SCROLLS):
        grown = await call(page.main_frame, "scroll")
        if grown == height:
            break
        height = grown
        await rest()


def _absolute(url: str) -> str:
    """As `url_endangers` reads it: a scheme and a host in front."""
    return url if "://" in url else f"http://h/{url.lstrip('/')}" if url else ""
