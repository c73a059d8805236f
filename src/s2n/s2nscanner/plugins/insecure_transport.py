"""Passwords that travel in clear, and pages over TLS whose parts don't."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from s2n.s2nscanner.sdk import (
    Claim,
    Exchange,
    PluginInfo,
    Severity,
    forms_of,
    has_password_field,
    parse_html,
    report,
)

MAX_SHOWN = 3

# What browsers refuse to load over plain HTTP into a page over TLS, for it could change the page, and what
# they load with a warning or upgrade (W3C Mixed Content).
_ACTIVE = {"script": "src", "iframe": "src", "frame": "src", "object": "data", "embed": "src"}
_PASSIVE = {"img": "src", "audio": "src", "video": "src", "source": "src"}


class Plugin:
    """One finding of each kind for an origin, from HTML pages; the machine's own loopback counts as safe."""

    info = PluginInfo(
        id="insecure_transport",
        title="Password travels in clear",
        severity=Severity.MEDIUM,
        cwe="CWE-319",
        owasp="A02:2021",
        wstg="WSTG-CRYP-03",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:N/A:N",
        cvss_score=5.3,
        what="A password is asked for on a page, or sent to an address, without TLS; or a page over TLS "
        "loads parts without it.",
        why="Whoever is on the way, in the same wireless network for one, reads the password or changes the "
        "page.",
        fix="Serve the whole site over TLS, redirect plain HTTP to it, and send Strict-Transport-Security. "
        "Refer to all parts of a page by https: or by relative URLs.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",
            "https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each kind of weakness that the page shows."""
        response = exchange.response
        if not (response.is_html and response.body) or response.status >= 400:
            return
        origin = exchange.request.origin
        if origin.scheme == "http":
            if has_password_field(response) and not _is_loopback(origin.host):
                yield _in_clear(exchange, "The page asks for a password, and itself came over plain HTTP.")
        elif b"http:" in response.body.lower():
            yield from _downgrades(exchange)


def _downgrades(exchange: Exchange) -> Iterator[Claim]:
    """What a page over TLS sends or loads without it."""
    document = parse_html(exchange.response.text)
    base = document.find("base")
    start = _joined(exchange.request.url, (base.attr("href") if base is not None else "") or "")
    for form in forms_of(exchange.response.text):
        action = _joined(start, form.attributes.get("action", ""))
        fields = (each.get("type", "") for each in form.inputs)
        if _is_plain(action) and any(kind.lower() == "password" for kind in fields):
            yield _in_clear(
                exchange, f"The form with the password is sent to {action[:200]}, over plain HTTP."
            )
            break
    policy = " ".join(exchange.response.header_all("content-security-policy")).lower()
    if "upgrade-insecure-requests" in policy or "block-all-mixed-content" in policy:
        return
    sheets = [each for each in document.find_all("link") if "stylesheet" in (each.attr("rel") or "").lower()]
    for kinds, severity in ((_ACTIVE, Severity.LOW), (_PASSIVE, Severity.INFO)):
        named = [each.attr(name) or "" for tag, name in kinds.items() for each in document.find_all(tag)]
        if kinds is _ACTIVE:
            named += [each.attr("href") or "" for each in sheets]
        parts = [url for url in (_joined(start, reference) for reference in named) if _is_plain(url)]
        if parts:
            yield _mixed(exchange, list(dict.fromkeys(parts)), severity)


def _in_clear(exchange: Exchange, evidence: str) -> Claim:
    return report(exchange, evidence, per_site=True, variant="password")


def _mixed(exchange: Exchange, parts: list[str], severity: Severity) -> Claim:
    low = severity is Severity.LOW
    impact = "L" if low else "N"
    more = f" and {len(parts) - MAX_SHOWN} more" if len(parts) > MAX_SHOWN else ""
    return report(
        exchange,
        f"The page came over TLS, but loads over plain HTTP: {', '.join(parts[:MAX_SHOWN])}{more}.",
        title="Mixed content: the page loads code without TLS" if low else "Mixed content: images or media",
        severity=severity,
        marker=parts[0],
        cwe="CWE-311",
        cvss_vector=f"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:{impact}/A:N",
        cvss_score=3.1 if low else 0.0,
        per_site=True,
        variant="code" if low else "media",
    )


def _joined(start: str, reference: str) -> str:
    """The URL that ``reference`` means; empty if it means none."""
    try:
        return urljoin(start, reference)
    except ValueError:
        return ""


def _is_plain(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and bool(parts.hostname) and not _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
