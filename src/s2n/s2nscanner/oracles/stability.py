"""What of a page stays the same when it is asked again, and is a new answer that page?

A page is cut into segments (a tag with its text, a line, a JSON member). Those that differ between repeated
baselines are slots: whatever stands there later is ignored. The method is linear in the page's length and
exact: two answers are the same page or they are not, there is no ratio to tune.
"""

import asyncio
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote, quote_plus

from s2n.model import Exchange
from s2n.s2nscanner.oracles.probe import Probe

MAX_TEXT = 1 << 20
"""Characters of a body that are compared."""

LARGE = 300_000
"""Bytes of all baselines beyond which they are compared in a thread: the scan goes on meanwhile."""

MAX_SLOTS = 0.3
"""Above this share of changing segments the baselines are not aligned, and only common segments count."""

MIN_COMMON = 0.5
"""Below this share of common segments a page has no face that could be compared."""

MAX_FRAMES = 50
"""Kinds of changing segments behind one segment; of more, any is taken for a change of theirs."""

MAX_KNOWN = 20_000
"""Segments that are remembered without their clocks."""

_SEGMENT = re.compile(r"<[^<>]*>[^<>\n,{}\[\]]*|[^<>\n,{}\[\]]+")
_CLOCK = re.compile(
    r"\b\d{1,2}:\d\d(?::\d\d)?\b"  # 12:07:33
    r"|\b\d{4}-\d\d-\d\d\b"  # 2024-02-29
    r"|\b1\d{9}(?:\d{3})?\b"  # seconds or milliseconds since 1970
    r"|\b[0-9a-fA-F]{16,}\b"  # nonces, digests
)


class Stable:
    """Compares answers with a page whose changing parts were learned. Built by `learned` or `learn_page`."""

    def __init__(
        self, value: str, texts: dict[str, int], signature: Callable[[list[str]], int], *, settled: bool
    ) -> None:
        self.settled = settled
        """Did the page differ from time to time in no more than what fills its slots?"""
        self._value = value
        self._texts = texts
        self._signature = signature
        self.original = next(iter(texts.values()))
        """The signature of the unmodified page."""

    def signature(self, exchange: Exchange, payload: str = "") -> int:
        """A number equal for equal pages. ``payload``: the value sent, whose echo is undone first."""
        text = undo_echo(_face(exchange), payload, self._value)
        known = self._texts.get(text)
        return self._signature(_SEGMENT.findall(text)) if known is None else known

    def same(self, exchange: Exchange, payload: str = "") -> bool:
        """Is this the unmodified page?"""
        return self.signature(exchange, payload) == self.original


async def learn_page(probe: Probe, *, anew: bool = False) -> Stable | None:
    """Ask for the unmodified page twice more; None if it has no stable face.

    What others were told a moment ago will do, unless it has to be asked ``anew``.
    """
    if probe.repeats is None or anew:
        repeats: Sequence[Exchange] = [await probe.original() for _ in range(2)]
    else:
        repeats = await probe.repeats()
    baselines, value = [probe.baseline, *repeats], probe.point.value
    if sum(len(each.response.body) for each in baselines) > LARGE:
        page = await asyncio.to_thread(learned, baselines, value)
    else:
        page = learned(baselines, value)
    probe.learnt(page)
    return page


def learned(baselines: Sequence[Exchange], value: str = "") -> Stable | None:
    """What ``baselines``, answers to one unmodified request, have in common; None if that is too little.

    ``value`` is what the attacked parameter holds in them.
    """
    if len({exchange.response.status for exchange in baselines}) > 1:
        return None
    texts = [_face(exchange) for exchange in baselines]
    pages = [_SEGMENT.findall(text) for text in texts]
    for signature in _candidates(pages):
        numbers = [signature(page) for page in pages]
        if len(set(numbers)) == 1:
            settled = isinstance(signature, _Slotted)
            return Stable(value, dict(zip(texts, numbers, strict=True)), signature, settled=settled)
    return None


def undo_echo(text: str, payload: str, value: str) -> str:
    """``text`` with every echo of ``payload``, in its usual encodings, turned back into ``value``."""
    if payload == value or len(payload) < 2 or payload.isalnum():
        return text
    for encode in _ENCODINGS:
        shown = encode(payload)
        if shown in text:
            text = text.replace(shown, encode(value))
    return text


