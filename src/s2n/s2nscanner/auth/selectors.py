"""A recording's ways to an element, as Playwright's locators."""

import re
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Frame, Locator

from s2n.s2nscanner.auth.recording import Selector

_ARIA_ATTRIBUTE = re.compile(r'\[\s*(\w+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')\s*\]')
_NAMED_ROLES: tuple[Any, ...] = (
    "button",
    "link",
    "textbox",
    "searchbox",
    "checkbox",
    "radio",
    "combobox",
    "menuitem",
    "tab",
    "option",
)
"""Roles that are looked through where a name alone is given."""


def located(frame: Frame, selector: Selector) -> Locator:
    """What ``selector`` leads to in ``frame``; each part of a chain inside what the parts before lead to."""
    parts = (selector,) if isinstance(selector, str) else selector
    inside: Frame | Locator = frame
    for part in parts:
        inside = _part(inside, part)
    assert isinstance(inside, Locator)
    return inside


def spelled(selectors: Sequence[Selector]) -> str:
    """The alternatives, for a message."""
    return ", ".join(each if isinstance(each, str) else " >> ".join(each) for each in selectors)


def _part(inside: Frame | Locator, text: str) -> Locator:
    kind, sign, rest = text.partition("/")
    if not sign or kind not in {"aria", "text", "xpath", "pierce", "css"}:
        return inside.locator(f"css={text}")
    match kind:
        case "aria":
            return _by_aria(inside, rest)
        case "text":
            return inside.get_by_text(rest)
        case "xpath":
            return inside.locator(f"xpath={rest}")
    return inside.locator(f"css={rest}")  # which looks into open shadow roots by itself


def _by_aria(inside: Frame | Locator, text: str) -> Locator:
    """``Name``, ``Name[role="button"]`` or ``[role="button"]``."""
    given = {name: first or second for name, first, second in _ARIA_ATTRIBUTE.findall(text)}
    name = given.get("name") or _ARIA_ATTRIBUTE.sub("", text).strip()
    role: Any = given.get("role")
    if role:
        return inside.get_by_role(role, name=name or None, exact=True)
    found = inside.get_by_label(name, exact=True)
    for each in _NAMED_ROLES:
        found = found.or_(inside.get_by_role(each, name=name, exact=True))
    return found
