"""Which pages need a browser: those that scripts build, and those that scripts of their own act on."""

import re
from collections.abc import Iterator
from enum import IntEnum
from string import ascii_lowercase, ascii_uppercase

from s2n.model import Response

MAX_TEXT = 1 << 17
"""Characters of a page that are looked at."""

LITTLE_TEXT = 300
FEW_LINKS = 3

_HIDDEN = ("script", "style", "template", "noscript", "head", "svg")
_TAG = re.compile(r"<[^<>]*>")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_DATA = re.compile(r"(?i)\btype\s*=\s*[\"']?(?!module|text/javascript|application/javascript)[\w/+.-]+")
_ROOT = re.compile(
    r"<(?:div|main|section)\b[^<>]{0,500}\bid\s*=\s*[\"']?"
    r"(?:app|root|__next|__nuxt|main|mount|svelte|q-app|application|react-root)[\"']?[^<>]{0,500}>\s*</"
    r"|<[a-z]+-root\b|\bdata-reactroot\b|\bng-version\s*=",
    re.IGNORECASE,
)
_BINDS = re.compile(
    r"<[^<>]*\s(?:ng-(?:app|click|submit|controller)|x-data|x-on:\w+|v-on:\w+|v-model|@(?:click|submit|change)"
    r"|data-controller|data-ng-app|_hyperscript|hx-trigger|on(?:click|change|mouse\w+|key\w+|submit|input))"
    r"\s*=",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"addEventListener|\.on[a-z]+\s*=|\bfetch\s*\(|XMLHttpRequest|\$\.(?:ajax|get|post)|\.on\s*\(|\baxios\b"
    r"|\b(?:WebSocket|EventSource|Worker)\s*\(|\.innerHTML|createElement|customElements|attachShadow"
    r"|\.sendBeacon|\.submit\s*\(|\bimport\s*\("
)
_LINK = re.compile(r"<a\b[^<>]*\shref\s*=", re.IGNORECASE)
_FORM = re.compile(r"<form\b", re.IGNORECASE)


class Need(IntEnum):
    """How much of a page is missed without a browser."""

    NONE = 0
    SOME = 1
    """Its own scripts react to the visitor, or ask the server for something."""
    ALL = 2
    """Without scripts there is no page."""


def need_of(response: Response) -> Need:
    """How much of an HTML page is missed without a browser, by its markup and inline scripts."""
    text = response.text[:MAX_TEXT]
    scripts = [body for attributes, body in _scripts(text) if not _DATA.search(attributes)]
    if not scripts:
        return Need.SOME if _BINDS.search(text) else Need.NONE
    if _ROOT.search(text) or _is_bare(text):
        return Need.ALL
    if _BINDS.search(text) or any(_ACTS.search(body) for body in scripts):
        return Need.SOME
    return Need.NONE


def _is_bare(text: str) -> bool:
    """Is there next to nothing to read, follow or fill in?"""
    if _FORM.search(text) or len(_LINK.findall(text)) > FEW_LINKS:
        return False
    for tag in _HIDDEN:
        text = _without(text, f"<{tag}", f"</{tag}")
    return len(" ".join(_TAG.sub(" ", _without(text, "<!--", "--")).split())) < LITTLE_TEXT


def _scripts(text: str) -> list[tuple[str, str]]:
    """Attributes and code of each script element."""
    parts = (text[start + 7 : end].partition(">") for start, end in _spans(text, "<script", "</script"))
    return [(attributes, body) for attributes, _, body in parts]


def _without(text: str, opening: str, closing: str) -> str:
    kept, at = [], 0
    for start, end in _spans(text, opening, closing):
        kept.append(text[at:start])
        at = end
    return " ".join((*kept, text[at:]))


def _spans(text: str, opening: str, closing: str) -> Iterator[tuple[int, int]]:
    """From each ``opening`` to its ``closing``; one pass, however many are left open."""
    lower = text.translate(_LOWER)  # of the same length, which lower() need not be
    at = 0
    while (start := lower.find(opening, at)) >= 0:
        at = start + len(opening)
        if lower[at : at + 1].isalnum():  # <header> is no <head>
            continue
        end = lower.find(closing, at)
        if end < 0:
            return
        yield start, end
        at = end
