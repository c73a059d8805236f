"""Does a malformed value make an interpreter behind the page complain? The error oracle."""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from s2n.model import Confidence, Exchange
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof

Maker = Callable[[Fresh], str]


class Message(Struct, frozen=True):
    """An error message in a page: the system it comes from ("" if unknown), its kind, its text."""

    source: str
    kind: int
    text: str


def messages_of(
    source: str, patterns: Sequence[re.Pattern[str]], needles: Sequence[str] = ("",)
) -> Callable[[str], list[Message]]:
    """Finds the messages of a system: each pattern is one kind.

    A text without any of ``needles`` (lower case) holds none of them: most are told so by a search for plain
    words, which takes a twentieth of the time.
    """

    def messages(text: str) -> list[Message]:
        if not holds(text, needles):
            return []
        found = ((kind, pattern.search(text)) for kind, pattern in enumerate(patterns))
        return [Message(source, kind, match[0]) for kind, match in found if match]

    return messages


def holds(text: str, needles: Sequence[str]) -> bool:
    """Does one of ``needles``, in lower case, stand in ``text`` in any case?"""
    lower = text.lower()
    return any(needle in lower for needle in needles)


class Malformed(Struct, frozen=True):
    """Values of one parameter that an interpreter trips over, and such as it does not.

    ``broken(word)`` holds the fresh word, which real messages quote. ``harmless`` are values of the type that
    is expected: one of them must pass. ``balanced`` and ``unbalanced`` differ in syntax only: they decide
    where a message does not quote what it complains about.
    """

    broken: Callable[[str], str]
    harmless: Sequence[Maker]
    balanced: Maker
    unbalanced: Maker


async def complaint(
    probe: Probe, malformed: Malformed, messages: Callable[[str], list[Message]]
) -> Proof | None:
    """A proof that ``malformed`` values, and only they, provoke a message, or None.

    ``messages`` finds the interpreter's messages in a page. The message must be absent from the baseline
    and from the answer to a harmless value, and quote the fresh word or come and go with the balance: a
    page *about* errors does neither. Sends one request if there is no message, two to five otherwise.
    """

    async def new(value: str) -> tuple[Exchange, list[Message]]:
        exchange = await probe.send(value)
        return exchange, new_messages(probe, exchange, messages)

    word = probe.fresh.letters()
    payload = malformed.broken(word)
    attack, complaints = await new(payload)
    if not complaints:
        return None
    for make in malformed.harmless:
        control, others = await new(make(probe.fresh))
        if not others:
            break
    else:
        return None
    shown = next((message for message in complaints if word in message.text), None)
    if shown is None:
        if (await new(malformed.balanced(probe.fresh)))[1]:
            return None
        if not (await new(malformed.unbalanced(probe.fresh)))[1]:
            return None
        shown = complaints[0]
    source = next((message.source for message in complaints if message.source), "the interpreter")
    return Proof(
        exchange=attack,
        control=control,
        payload=payload,
        evidence=f"a malformed value makes {source} complain, a harmless one does not: {shown.text}",
        marker=shown.text[:60],
        confidence=Confidence.FIRM,
        again=lambda: complaint(probe, malformed, messages),
    )


def new_messages(probe: Probe, exchange: Exchange, messages: Callable[[str], list[Message]]) -> list[Message]:
    """The messages of kinds that the unmodified page does not show; none if a filter answered."""
    if probe.blocked(exchange):
        return []
    known = {message.kind for message in messages(probe.baseline.response.text)}
    return [message for message in messages(exchange.response.text) if message.kind not in known]
