"""Which URLs are the same, which are of one kind, and when another one of a kind is not worth fetching.

Three questions. *Identity*: two spellings of one resource. *Shape*: the path with its ids folded and the
names of its parameters; ``/item/1`` and ``/item/2`` are of one shape. *Worth*: a value that is a word may
select another page (``?page=news``), a number or a random id seldom does; pages of a shape are fetched until
a number of them in a row brought nothing new.
"""

import re
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import unquote_plus

_SESSION_NAMES = re.compile(
    r"(?i)(?:j|php|asp|cf)?sess(?:ion)?_?(?:id)?|aspsessionid\w*|s?sid|oscsid|zenid|cfid|cftoken"
)
_NOISE_NAMES = re.compile(r"(?i)utm_\w+|fbclid|gclid|_|_ts|nocache|cachebuster")
_PATH_SESSION = re.compile(r"(?i);(?:jsessionid|phpsessid|sid)=[^/?;]*|/\((?:S|A|F)\([\w\-]+\)\)+")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_DATE = re.compile(r"\d{2,4}[-./]\d{1,2}(?:[-./]\d{1,4})?(?:[T ][\d:.Z+\-]*)?")
_HEX = re.compile(r"(?=.*\d)[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*")
_TURNS = re.compile(r"[a-z](?=\d)|\d(?=[a-z])", re.IGNORECASE)
_TOKEN = re.compile(r"[\w\-=+]{6,}", re.ASCII)
_WORDS = re.compile(r"[\w.\-/:@+ ]{1,60}")
"""What names of pages, files and sections are made of; other text is what somebody typed."""

_MIN_SESSION = 10
"""Characters of a session id at least; ``sid=5`` is somebody's story number."""

_MAX_SEGMENTS = 40
_MAX_URL = 2048


class Variety(IntEnum):
    """How a value varies, from not at all to at random."""

    FIXED = 0
    NAME = 1
    NUMBER = 2
    OPAQUE = 3


class Shape(NamedTuple):
    """``key`` names the kind of URL, ``place`` its folder; ``values`` hash the words it passes."""

    key: int
    place: int
    variety: Variety
    values: tuple[int, ...]


def variety(value: str) -> Variety:
    """Is it a name, a number (or a date), or anything at all?"""
    if not value:
        return Variety.FIXED
    if _NUMBER.fullmatch(value) or _DATE.fullmatch(value):
        return Variety.NUMBER
    if _HEX.fullmatch(value) or not _WORDS.fullmatch(value):
        return Variety.OPAQUE
    if _TOKEN.fullmatch(value) and len(_TURNS.findall(value)) >= 3:
        return Variety.OPAQUE
    return Variety.NAME


def fold(path: str) -> tuple[str, Variety]:
    """``path`` with ids folded: ``/user/17/edit`` → ``/user/{n}/edit``; a repeating path by its parts."""
    folded: list[str] = []
    worst = Variety.FIXED
    for segment in path.split("/")[1:]:
        kind = variety(segment)
        if kind >= Variety.NUMBER:
            folded.append("{n}" if kind is Variety.NUMBER else "{id}")
            worst = max(worst, kind)
        else:
            folded.append(segment)
    names = [segment for segment in folded if segment and segment[0] != "{"]
    if len(set(names)) < len(names):
        return "/*/" + "/".join(sorted(set(names))), Variety.NUMBER
    return "/" + "/".join(folded), worst


def parameters(query: str) -> list[tuple[str, str]]:
    """Names and values of a query, undecoded, without session ids and cache busters."""
    if not query:
        return []
    pairs = (part.partition("=")[::2] for part in query.split("&") if part)
    return [
        (name, value)
        for name, value in pairs
        if not _NOISE_NAMES.fullmatch(name)
        and not (len(value) >= _MIN_SESSION and _SESSION_NAMES.fullmatch(name))
    ]


def without_session(path: str) -> str:
    """``path`` without a session id in it (``;jsessionid=…``, ``/(S(…))``)."""
    return _PATH_SESSION.sub("", path) if ";" in path or "(" in path else path


def identity(url: str, method: str = "GET", body: bytes = b"") -> int:
    """A hash that two spellings of one request share."""
    path, mark, query = url.partition("?")
    if mark:
        path = f"{path}?{sorted(parameters(query))}"
    return hash((method, without_session(path), body))


def shape_of(url: str) -> Shape:
    """The kind of URL that ``url`` is."""
    head, mark, query = url.partition("?")
    host = head.find("/", 8)
    origin, path = (head[:host], head[host:]) if host > 0 else (head, "/")
    template, worst = fold(without_session(path))
    place = hash((origin, template[: template.rfind("/") + 1]))
    if not mark:
        return Shape(hash((origin, template)), place, worst, ())
    pairs = parameters(query)
    key = hash((origin, template, *sorted({name for name, _ in pairs})))
    values = []
    for name, value in pairs:
        kind = variety(unquote_plus(value))
        worst = max(worst, kind)
        if kind is Variety.NAME:
            values.append(hash((key, name, value)))
    return Shape(key, place, worst, tuple(values))


def is_trap(url: str) -> bool:
    """Is ``url`` longer, or its path more repetitive, than a site makes on purpose?"""
    if len(url) > _MAX_URL:
        return True
    segments = [part for part in url.partition("?")[0].split("/")[3:] if part]
    if len(segments) < 4:
        return False
    return len(segments) > _MAX_SEGMENTS or max(map(segments.count, set(segments))) >= 4
