"""The actions on a page: which there are, which must not be done, and how one is found again."""

import re

from msgspec import Struct

from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Group, Snapshot
from s2n.s2nscanner.crawler.danger import button_endangers, endangers, url_endangers

_VERBS = {
    "submit": "submit",
    "type": "type into",
    "check": "tick",
    "select": "choose",
    "dblclick": "double-click",
    "contextmenu": "right-click",
    "link": "click",
    "key": "press keys",
    "drop": "drop a file on",
    "clip": "copy from and paste into",
}
_WORDS = {"scroll": "scroll to the end", "back": "go back", "escape": "press Escape"}
"""What is done to the page as a whole."""

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
        if self.kind in _WORDS:
            return _WORDS[self.kind]
        verb = _VERBS.get(self.kind, self.kind)
        if self.kind == "select":
            return f'{verb} "{self.value}" in "{self.label}"'
        return f'{verb} "{self.label}"' + (f" {self.times} times" if self.times > 1 else "")

    def find(self, state: Snapshot) -> Candidate | None:
        """The element in this visit of the page, if it is there."""
        alike = [each for each in state.candidates if each.kind == self.kind and each.path == self.path]
        named = [each for each in alike if each.label == self.label]
        return next((each for each in named if each.nth == self.nth), named[0] if named else None)


ESCAPE = Action("escape", 0, "", 0)
"""Close what has opened, as the Escape key does."""


def back(steps: int) -> Action:
    """Go back in the tab's history."""
    return Action("back", 0, "", 0, str(steps))


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


def objection(candidate: Candidate, state: Snapshot) -> str:
    """Why the element must not be acted on; empty if it may."""
    orders = button_endangers if candidate.presses else endangers
    if orders(*(_VIEW.sub("", text) for text in candidate.texts)) or _leads_astray(candidate.url):
        return f'"{candidate.label or candidate.kind}" {_HARM}'
    if candidate.presses or candidate.kind == "submit":
        return _no_sending(candidate, state)
    return ""


def may_enter(candidate: Candidate, state: Snapshot) -> bool:
    """May the Enter key be pressed in this field? It may send the form."""
    return not _no_sending(candidate, state)


def is_sensitive(candidate: Candidate, state: Snapshot) -> bool:
    """May acting on it send a password or a file?"""
    if candidate.kind == "drop":
        return True
    if candidate.group >= 0:
        return state.groups[candidate.group].sensitive
    return state.secret and candidate.kind == "type"


def _no_sending(candidate: Candidate, state: Snapshot) -> str:
    """Why what was filled in must not be sent."""
    group = state.groups[candidate.group] if candidate.group >= 0 else None
    if group is not None and _is_dangerous(group):
        return f'the form of "{candidate.label}" {_HARM}'
    return ""


def _is_dangerous(group: Group) -> bool:
    return endangers(*group.texts) or _leads_astray(group.action)


def _leads_astray(url: str) -> bool:
    """As `url_endangers`, of a reference."""
    return bool(url) and url_endangers(url if "://" in url else f"http://h/{url.lstrip('/')}")


_HARM = "would end the session, destroy something or change the settings"
