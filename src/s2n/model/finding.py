"""What a plugin says of itself, and what it found."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct, field

from s2n.model.severity import Confidence, Location, Severity

_VARIABLE_SEGMENT = re.compile(r"\d+|[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*|[A-Za-z0-9_-]{24,}")


class PluginInfo(Struct, frozen=True, kw_only=True):
    """The one place where a detection is described; docs, reports and ``s2n plugins show`` read it.

    ``id`` equals the plugin's file name and names the fault. ``kind``: *active* sends requests for each
    input point, *passive* only reads exchanges, *site* runs once per scan. ``max_requests`` bounds what it
    may send per input point (active) or per scan (site); more is a flood and stops it. ``blind``: it also
    finds what does not show in the response (by time, by callback), so it is tried where nothing reacts.
    ``changes``: what it sends once per scan may change the site (it submits forms, logs in), so it waits
    until the pages that others compare are done. ``implies``: plugins whose findings at the same place are
    but consequences of this one's.
    """

    id: str
    title: str
    severity: Severity
    cwe: str = ""
    owasp: str = ""
    wstg: str = ""
    cvss_vector: str = ""
    cvss_score: float | None = None
    what: str = ""
    why: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()
    kind: Literal["active", "passive", "site"] = "active"
    intrusive: bool = False
    blind: bool = False
    changes: bool = False
    implies: tuple[str, ...] = ()
    max_requests: int = 100
    source: str = "built in"


MAX_PLACES = 20
"""Places at which one flaw is told and, where that takes requests, verified."""


class Evidence(Struct, frozen=True):
    """A request and its response as text, secrets masked, bodies cut around what matters."""

    request: str
    response: str
    elapsed_seconds: float = 0.0


class Place(Struct, frozen=True):
    """Where a flaw shows: a request's method, and its URL without a query."""

    method: str
    url: str


class Finding(Struct, frozen=True, kw_only=True):
    """One flaw, with what proves it.

    ``request`` and ``response`` are the proof on the wire; ``control`` is the request that shows the
    difference; ``curl`` reproduces it from a shell. ``fingerprint`` is stable between scans and ignores the
    payload, so that one flaw is one finding. ``places``: where else it shows, at most `MAX_PLACES`.
    ``consequences``: what other plugins found at the same place for the same cause. ``per_site``: it concerns
    the whole origin, of which ``url`` is an example.
    """

    id: str
    plugin: str
    severity: Severity
    title: str
    description: str
    url: str
    parameter: str = ""
    location: Location | None = None
    method: str = "GET"
    payload: str = ""
    evidence: str = ""
    request: str = ""
    response: str = ""
    control: Evidence | None = None
    curl: str = ""
    remediation: str = ""
    references: tuple[str, ...] = ()
    cwe_id: str = ""
    cvss_score: float | None = None
    cvss_vector: str = ""
    confidence: Confidence = Confidence.FIRM
    fingerprint: str = ""
    places: tuple[Place, ...] = ()
    consequences: tuple[str, ...] = ()
    per_site: bool = False
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))


def fingerprint(
    plugin: str, url: str, *, method: str = "", location: str = "", parameter: str = "", variant: str = ""
) -> str:
    """16 hex digits that name a flaw: where it is and what it is, not how it was shown.

    ``url`` counts by origin and path, with ids in the path folded (``/user/17`` and ``/user/18`` are one).
    """
    base = url.partition("?")[0].partition("#")[0]
    head, slashes, rest = base.partition("://")
    folded = "/".join("{}" if _VARIABLE_SEGMENT.fullmatch(part) else part for part in rest.split("/")[1:])
    place = f"{head}{slashes}{rest.split('/')[0]}/{folded}"
    facts = "\n".join((plugin, method.upper(), place, location, parameter, variant))
    return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
