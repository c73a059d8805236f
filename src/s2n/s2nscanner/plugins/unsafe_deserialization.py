"""Unsafe deserialisation: a value of the request decides which classes or functions the server uses."""

import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import islice

from s2n.s2nscanner.sdk import (
    Callback,
    CheckContext,
    Claim,
    InputPoint,
    Location,
    Malformed,
    Message,
    PluginInfo,
    Probe,
    Product,
    Proof,
    Serialized,
    Severity,
    complaint,
    delays,
    prove_callback,
    prove_computed,
    recognise_serialized,
    serialstreams,
)

MAX_TEXT = 1 << 18
MAX_MESSAGES = 20

_UNKNOWN = re.compile(
    r"ClassNotFoundException|NoClassDefFoundError|undefined class/module|No module named"
    r"|[Cc]annot find module|Unable to find assembly|Could not load (?:file or assembly|assembly|type)"
    r"|Error resolving type specified in JSON|Class not found:"
)
"""How loaders without a restriction say that they know no such class or module."""

_REFUSED = re.compile(
    r"(?i)REJECTED|unauthori[sz]ed|not (?:allowed|permitted)|forbidden|(?:black|white|allow)-?list"
)
_PHP_STATE = re.compile(
    r"Invalid serialization data for (?:DateTime|DateTimeZone|DatePeriod|DateInterval)\w* object"
)
_TYPE_NAME = re.compile(r"(?:^|\.)(?:\$type|@type|@class|__type)$")


class Plugin:
    """Has the value compute, wait or call where its format can; else name a class that nobody has."""

    info = PluginInfo(
        id="unsafe_deserialization",
        title="Unsafe deserialisation",
        severity=Severity.CRITICAL,
        cwe="CWE-502",
        owasp="A08:2021",
        wstg="WSTG-INPV-11",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="The server turns a value of the request back into objects of whatever class the value names.",
        why="An attacker combines classes that are there, or names functions outright, until the server runs "
        "commands.",
        fix="Exchange data as JSON, with a fixed schema. Where objects must be kept, sign them before they "
        "leave and check that first, and allow only listed classes (ObjectInputFilter, allowed_classes, "
        "find_class).",
        references=(
            "https://owasp.org/www-community/vulnerabilities/Deserialization_of_untrusted_data",
            "https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/502.html",
        ),
        blind=True,
        max_requests=40,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most, and only at values that hold an object or name its type."""
        held = _held(point)
        if held is None and not _TYPE_NAME.search(point.name):
            return
        proof = await _prove(point, held, await ctx.probe(point), ctx)
        if proof is not None:
            yield ctx.finding(proof, point)


def _held(point: InputPoint) -> Serialized | None:
    return None if point.location is Location.FILENAME else recognise_serialized(point.value)


async def _prove(point: InputPoint, held: Serialized | None, probe: Probe, ctx: CheckContext) -> Proof | None:
    if held is None:
        return await complaint(probe, _missing(lambda word: f"{word}.Item, {word}", point.value), _messages)
    if proof := await _by_effect(held, probe) or await _by_class(point, held, probe):
        return proof
    if ctx.callbacks is not None and serialstreams.calling(held, "x", "x" if ctx.callbacks.named else ""):
        proof = await prove_callback(probe, ctx.callbacks, [partial(_calling, held)])
    if proof is None and serialstreams.waiting(held, "sleep", 0):
        proof = await delays(probe, partial(_waiting, held, "sleep"), partial(_waiting, held, "slepe"))
    return proof


async def _by_effect(held: Serialized, probe: Probe) -> Proof | None:
    for multiply in serialstreams.computing(held):
        if proof := await prove_computed(probe, partial(_product, multiply)):
            return proof
    return None


async def _by_class(point: InputPoint, held: Serialized, probe: Probe) -> Proof | None:
    if held.kind == "php":
        return await complaint(probe, _php(held, point.value), _states)
    for unknown in serialstreams.unknown(held):
        if proof := await complaint(probe, _missing(unknown, point.value), _messages):
            return proof if held.kind != "java" or await _unfiltered(held, probe) else None
    return None


def _product(multiply: Callable[[int, int], str], product: Product) -> str:
    return multiply(product.a, product.b)


def _calling(held: Serialized, callback: Callback) -> str:
    return serialstreams.calling(held, callback.url, callback.name) or ""


def _waiting(held: Serialized, function: str, seconds: int) -> str:
    return serialstreams.waiting(held, function, seconds) or ""


def _missing(unknown: Callable[[str], str], value: str) -> Malformed:
    return Malformed(
        broken=unknown,
        harmless=[lambda _: value],
        balanced=lambda _: value,
        unbalanced=lambda fresh: unknown(fresh.letters()),
    )


def _messages(text: str) -> list[Message]:
    """Messages with what stands around them in the line, where the class is named."""
    messages = []
    for found in islice(_UNKNOWN.finditer(text[:MAX_TEXT]), MAX_MESSAGES):
        line = text[max(0, found.start() - 80) : found.end() + 160]
        messages.append(Message("the deserialiser", 1, " ".join(re.split(r"[<>\n]", line)).strip()))
    return messages


def _php(held: Serialized, value: str) -> Malformed:
    """Classes of PHP itself that refuse to wake without their state: only if they are woken at all."""

    def named(name: str) -> str:
        return held.encode(serialstreams.php_object(name))

    return Malformed(
        broken=lambda _: named("DateTime"),
        harmless=[lambda _: value],
        balanced=lambda fresh: named(fresh.letters()),
        unbalanced=lambda _: named("DateTimeZone"),
    )


def _states(text: str) -> list[Message]:
    return [Message("PHP", 1, found[0]) for found in islice(_PHP_STATE.finditer(text), MAX_MESSAGES)]


async def _unfiltered(held: Serialized, probe: Probe) -> bool:
    """Java resolves a class before a filter sees it: is one that exists let in?"""
    known = serialstreams.java_object("java.util.concurrent.atomic.AtomicBoolean")
    answer = await probe.send(held.encode(known))
    return not probe.blocked(answer) and not _REFUSED.search(answer.response.text)