def echoes(text: str, payload: str) -> int:
    """How often ``text`` holds ``payload`` whole, as it is or in one of its usual encodings."""
    return sum(text.count(shown) for shown in {encode(payload) for encode in _ENCODINGS})


def _entities(value: str) -> str:
    return html.escape(value).replace("&#x27;", "&#39;")


def _php_entities(value: str) -> str:
    return html.escape(value).replace("&#x27;", "&#039;")


def _slashes(value: str) -> str:
    return re.sub(r"([\\'\"])", r"\\\1", value)


_ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    html.escape,
    _entities,
    _php_entities,
    lambda value: html.escape(value, quote=False),
    _slashes,
    lambda value: _entities(_slashes(value)),
    lambda value: json.dumps(value)[1:-1],
    lambda value: quote(value, safe=""),
    quote,
    quote_plus,
    str.lower,
    str.upper,
    lambda value: html.escape(value.lower()),
    str.strip,
)


def _face(exchange: Exchange) -> str:
    """All that is compared of an answer: status, where it leads, its type, its body."""
    response = exchange.response
    head = f"{response.status}\n{response.header('location') or ''}\n{response.content_type}\n"
    return head + response.text[:MAX_TEXT]


def _candidates(pages: list[list[str]]) -> Iterable[Callable[[list[str]], int]]:
    """Ways to look at the pages, the most exact first."""
    if len({len(page) for page in pages}) == 1:
        columns = list(zip(*pages, strict=True))
        changing = sum(1 for column in columns if len(set(column)) > 1)
        if changing <= MAX_SLOTS * len(columns):
            yield _Slotted(columns)
    counts = [Counter(page) for page in pages]
    common = {segment for segment, n in counts[0].items() if all(c[segment] == n for c in counts[1:])}
    covered = sum(counts[0][segment] for segment in common)
    if covered >= MIN_COMMON * max(map(len, pages)):
        yield lambda page: hash(tuple(segment for segment in page if segment in common))
        yield lambda page: hash(tuple(sorted(segment for segment in page if segment in common)))


class _Slotted:
    """Every segment counts, in order, except what fills a slot: known by the segment before it."""

    def __init__(self, columns: list[tuple[str, ...]]) -> None:
        self._slots: dict[str, dict[tuple[str, str], None]] = {}
        self._plain: dict[str, str] = {}
        before = ""
        for column in columns:
            if len(set(column)) > 1:
                self._add(before, _frame(column))
            before = self._filled(before, column[0]) or self._without_clock(column[0])

    def __call__(self, page: list[str]) -> int:
        seen = [
            plain or self._without_clock(raw)
            for plain, raw in zip(map(self._plain.get, page), page, strict=True)
        ]
        seen.insert(0, "")
        slots = self._slots
        if slots:
            for at, raw in enumerate(page):
                if seen[at] in slots:
                    seen[at + 1] = self._filled(seen[at], raw) or seen[at + 1]
        return hash(tuple(seen))

    def _add(self, before: str, frame: tuple[str, str]) -> None:
        frames = self._slots.setdefault(before, {})
        if len(frames) < MAX_FRAMES:
            frames[frame] = None
        else:
            self._slots[before] = {("", ""): None}

    def _filled(self, before: str, segment: str) -> str | None:
        for head, tail in self._slots.get(before, ()):
            if segment.startswith(head) and segment.endswith(tail):
                return f"{head}\0{tail}"
        return None

    def _without_clock(self, segment: str) -> str:
        plain = self._plain.get(segment)
        if plain is None:
            plain = _CLOCK.sub("\0", segment)
            if len(self._plain) < MAX_KNOWN:
                self._plain[segment] = plain
        return plain


def _frame(column: tuple[str, ...]) -> tuple[str, str]:
    """What all variants of a changing segment begin and end with, up to the token that changes."""
    head = _shared_start(column)
    tail = _shared_start([segment[len(head) :][::-1] for segment in column])
    return _without_token(head), _without_token(tail)[::-1]


def _shared_start(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)  # all others lie between, so they share what these share
    return next((low[:i] for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), low)


def _without_token(text: str) -> str:
    """``text`` without the word at its end: two random tokens may begin alike by chance."""
    end = len(text)
    while end and (text[end - 1].isalnum() or text[end - 1] in "_:."):
        end -= 1
    return text[:end]
