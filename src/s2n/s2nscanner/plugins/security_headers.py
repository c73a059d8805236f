"""Pages without the headers by which a browser protects their users."""

import ipaddress
import re
from collections.abc import Iterator

from s2n.s2nscanner.sdk import (
    Claim,
    Csp,
    Exchange,
    PluginInfo,
    Severity,
    csp_of,
    csp_weaknesses,
    parse_html,
    report,
)

MIN_HSTS = 180 * 86400
"""Seconds; below half a year a browser forgets too soon (hstspreload.org wants a whole one)."""

LEAK = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"
NO_IMPACT = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:N/A:N"

_MAX_AGE = re.compile(r"(?i)(?:^|;)\s*max-age\s*=\s*\"?(\d+)")
_ANY_SITE = frozenset({"*", "http:", "https:", "http://*", "https://*"})
_LEAKY = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
_POLICIES = _LEAKY | {
    "no-referrer",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}


class Plugin:
    """One finding per header and origin, from successful HTML pages only."""

    info = PluginInfo(
        id="security_headers",
        title="Missing security header",
        severity=Severity.LOW,
        cwe="CWE-693",
        owasp="A05:2021",
        wstg="WSTG-CONF-14",
        cvss_vector=LEAK,
        cvss_score=3.1,
        what="Responses lack a header that tells browsers to limit what a page may do or leak, or its value "
        "allows too much.",
        why="The header is the second line of defence: without it, a small flaw does full harm.",
        fix="Set the header for all responses in one place: the web server, or the framework's middleware.",
        references=(
            "https://owasp.org/www-project-secure-headers/",
            "https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each header that is missing or weak."""
        response = exchange.response
        if not (200 <= response.status < 300 and response.is_html and response.body):
            return
        document = parse_html(response.text) if b"<meta" in response.body.lower() else None
        metas = [] if document is None else document.find_all("meta")
        referrers = [meta.attr("content") or "" for meta in metas if meta.attr("name") == "referrer"]
        yield from _scripts(exchange, csp_of(response, document))
        yield from _framing(exchange, csp_of(response))  # a <meta> policy cannot forbid framing
        yield from _sniffing(exchange)
        yield from _transport(exchange)
        yield from _referrer(exchange, exchange.response.header_all("referrer-policy") + referrers)


def _scripts(exchange: Exchange, csp: Csp) -> Iterator[Claim]:
    remedy = (
        "Send a Content-Security-Policy that allows scripts by nonce or hash, without wildcards and eval, "
        "with base-uri 'none' and object-src 'none'."
    )
    if not csp.policies:
        yield _claim(exchange, "Content-Security-Policy", "The page has no Content-Security-Policy.", remedy)
        return
    found = csp_weaknesses(csp)
    if found:
        slight = all(each.slight for each in found)
        yield _claim(
            exchange,
            "Content-Security-Policy",
            f"The Content-Security-Policy {'; it '.join(each.text for each in found)}.",
            remedy,
            title="Weak Content-Security-Policy",
            severity=Severity.INFO if slight else Severity.LOW,
            cvss_vector=NO_IMPACT if slight else LEAK,
            cvss_score=0.0 if slight else 3.1,
        )


def _framing(exchange: Exchange, csp: Csp) -> Iterator[Claim]:
    ancestors = [policy["frame-ancestors"] for policy in csp.policies if "frame-ancestors" in policy]
    options = {
        option.strip().lower()
        for value in exchange.response.header_all("x-frame-options")
        for option in value.split(",")
    }
    if ancestors:  # where it is there, browsers ignore X-Frame-Options
        if not all(_ANY_SITE & set(sources) for sources in ancestors):
            return
        evidence = "The policy's frame-ancestors lets any site frame the page."
    elif options & {"deny", "sameorigin"}:
        return
    elif options - {""}:
        evidence = f"Browsers ignore this X-Frame-Options: {', '.join(sorted(options))[:80]}."
    else:
        evidence = "The page has neither X-Frame-Options nor a policy with frame-ancestors."
    yield _claim(
        exchange,
        "X-Frame-Options",
        evidence,
        "Send Content-Security-Policy: frame-ancestors 'self', and X-Frame-Options: SAMEORIGIN.",
        title="Page can be framed by other sites (clickjacking)",
        cwe="CWE-1021",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
        cvss_score=3.1,
    )


def _sniffing(exchange: Exchange) -> Iterator[Claim]:
    if "nosniff" not in (exchange.response.header("x-content-type-options") or "").lower():
        yield _claim(
            exchange,
            "X-Content-Type-Options",
            "The page has no X-Content-Type-Options: nosniff.",
            "Send X-Content-Type-Options: nosniff with each response, and the right Content-Type.",
        )


def _transport(exchange: Exchange) -> Iterator[Claim]:
    origin = exchange.request.origin
    if origin.scheme != "https" or _is_address(origin.host):  # RFC 6797, 8.1.1: not for addresses
        return
    value = exchange.response.header("strict-transport-security")
    age = _MAX_AGE.search(value or "")
    title = "Missing security header"
    if value is None:
        evidence = "The answer over TLS has no Strict-Transport-Security."
    elif age is None:
        evidence = f"Strict-Transport-Security has no max-age, so it has no effect: {value[:80]!r}."
    elif int(age[1]) < MIN_HSTS:
        evidence = f"Strict-Transport-Security is kept for {age[1]} seconds only."
        title = "Weak Strict-Transport-Security"
    else:
        return
    yield _claim(
        exchange,
        "Strict-Transport-Security",
        evidence,
        "Send Strict-Transport-Security: max-age=31536000; includeSubDomains over TLS.",
        title=title,
        cwe="CWE-319",
    )


def _referrer(exchange: Exchange, values: list[str]) -> Iterator[Claim]:
    known = [word for value in values for word in re.split(r"[\s,]+", value.lower()) if word in _POLICIES]
    if known and known[-1] not in _LEAKY:
        return
    said = f"says {known[-1]}: full URLs go to other sites" if known else "is missing"
    yield _claim(
        exchange,
        "Referrer-Policy",
        f"Referrer-Policy {said}.",
        "Send Referrer-Policy: strict-origin-when-cross-origin, or a stricter one.",
        title="Weak Referrer-Policy" if known else "Missing security header: Referrer-Policy",
        severity=Severity.LOW if known else Severity.INFO,  # today's browsers have a good default
        cwe="CWE-200",
        cvss_vector=LEAK if known else NO_IMPACT,
        cvss_score=3.1 if known else 0.0,
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _claim(exchange: Exchange, header: str, evidence: str, remediation: str, **fields: object) -> Claim:
    given: dict[str, object] = {"title": f"Missing security header: {header}", "remediation": remediation}
    return report(exchange, evidence, **given | fields, per_site=True, variant=header.lower())
