"""When two names are of one thing: ``order_id``, ``orderId``, and the 17 in ``/orders/17``."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

MAX_LENGTH = 200
"""Characters of a value that is worth remembering."""

_VERSION = re.compile(r"v\d+(?:\.\d+)*|api|rest", re.IGNORECASE)
_VERBS = frozenset(
    """
    add all cancel change create detail details edit find get insert list make new open register save search
    set show store submit update upload view
    """.split()  # noqa: SIM905 -- a word list reads better than two dozen quoted strings
)
_IDS = frozenset({"id", "uuid", "guid"})
_CAMEL = re.compile(r"[a-z](?:Id|ID|Uuid|UUID)$")
_WRAPPERS = frozenset({"data", "result", "results", "items", "content"})
_MAX_DEPTH = 10
_MAX_ITEMS = 20


@lru_cache(4096)
def plain(name: str) -> str:
    """``name`` without case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(word: str) -> str:
    """The plain singular of an English noun, roughly."""
    word = plain(word)
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@lru_cache(4096)
def nouns(path: str) -> tuple[str, ...]:
    """What a path is about, the nearest first: its fixed segments in the singular, without verbs."""
    fixed = [
        part.partition(".")[0]
        for part in path.split("/")
        if part and "{" not in part and not _VERSION.fullmatch(part) and not any(map(str.isdigit, part))
    ]
    things = [part for part in fixed if part.lower() not in _VERBS]
    return tuple(singular(part) for part in reversed(things or fixed))


def is_id(name: str) -> bool:
    """Does ``name`` say that its value tells one thing from others of its kind?"""
    return re.split(r"[_\-.\[]", name.rstrip("]"))[-1].lower() in _IDS or bool(_CAMEL.search(name))


def leaves(value: Any, noun: str, depth: int = 0) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text and number of JSON with the names it answers to: ``id`` of a user is ``id``, ``userid``."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                inner = noun if plain(key) in _WRAPPERS else singular(key)
                yield from leaves(item, inner, depth + 1)
            elif isinstance(item, (str, int, float)) and not isinstance(item, bool):
                text, own = str(item), plain(key).lstrip("_")
                if text and len(text) <= MAX_LENGTH:
                    yield (f"{noun}{own}", own), text
    elif isinstance(value, list):
        for item in value[:_MAX_ITEMS]:
            yield from leaves(item, noun, depth + 1)
