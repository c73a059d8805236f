"""Reflection by context: canary, surviving characters, a payload that fits, and its proof in the parsed page.

The method of the good scanners (wapiti ``xss_utils``, ZAP ``HtmlContextAnalyser``, dalfox): nothing is
believed until the response to the payload, parsed as a browser would, runs a call with our fresh number.
"""

import html
import re
from collections.abc import Iterator

from msgspec import Struct

from s2n.model import Confidence, Exchange, Request
from s2n.s2nscanner.oracles.canaries import Canaries
from s2n.s2nscanner.oracles.confirming import confirmation
from s2n.s2nscanner.oracles.contexts import MAX_REFLECTIONS, Place, Reflection, reflections
from s2n.s2nscanner.oracles.execution import XML_TYPES, Witness, find_witness, is_rendered
from s2n.s2nscanner.oracles.newpages import NewPages
from s2n.s2nscanner.oracles.probe import Probe
from s2n.s2nscanner.oracles.proof import Proof
from s2n.s2nscanner.oracles.xsspayloads import TESTED, Survivors, payloads

MAX_PAYLOADS = 18
"""Payloads tried at one input point; half as many where each takes two requests to see."""

MAX_CONTEXTS = 6

_MARK = "zq"
"""Stands between the tested characters; part of no entity and of no escape."""

_NUMBER_DIGITS = 7


class Injection(Struct, frozen=True, kw_only=True):
    """Script that runs in the page: ``context`` names where the value stood, ``how`` what runs it.

    ``stored``: later visitors get it too. ``forbidden``: a content security policy stops it for now.
    """

    proof: Proof
    context: str
    how: str
    stored: bool
    forbidden: bool


async def script_injection(probe: Probe, canaries: Canaries | None = None) -> Injection | None:
    """Does a value sent through this point run as script in the page it appears in?

    ``canaries`` remember what was sent, for a later look at other pages. Costs one or two requests (three
    where the point is not a GET's) if the value is not reflected, at most about 25 otherwise.
    """
    seen = await _reach(probe, canaries)
    return await _search(*seen) if seen else None


async def stored_injection(probe: Probe, page: Request, created: NewPages | None = None) -> Injection | None:
    """Does a value sent through this point run as script in ``page``, which showed it before?

    ``created``: it showed on a page that ``page`` links since it was sent; each value has another one.
    """
    for prefix in dict.fromkeys((probe.point.value, "")):
        token = probe.fresh.token()
        channel = _Channel(probe, prefix, page, created)
        exchange = await channel.show(token)
        if exchange is not None and (found := _reflections(exchange, token)):
            return await _search(channel, exchange, found)
    return None


