"""A verified claim → a finding that can be read, pasted and replayed, with every secret masked."""

import hashlib
import re
import shlex

from s2n.model import (
    Confidence,
    Evidence,
    Finding,
    Headers,
    Location,
    PluginInfo,
    Request,
    Response,
    Severity,
    fingerprint,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.sdk import Claim

MASK = "***"
BODY_SHOWN = 4096
"""Characters of a body a finding keeps, around what matters."""

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key"})
_CLIENT_HEADERS = frozenset(
    {"host", "user-agent", "accept", "accept-encoding", "accept-language", "content-length", "connection"}
)
_COOKIE_VALUE = re.compile(r"=[^;]*")


class Scribe:
    """Writes findings down. Knows the scan's secrets, so that none gets into a report."""

    def __init__(self, scan: ScanRequest) -> None:
        given = {line.partition(":")[0].strip().lower() for line in scan.headers}
        self._secret_headers = _SECRET_HEADERS | given | {scan.api_key_name.lower()}
        self._secrets = sorted({s for s in (scan.password, scan.token) if len(s) >= 4}, key=len, reverse=True)

    def finding(self, claim: Claim, info: PluginInfo) -> Finding:
        """The finding of ``claim``; what the claim leaves empty is taken from ``info``."""
        exchange = claim.exchange
        point = claim.point
        request = exchange.first.request
        parameter = claim.parameter or (point.name if point else "")
        location = point.location if point else None
        mark = fingerprint(
            info.id,
            str(request.origin) if claim.per_site else request.url,
            method="" if claim.per_site else request.method,
            location=location or "",
            parameter=parameter,
            variant=claim.variant,
        )
        spared = parameter if location in {Location.COOKIE, Location.HEADER} else ""
        control = claim.control
        return Finding(
            id=f"{info.id}-{mark[:8]}",
            plugin=info.id,
            severity=claim.severity or info.severity,
            title=claim.title or info.title,
            description=claim.description or " ".join(part for part in (info.what, info.why) if part),
            url=self._clean(request.url),
            parameter=parameter,
            location=location,
            method=request.method,
            payload=self._clean(claim.payload),
            evidence=self._clean(claim.evidence),
            request=self.request_text(request, spared),
            response=self.response_text(exchange.response, claim.marker or claim.payload),
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
        )

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
            shown = _COOKIE_VALUE.sub("=" + MASK, value, count=1) if name.lower() == "set-cookie" else value
            lines.append(f"{name}: {shown}")
        return self._clean("\r\n".join(lines) + "\r\n\r\n" + _shown(response.body, response.text, marker))

    def curl(self, request: Request, spared: str = "") -> str:
        """A shell line that sends the request again; masked values are for the reader to fill in."""
        words = ["curl", "-i", "--path-as-is", "-g"]
        if request.method != "GET":
            words += ["-X", request.method]
        for name, value in self._masked(request.headers, spared):
            if name.lower() not in _CLIENT_HEADERS or name == spared:
                words += ["-H", f"{name}: {value}" if value else f"{name};"]
        if request.body:
            words += ["--data-binary", request.body.decode("latin-1")]
        words.append(request.url)
        return self._clean(" ".join(_quoted(word) for word in words))

    def _masked(self, headers: Headers, spared: str) -> list[tuple[str, str]]:
        shown = []
        for name, value in headers:
            lower = name.lower()
            if lower == "cookie":
                shown.append((name, "; ".join(_mask_cookie(pair, spared) for pair in value.split("; "))))
            elif lower in self._secret_headers and name != spared:
                shown.append((name, MASK))
            else:
                shown.append((name, value))
        return shown

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def cap_confidence(claim: Claim, limit: Confidence) -> Confidence:
    """The claim's confidence, lowered to ``limit`` if it says more."""
    order = list(Confidence)
    said = claim.confidence or limit
    return said if order.index(said) >= order.index(limit) else limit


def severity_from(text: str, default: Severity = Severity.MEDIUM) -> Severity:
    """A severity from its name in any case."""
    try:
        return Severity(text.upper())
    except ValueError:
        return default


def _mask_cookie(pair: str, spared: str) -> str:
    name, equals, value = pair.partition("=")
    return pair if name == spared else f"{name}{equals}{MASK if value else ''}"


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
    if word.isprintable() and word.isascii():
        return shlex.quote(word)
    escaped = "".join(
        ch if ch.isprintable() and ch.isascii() and ch not in "'\\" else f"\\x{ord(ch):02x}" for ch in word
    )
    return f"$'{escaped}'"
