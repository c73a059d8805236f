"""Two addresses, two network errors: only who really connects can tell a closed port from an unknown name."""

import re
from collections.abc import Callable

from s2n.model import Confidence, Exchange
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof

REFUSED = re.compile(
    r"ECONNREFUSED|(?i:connection refused|actively refused it|\berrno[ :]*111\b|\b10061\b"
    r"|failed to connect to \S+ port \d+|curl(?: error)?:? ?\(?7\)?(?!\d))"
)
"""How libc, Node, curl, Java, Go and Windows say that a port is closed."""

UNKNOWN = re.compile(
    r"ENOTFOUND|EAI_AGAIN|UnknownHost|NameResolutionError|(?i:getaddrinfo|name or service not known"
    r"|(?:could ?n[o']t|could not|failed to|unable to|cannot|can't) (?:be )?resolve|no such host"
    r"|nodename nor servname|name resolution|curl(?: error)?:? ?\(?6\)?(?!\d))"
)
"""How the same say that a host name does not exist."""


def closed_port(fresh: Fresh) -> str:
    """A port of the target's own loopback on which nothing is likely to listen."""
    return f"127.0.0.1:{40_000 + fresh.number(4)}"


async def prove_connecting(probe: Probe, spell: Callable[[str], str]) -> Proof | None:
    """Show that the target connects to the address in its value, by the errors it shows.

    ``spell`` makes the value from ``HOST[:PORT]``. A closed port of the target's own loopback must be
    answered with "connection refused" only, a name that cannot exist (RFC 6761) with "unknown host" only: a
    page that refuses or rejects addresses, or is about networks, says the same to both. FIRM. Costs one
    request when nothing is found, and never leads the target to anybody else.
    """
    payload = spell(closed_port(probe.fresh))
    attack = await probe.send(payload)
    refused = _shown(probe, attack, REFUSED)
    if refused is None or _shown(probe, attack, UNKNOWN) is not None:
        return None
    unknown = await probe.send(spell(f"{probe.fresh.letters(12)}.invalid"))
    unresolved = _shown(probe, unknown, UNKNOWN)
    if unresolved is None or _shown(probe, unknown, REFUSED) is not None:
        return None
    return Proof(
        exchange=attack,
        control=unknown,
        payload=payload,
        evidence=f"The target tries to connect where the value says: at a closed port of its own it reports "
        f"{refused!r}, at a name that does not exist {unresolved!r}.",
        marker=refused,
        confidence=Confidence.FIRM,
        again=lambda: prove_connecting(probe, spell),
    )


def _shown(probe: Probe, exchange: Exchange, pattern: re.Pattern[str]) -> str | None:
    match = None if probe.blocked(exchange) else pattern.search(exchange.response.text)
    return match[0] if match else None
