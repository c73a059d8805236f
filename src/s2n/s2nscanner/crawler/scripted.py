"""Which pages need a browser: those that scripts build, and those that scripts of their own act on."""

import re
from enum import IntEnum

from s2n.model import Response

MAX_TEXT = 1 << 17
"""Characters of a page that are looked at."""

LITTLE_TEXT = 300
FEW_LINKS = 3

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"<(script|style|template|noscript|head|svg)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.IGNORECASE | re.DOTALL
)
_DATA = re.compile(r"(?i)\btype\s*=\s*[\"']?(?!module|text/javascript|application/javascript)[\w/+.-]+")
_ROOT = re.compile(
    r"<(?:div|main|section)\b[^>]*\bid\s*=\s*[\"']?"
    r"(?:app|root|__next|__nuxt|main|mount|svelte|q-app|application|react-root)[\"']?[^>]*>\s*</"
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
_LINK = re.compile(r"<a\b[^>]*\shref\s*=", re.IGNORECASE)
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
    scripts = [body for attributes, body in _SCRIPT.findall(text) if not _DATA.search(attributes)]
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
    return len(" ".join(_UNSEEN.sub(" ", text).split())) < LITTLE_TEXT
