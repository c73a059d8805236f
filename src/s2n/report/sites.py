"""Events → site model, complete or partial; and the site model in the formats it is written in."""

import importlib
from collections.abc import Iterable
from typing import TypeVar

from s2n.errors import UsageError
from s2n.model import ScanReport, ScanStatus
from s2n.model.site import (
    MAX_VALUES,
    Endpoint,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    Site,
    SocketMessage,
    ValueType,
)
from s2n.protocol import Crawled, Event, Mapped, Seen, Spoke

_RENDERERS = {
    "tree": ("s2n.report.as_tree", "render"),
    "json": ("s2n.report.as_site_json", "render"),
    "openapi": ("s2n.report.as_openapi", "render"),
    "openapi-yaml": ("s2n.report.as_openapi", "render_yaml"),
}
SITE_FORMATS: tuple[str, ...] = tuple(_RENDERERS)

SITE_SUFFIXES: dict[str, str] = {
    ".openapi.json": "openapi",
    ".yaml": "openapi-yaml",
    ".yml": "openapi-yaml",
    ".json": "json",
    ".txt": "tree",
}
"""How a file's name ends → format; the first that fits."""

_Item = TypeVar("_Item")
_LASTING = frozenset({ValueType.ENUM, ValueType.FILE, ValueType.PASSWORD})
"""What only a form says; a value that was seen elsewhere does not change it."""

CUT_SHORT = "a limit cut the crawl short: {}"
UNANSWERED = "{} pages could not be fetched"


class SiteAssembler:
    """Keeps what the events say of a site."""

    def __init__(self) -> None:
        self._endpoints: dict[tuple[str, str, str], _Growing] = {}
        self._states: list[PageState] = []
        self._messages: list[SocketMessage] = []
        self._left_out = LeftOut()

    def feed(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case Mapped(endpoint=told):
                key = (told.origin, told.template, told.method)
                if key not in self._endpoints:
                    self._endpoints[key] = _Growing(told)
                self._endpoints[key].add(told)
            case Seen():
                self._states.append(event.state)
            case Spoke():
                self._messages.append(event.message)
            case Crawled():
                self._left_out = event.left_out
            case _:
                pass

    def site(self, report: ScanReport) -> Site:
        """The site as of now; ``report``, of the same events, says when it was crawled and how that ended."""
        status, reason, left_out = report.metadata.status, report.metadata.reason, self._left_out
        if status is ScanStatus.COMPLETE and left_out.limits:
            reason = CUT_SHORT.format(", ".join(left_out.limits))
        elif status is ScanStatus.COMPLETE and left_out.failures:
            reason = UNANSWERED.format(sum(left_out.failures.values()))
        elif status is ScanStatus.COMPLETE and not self._endpoints:
            reason = "no page was found"
        return Site(
            target_url=report.target_url,
            scanner_version=report.scanner_version,
            start_time=report.start_time,
            end_time=report.end_time,
            status=status,
            complete=status is ScanStatus.COMPLETE and not reason,
            reason=reason,
            pages=report.summary.total_urls_scanned,
            total_requests=report.summary.total_requests,
            endpoints=tuple(self._endpoints[key].endpoint() for key in sorted(self._endpoints)),
            states=tuple(self._states),
            messages=tuple(self._messages),
            left_out=left_out,
            warnings=report.metadata.warnings,
        )


class _Growing:
    """An endpoint of which more and more is known; the answer is the one that came last."""

    def __init__(self, told: Endpoint) -> None:
        self._first = self._answered = told
        self._login = told.login
        self._parameters: dict[tuple[str, str], Parameter] = {}
        self._requests: dict[Replay, None] = {}
        self._found: dict[Sighting, None] = {}

    def add(self, told: Endpoint) -> None:
        for parameter in told.parameters:
            key = (parameter.location, parameter.name)
            known = self._parameters.get(key)
            self._parameters[key] = parameter if known is None else _merged(known, parameter)
        self._requests.update(dict.fromkeys(told.requests))
        if len(self._found) < MAX_VALUES:
            self._found.update(dict.fromkeys(told.found))
        if told.status:
            self._answered = told
        if told.login is not None:
            self._login = told.login

    def endpoint(self) -> Endpoint:
        return Endpoint(
            method=self._first.method,
            url=self._first.url,
            template=self._first.template,
            parameters=tuple(self._parameters.values()),
            requests=tuple(self._requests),
            found=tuple(self._found),
            status=self._answered.status,
            content_type=self._answered.content_type,
            login=self._login,
        )


def render_site(site: Site, fmt: str) -> bytes:
    """``site`` in format ``fmt``, one of `SITE_FORMATS`, as UTF-8.

    Raises:
        UsageError: no such format.
    """
    if fmt not in _RENDERERS:
        raise UsageError(f"unknown format {fmt!r}", f"s2n writes a site as {', '.join(SITE_FORMATS)}")
    module, function = _RENDERERS[fmt]
    content: bytes = getattr(importlib.import_module(module), function)(site)
    return content


def site_format(path: str) -> str:
    """The format that the name of a file asks for.

    Raises:
        UsageError: none.
    """
    name = path.lower()
    fmt = next((fmt for suffix, fmt in SITE_SUFFIXES.items() if name.endswith(suffix)), None)
    if fmt is None:
        raise UsageError(
            f"-o {path}: no format of a site model has that suffix",
            f"use one of {', '.join(SITE_SUFFIXES)}, or add --output-format {'|'.join(SITE_FORMATS)}",
        )
    return fmt


def _merged(one: Parameter, other: Parameter) -> Parameter:
    choices = _union(one.choices, other.choices)
    return Parameter(
        name=one.name,
        location=one.location,
        type=_merged_type(one, other),
        values=_union(one.values, other.values)[:MAX_VALUES],
        choices=choices,
        required=one.required or other.required,
    )


def _merged_type(one: Parameter, other: Parameter) -> ValueType:
    if one.type is other.type:
        return one.type
    for told, rest in ((one, other), (other, one)):
        if told.type in _LASTING or not rest.values:
            return told.type
    if {one.type, other.type} == {ValueType.INTEGER, ValueType.NUMBER}:
        return ValueType.NUMBER
    return ValueType.STRING


def _union(one: Iterable[_Item], other: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys((*one, *other)))