async def _search(channel: "_Channel", canary: Exchange, found: list[Reflection]) -> Injection | None:
    survivors = await _survivors(channel, len(found))
    fallback: Injection | None = None
    for number, (payload, reflection) in enumerate(_plan(found, survivors)):
        if number >= channel.attempts or (fallback and number >= channel.attempts // 2):
            break
        injection = await _attack(channel, canary, payload, str(reflection))
        if injection and not injection.forbidden:
            return injection
        fallback = fallback or injection
    return fallback


class _Channel:
    """How a value gets into a page: after which prefix, and on which page it shows if not in the answer.

    ``created``: it shows on a page that ``page`` links since the value was sent.
    """

    def __init__(
        self, probe: Probe, prefix: str, page: Request | None = None, created: NewPages | None = None
    ) -> None:
        self.probe = probe
        self.prefix = prefix
        self.page = page
        self._created = created

    @property
    def attempts(self) -> int:
        return MAX_PAYLOADS // 2 if self.page else MAX_PAYLOADS

    async def show(self, value: str) -> Exchange | None:
        """The page that shows ``value``, or None if a filter answered or no browser renders it."""
        exchange = await self.probe.send(self.prefix + value, follow=True)
        if self.probe.blocked(exchange):
            return None
        if self.page is not None:
            if (step := confirmation(exchange)) is not None:
                await self.probe.see(step)
            exchange = await self.probe.see(self.page)
            for link in self._created.linked(exchange)[:1] if self._created else ():
                exchange = await self.probe.see(link)
        return exchange if is_rendered(exchange) else None


async def _reach(
    probe: Probe, canaries: Canaries | None
) -> tuple[_Channel, Exchange, list[Reflection]] | None:
    """Find out whether and where a canary comes back: in place of the value, after it, or later."""
    token = ""
    for prefix in dict.fromkeys(("", probe.point.value)):
        token = probe.fresh.token()
        if canaries is not None:
            canaries.plant(token, probe.point)
        channel = _Channel(probe, prefix)
        exchange = await channel.show(token)
        if exchange is not None and (found := _reflections(exchange, token)):
            return channel, exchange, found
    if probe.point.request.method == "GET":
        return None
    exchange = await probe.original(follow=True)
    found = _reflections(exchange, token) if is_rendered(exchange) else []
    channel = _Channel(probe, probe.point.value, probe.point.request)
    return (channel, exchange, found) if found else None


def _reflections(exchange: Exchange, token: str) -> list[Reflection]:
    text = exchange.response.text
    if token not in text.lower():
        return []
    if exchange.response.content_type in XML_TYPES:
        return [Reflection(number=0, place=Place.XML)]
    return reflections(text, token)


async def _survivors(channel: _Channel, expected: int) -> list[Survivors]:
    """What comes back of the special characters at each reflection; unknown where it cannot be told."""
    unknown = [Survivors()] * expected
    start, end = channel.probe.fresh.token(), channel.probe.fresh.token()
    asked = ("%3C", *TESTED)
    exchange = await channel.show(start + "".join(_MARK + part for part in asked) + _MARK + end)
    if exchange is None:
        return unknown
    pieces = re.split(start, exchange.response.text, maxsplit=MAX_REFLECTIONS, flags=re.IGNORECASE)[1:]
    if len(pieces) != expected:
        return unknown
    return [_read(piece, end, asked) for piece in pieces]


def _read(piece: str, end: str, asked: tuple[str, ...]) -> Survivors:
    segment, closed, _ = piece.lower().partition(end)
    if not closed:
        return Survivors()
    got = segment.split(_MARK)[1:-1]
    if len(got) != len(asked):
        return Survivors()
    came = dict(zip(asked, got, strict=True))
    return Survivors(
        raw=frozenset(char for char in TESTED if came[char] == char),
        entity=frozenset(c for c in TESTED if came[c] != c and html.unescape(came[c]) == c),
        escaped=frozenset(char for char in TESTED if came[char] == "\\" + char),
        decoded_twice=came["%3C"] == "<",
    )


def _plan(found: list[Reflection], survivors: list[Survivors]) -> Iterator[tuple[str, Reflection]]:
    """Payloads for every kind of context by turns, each once."""
    kinds: dict[tuple[object, ...], tuple[Reflection, Survivors]] = {}
    for reflection, kept in zip(found, survivors, strict=True):
        best = kinds.get(reflection.kind)
        if best is None or len(kept.raw or ()) > len(best[1].raw or ()):
            kinds[reflection.kind] = (reflection, kept)
    sources = [
        (reflection, payloads(reflection, kept, _PLACEHOLDER))
        for reflection, kept in list(kinds.values())[:MAX_CONTEXTS]
    ]
    sent: set[str] = set()
    while sources:
        for source in list(sources):
            reflection, queue = source
            payload = next((p for p in queue if p not in sent), None)
            if payload is None:
                sources.remove(source)
                continue
            sent.add(payload)
            yield payload, reflection


_PLACEHOLDER = 7418529
"""Stands in the payloads until a fresh number takes its place."""


async def _attack(channel: _Channel, canary: Exchange, template: str, context: str) -> Injection | None:
    """Send the payload with a fresh number; the proof if a browser would run it."""
    number = str(channel.probe.fresh.number(_NUMBER_DIGITS))
    payload = template.replace(str(_PLACEHOLDER), number)
    exchange = await channel.show(payload)
    witness = find_witness(exchange, number) if exchange else None
    if exchange is None or witness is None:
        return None
    control = await channel.show(channel.probe.fresh.token())
    stored = control is not None and find_witness(control, number) is not None

    async def again() -> Proof | None:
        injection = await _attack(channel, canary, template, context)
        return injection.proof if injection else None

    proof = Proof(
        exchange=exchange,
        control=canary if stored or control is None else control,
        payload=channel.prefix + payload,
        evidence=_evidence(witness, number),
        confidence=Confidence.CERTAIN if witness.sure and not witness.forbidden else Confidence.FIRM,
        again=again,
        marker=number,
    )
    return Injection(
        proof=proof,
        context=context,
        how=witness.how,
        stored=stored or channel.page is not None,
        forbidden=witness.forbidden,
    )


def _evidence(witness: Witness, number: str) -> str:
    text = f"the parsed page runs a call with our fresh number {number}: {witness.how}"
    return f"{text} (a content security policy forbids it)" if witness.forbidden else text
