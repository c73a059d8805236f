"""A verified claim → a finding that can be read, pasted and replayed, with every secret masked."""

import hashlib
import re
import shlex

import msgspec

from s2n.model import (
    Confidence,
    Evidence,
    Finding,
    Headers,
    Location,
    Place,
    PluginInfo,
    Request,
    Response,
    fingerprint,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.screen import CLIENT_SIDE
from s2n.s2nscanner.http.secrets import MASK, Secrets
from s2n.s2nscanner.sdk import Claim

BODY_SHOWN = 4096
"""Characters of a body a finding keeps, around what matters."""

_CLIENT_HEADERS = frozenset(
    {"host", "user-agent", "accept", "accept-encoding", "accept-language", "content-length", "connection"}
)
_WORD = re.compile(r"[\x20-\x7e]*")
_URL_TARGET = re.compile(r"/[\x21\x22\x24-\x7e]*")
"""A target that curl takes as part of a URL and sends as it stands."""
_ARGUMENT = 100_000
"""Bytes of a body that one argument surely takes (Linux: 128 KiB)."""


class Scribe:
    """Writes findings down. Knows the scan's ``secrets``, so that none gets into a report."""

    def __init__(self, scan: ScanRequest, secrets: Secrets | None = None) -> None:
        secrets = secrets or Secrets(scan)
        self._hides = secrets.hides
        self._clean = secrets.clean

    def place(self, claim: Claim) -> Place:
        """Where ``claim`` was seen, without the payload."""
        request = claim.point.request if claim.point else claim.exchange.first.request
        return Place(request.method, self._clean(request.url.partition("?")[0]))

    def finding(self, claim: Claim, info: PluginInfo) -> Finding:
        """The finding of ``claim``; what the claim leaves empty is taken from ``info``.

        Raises:
            msgspec.ValidationError: a field of the claim has the wrong type.
        """
        exchange = claim.exchange
        point = claim.point
        request = exchange.first.request
        parameter = claim.parameter or (point.name if point else "")
        location = point.location if point else None
        mark = fingerprint_of(claim, info)
        spared = parameter if location in {Location.COOKIE, Location.HEADER} else ""
        control = claim.control
        finding = Finding(
            id=f"{info.id}-{mark[:8]}",
            plugin=info.id,
            severity=claim.severity or info.severity,
            title=self._clean(claim.title or info.title),
            description=self._clean(
                claim.description or " ".join(part for part in (info.what, info.why) if part)
            ),
            url=self._clean(request.url),
            parameter=self._clean(parameter),
            location=location,
            method=request.method,
            payload=self._clean(claim.payload),
            evidence=self._clean(claim.evidence),
            request=self.request_text(request, spared),
            response=_without(self.response_text(exchange.response, claim.marker or claim.payload), claim),
            control=Evidence(
                request=self.request_text(control.first.request, spared),
                response=self.response_text(control.response, ""),
                elapsed_seconds=round(control.response.elapsed, 3),
            )
            if control
            else None,
            curl=self.curl(request, spared),
            remediation=claim.remediation or info.fix,
            references=tuple(claim.references) or info.references,
            cwe_id=claim.cwe or info.cwe,
            cvss_score=claim.cvss_score if claim.cvss_vector else info.cvss_score,
            cvss_vector=claim.cvss_vector or info.cvss_vector,
            confidence=claim.confidence
            or (Confidence.FIRM if info.kind == "passive" else Confidence.TENTATIVE),
            fingerprint=mark,
            per_site=_is_anywhere(claim),
        )
        return msgspec.convert(msgspec.to_builtins(finding), Finding)

    def request_text(self, request: Request, spared: str = "") -> str:
        """The request as it went out, secrets masked but for the attacked header or cookie, ``spared``."""
        lines = [f"{request.method} {request.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self._masked(request.headers, spared)]
        body = _shown(request.body, request.body.decode("utf-8", "replace"), "")
        return self._clean("\r\n".join(lines) + "\r\n\r\n" + body)

    def response_text(self, response: Response, marker: str) -> str:
        """Status, headers and the part of the body around ``marker``."""
        lines = [f"HTTP/{response.version} {response.status} {response.reason}".rstrip()]
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                pair, semicolon, attributes = value.partition(";")
                value = _mask_cookie(pair, "") + semicolon + attributes  # noqa: PLW2901 -- shown in its stead
            lines.append(f"{name}: {value}")
        return self._clean("\r\n".join(lines) + "\r\n\r\n" + _shown(response.body, response.text, marker))

    def curl(self, request: Request, spared: str = "") -> str:
        """A shell line that sends the request again; masked values are for the reader to fill in."""
        words = ["curl", "-i", "--path-as-is", "-g"]
        if request.method == "HEAD" and not request.body:
            words.append("-I")
        elif request.method != ("POST" if request.body else "GET"):
            words += ["-X", request.method]
        for name, value in self._masked(request.headers, spared):
            if _is_asked_for(name, value, request) or name == spared:
                words += ["-H", f"{name}: {value}" if value else f"{name};"]
        before = ""
        if request.body:
            if request.header("content-type") is None:
                words += ["-H", "Content-Type:"]  # or curl adds one
            body = self._clean(request.body.decode("latin-1"))
            if _WORD.fullmatch(body) and len(body) < _ARGUMENT:
                words += ["--data-raw", body]
            else:
                before = f"printf {_printf_format(body)} | "
                words += ["-H", "Expect:", "--data-binary", "@-"]
        if _URL_TARGET.fullmatch(request.target):
            words.append(request.url)
        else:
            words += ["--request-target", request.target, f"{request.origin}/"]
        return before + " ".join(_quoted(self._clean(word)) for word in words)

    def _masked(self, headers: Headers, spared: str) -> list[tuple[str, str]]:
        shown = []
        for name, value in headers:
            lower = name.lower()
            if lower == "cookie":
                shown.append((name, ";".join(_mask_cookie(pair, spared) for pair in value.split(";"))))
            elif self._hides(name) and name != spared:
                shown.append((name, MASK))
            else:
                shown.append((name, value))
        return shown


def fingerprint_of(claim: Claim, info: PluginInfo) -> str:
    """The fingerprint of the flaw that ``claim`` is about."""
    point = claim.point
    place = point.request if point else claim.exchange.first.request  # without a payload in the path
    anywhere = _is_anywhere(claim)
    return fingerprint(
        info.id,
        str(place.origin) if anywhere else place.url,
        method="" if anywhere else claim.exchange.first.request.method,
        location=point.location if point else "",
        parameter=claim.parameter or (point.name if point else ""),
        variant=claim.variant,
    )


def _is_anywhere(claim: Claim) -> bool:
    """Does it concern the whole origin? So do headers and cookies: what reads them serves all pages."""
    return claim.per_site or (claim.point is not None and claim.point.location in CLIENT_SIDE)


def _without(text: str, claim: Claim) -> str:
    for secret in claim.masked:
        text = text.replace(secret, MASK)
    return text


def cap_confidence(claim: Claim, limit: Confidence) -> Confidence:
    """The claim's confidence, lowered to ``limit`` if it says more."""
    order = list(Confidence)
    said = claim.confidence or limit
    return said if order.index(said) >= order.index(limit) else limit


def _is_asked_for(name: str, value: str, request: Request) -> bool:
    """Is the header more than what any client sends by itself? Another Host than the URL's is."""
    lower = name.lower()
    return lower not in _CLIENT_HEADERS or (lower == "host" and value != request.origin.authority)


def _mask_cookie(pair: str, spared: str) -> str:
    name, equals, value = pair.partition("=")
    if spared and name.strip() == spared:
        return pair
    if not equals:
        return MASK if pair else ""
    return f"{name}={MASK if value else ''}"


def _shown(body: bytes, text: str, marker: str) -> str:
    if b"\0" in body[:2048]:
        return f"[{len(body)} bytes, SHA-256 {hashlib.sha256(body).hexdigest()}]"
    return _excerpt(text, marker)


def _excerpt(text: str, marker: str) -> str:
    if len(text) <= BODY_SHOWN:
        return text
    at = max(text.find(marker), 0) if marker else 0
    start = max(0, min(at - BODY_SHOWN // 2, len(text) - BODY_SHOWN))
    before = f"[… {start} characters …]" if start else ""
    rest = len(text) - start - BODY_SHOWN
    return f"{before}{text[start : start + BODY_SHOWN]}" + (f"[… {rest} characters …]" if rest > 0 else "")


def _quoted(word: str) -> str:
    """``word`` for any POSIX shell, each of its characters one byte."""
    return shlex.quote(word) if _WORD.fullmatch(word) else f'"$(printf {_printf_format(word)})"'


def _printf_format(text: str) -> str:
    escaped = "".join(
        ch if " " <= ch <= "~" and ch not in "'\\%" else "%%" if ch == "%" else f"\\{ord(ch) & 255:03o}"
        for ch in text
    )
    return f"'{escaped}'"
