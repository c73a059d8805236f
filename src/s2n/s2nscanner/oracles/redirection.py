"""Open redirection, proved by the host a browser would end up at."""

import re
from collections.abc import Callable

from msgspec import Struct

from s2n.model import Confidence, Exchange, Origin
from s2n.s2nscanner.oracles.leading import Lead, leads, leads_to
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof

_NAME = re.compile(
    r"(?i)ur[il]|redir|return|ret$|next|dest|target|goto|^(?:go|to|out|u|r)$|contin|callback|forward|fwd"
    r"|back|link|href|site|domain|success|cancel|logout|referr?er|location"
)
_VALUE = re.compile(r"(?i)https?:|[/\\]|%2f|[\w.-]+\.[a-z]{2,}(?:/|$)")


class Bait(Struct, frozen=True):
    """A value that should lead to ``host``."""

    value: str
    host: str


Recipe = Callable[[str, Origin], Bait]
"""From a fresh host and the target's own origin to a bait."""


def _plain(template: str) -> Recipe:
    return lambda host, own: Bait(template.format(host=host, own=own, scheme=own.scheme), host)


def _below(host: str, own: Origin) -> str:
    """A name that begins with the target's own, and is ``host``'s."""
    return f"{own.host}.{host}"


ABSOLUTE = _plain("https://{host}/")

RECIPES: tuple[Recipe, ...] = (
    _plain("//{host}/"),
    _plain("/\\{host}/"),  # browsers take \ for /
    _plain("{own}@{host}/"),  # begins with the own origin, which is only user and password here
    _plain("https://{own.authority}@{host}/"),  # the same behind a proxy that speaks TLS
    lambda host, own: Bait(f"{own.scheme}://{_below(host, own)}/", _below(host, own)),
    _plain("{scheme}://{host}/{own.authority}"),
    _plain("{scheme}://{host}/?{own}/"),
    _plain("{scheme}://{host}\\@{own.authority}/"),  # RFC 3986 sees the host after @, browsers that before \
    lambda host, own: Bait(f".{host}/", _below(host, own)),  # where the own origin is put before it
    lambda host, own: Bait(f"@{host}/", host),
    _plain("///{host}/"),
    _plain("\\/\\/{host}/"),
    _plain("/\t/{host}/"),  # browsers drop tabs
    _plain(" https://{host}/"),
    _plain("hTTps://{host}/"),
    _plain("https:{host}/"),
    _plain("http:/{host}/"),
    _plain("https%3A%2F%2F{host}%2F"),
    _plain("%2F%2F{host}%2F"),
)


class Redirection(Struct, frozen=True, kw_only=True):
    """An open redirect: ``by`` names the means, ``host`` where the browser went."""

    proof: Proof
    by: str
    host: str


async def open_redirection(probe: Probe) -> Redirection | None:
    """Can a value sent through this point send the visitor to a foreign host?

    Costs one or two requests if the value leads nowhere, at most about 22 otherwise.
    """
    screening = await _screen(probe)
    if screening is None:
        return None
    for recipe in (ABSOLUTE, *RECIPES) if screening else RECIPES:
        found = await _attempt(probe, recipe)
        if found:
            return found
    return None


async def _screen(probe: Probe) -> bool | None:
    """None: the value has no say in where the page leads. True: an absolute URL got through."""
    token = probe.fresh.token()
    exchange = await probe.send(f"https://{token}.example/")
    if any(token in lead.reference for lead in leads(exchange)):
        return True
    led = bool(leads(exchange)) or bool(leads(probe.baseline))
    if not led and not looks_like_target(probe):
        return None
    exchange = await probe.send(f"/{token}")
    if any(token in lead.reference for lead in leads(exchange)):
        return False
    return False if led and looks_like_target(probe) else None


def looks_like_target(probe: Probe) -> bool:
    """Do the point's name or its present value suggest an address?"""
    name = probe.point.name.rpartition(".")[2]
    return bool(_NAME.search(name) or _VALUE.match(probe.point.value))


def _host(fresh: Fresh) -> str:
    # RFC 2606: nobody owns a name below .example, so nobody is ever called.
    return f"{fresh.token()}.example"


async def _attempt(probe: Probe, recipe: Recipe) -> Redirection | None:
    bait = recipe(_host(probe.fresh), probe.point.request.origin)
    exchange = await probe.send(bait.value)
    lead = _lead_to(exchange, bait.host)
    if lead is None or probe.blocked(exchange):
        return None
    control = await probe.send(f"/{probe.fresh.token()}")
    if _lead_to(control, bait.host) is not None:
        return None

    async def again() -> Proof | None:
        found = await _attempt(probe, recipe)
        return found.proof if found else None

    proof = Proof(
        exchange=exchange,
        control=control,
        payload=bait.value,
        evidence=f"{lead.by} ({lead.reference!r}) takes a browser to the fresh host {bait.host}",
        confidence=Confidence.CERTAIN,
        again=again,
        marker=lead.reference,
    )
    return Redirection(proof=proof, by=lead.by, host=bait.host)


def _lead_to(exchange: Exchange, host: str) -> Lead | None:
    for lead in leads(exchange):
        place = leads_to(exchange, lead)
        if place is not None and place.scheme in {"http", "https"} and place.host == host:
            return lead
    return None
