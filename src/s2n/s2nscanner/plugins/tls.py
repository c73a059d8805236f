"""TLS as no browser would still want it: old versions, broken ciphers, certificates that prove nothing."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from s2n.s2nscanner.sdk import (
    WEAK_SIGNATURES,
    Certificate,
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Handshake,
    Offer,
    Origin,
    Places,
    PluginInfo,
    Request,
    Response,
    Severity,
    parse_certificate,
)

SOON = timedelta(days=21)
"""Before this, automatic renewal (30 days before the end, at Let's Encrypt) should have worked."""

MIN_BITS = {"RSA": 2048, "DSA": 2048, "EC": 224}
"""NIST SP 800-131A: 112 bits of security."""

IMPACTS = {
    Severity.MEDIUM: ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9),
    Severity.LOW: ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N", 3.7),
    Severity.INFO: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
}

OLD_VERSIONS = ("TLSv1", "TLSv1.1")
WEAK_CIPHERS = {
    "without encryption (NULL)": ("eNULL", Severity.MEDIUM),
    "without a certificate (anonymous)": ("aNULL:!eNULL", Severity.MEDIUM),
    "of export strength": ("EXPORT", Severity.MEDIUM),
    "RC4": ("RC4", Severity.MEDIUM),
    "DES": ("DES", Severity.MEDIUM),
    "triple DES (SWEET32)": ("3DES", Severity.LOW),
}
"""What each is called, how OpenSSL selects it, and how bad it is; a build offers those that it has."""


class Fault(Struct, frozen=True):
    """One thing that is wrong."""

    variant: str
    title: str
    evidence: str
    severity: Severity
    cwe: str


Look = Callable[[CheckContext, Origin], AsyncIterator[Fault]]


class Plugin:
    """Makes one offer at a time and sees what the server accepts; nothing is sent after the handshake."""

    info = PluginInfo(
        id="tls",
        title="Weak TLS",
        severity=Severity.MEDIUM,
        cwe="CWE-327",
        owasp="A02:2021",
        wstg="WSTG-CRYP-01",
        cvss_vector=IMPACTS[Severity.MEDIUM][0],
        cvss_score=IMPACTS[Severity.MEDIUM][1],
        what="The server accepts TLS versions or ciphers that are broken, or its certificate does not "
        "prove whose it is.",
        why="Somebody on the way between a visitor and the site can read or change what they send, or "
        "pretend to be the site.",
        fix="Allow TLS 1.2 and 1.3 only, with the ciphers of Mozilla's intermediate profile, and let "
        "a certificate authority renew the certificate automatically.",
        references=(
            "https://wiki.mozilla.org/Security/Server_Side_TLS",
            "https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html",
        ),
        kind="site",
        max_requests=40,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each fault of each https origin."""
        for root in Places(ctx.scan, ctx.endpoints).roots:
            origin = Request.from_url(root).origin
            if origin.scheme != "https":
                continue
            for look in (_certificate, _versions, _ciphers):
                async for fault in look(ctx, origin):
                    yield _claim(ctx, origin, fault, look)


async def _certificate(ctx: CheckContext, origin: Origin) -> AsyncIterator[Fault]:
    shown = await ctx.handshake(origin, Offer())
    if shown is None or not shown.certificate:
        return
    try:
        faults = list(judge(parse_certificate(shown.certificate), datetime.now(UTC)))
    except ValueError:  # a form that RFC 5280 does not allow: whether it is trusted can still be asked
        faults = []
    for fault in faults:
        yield fault
    if any(fault.variant in {"expired", "not yet valid"} for fault in faults):
        return  # OpenSSL would only say so again
    asked = await ctx.handshake(origin, Offer(verify=True))
    if asked is not None and asked.distrust:
        yield Fault(
            "untrusted",
            "Certificate is not trusted",
            f"The certificate is not trusted: {asked.distrust}.",
            Severity.MEDIUM,
            "CWE-297" if "mismatch" in asked.distrust else "CWE-295",
        )


def judge(certificate: Certificate, now: datetime) -> Iterator[Fault]:
    """What is wrong with a certificate by itself."""
    if now > certificate.ends:
        text = f"The certificate expired on {certificate.ends:%Y-%m-%d}."
        yield Fault("expired", "Certificate has expired", text, Severity.MEDIUM, "CWE-295")
    elif now < certificate.begins:
        text = f"The certificate is valid from {certificate.begins:%Y-%m-%d} on."
        yield Fault("not yet valid", "Certificate is not yet valid", text, Severity.MEDIUM, "CWE-295")
    elif certificate.ends - now < SOON:
        text = f"The certificate expires on {certificate.ends:%Y-%m-%d}."
        yield Fault("expires soon", "Certificate expires soon", text, Severity.INFO, "CWE-295")
    if 0 < certificate.key_bits < MIN_BITS.get(certificate.key, 0):
        text = f"The certificate's {certificate.key} key has {certificate.key_bits} bits."
        yield Fault("weak key", "Certificate with a weak key", text, Severity.MEDIUM, "CWE-326")
    weak = WEAK_SIGNATURES.get(certificate.signature)
    if weak is not None and not certificate.self_issued:  # nobody checks what a root says of itself
        text = f"The certificate is signed with {weak}."
        yield Fault("weak signature", "Certificate with a weak signature", text, Severity.LOW, "CWE-327")


async def _versions(ctx: CheckContext, origin: Origin) -> AsyncIterator[Fault]:
    spoken = {version: await ctx.handshake(origin, Offer(version=version)) for version in OLD_VERSIONS}
    accepted = [version for version, shaken in spoken.items() if shaken is not None]
    if accepted:
        names = " and ".join(accepted)
        text = f"The server accepts {names}, {_agreed(spoken[accepted[0]])}."
        yield Fault("old version", "Old TLS version is accepted", text, Severity.LOW, "CWE-327")


async def _ciphers(ctx: CheckContext, origin: Origin) -> AsyncIterator[Fault]:
    for name, (selected, severity) in WEAK_CIPHERS.items():
        shaken = await ctx.handshake(origin, Offer("TLSv1.2", selected))
        if shaken is not None:
            text = f"The server accepts a cipher {name}: {_agreed(shaken)}."
            yield Fault(selected, f"Weak cipher is accepted: {name}", text, severity, "CWE-327")


def _agreed(shaken: Handshake | None) -> str:
    return f"{shaken.version} with {shaken.cipher}" if shaken else ""


def _claim(ctx: CheckContext, origin: Origin, fault: Fault, look: Look) -> Claim:
    async def again() -> bool:
        return fault in [other async for other in look(ctx, origin)]

    vector, score = IMPACTS[fault.severity]
    return ctx.claim(
        Exchange(Request("GET", origin), Response(0, fault.evidence)),
        fault.evidence,
        again,
        title=fault.title,
        severity=fault.severity,
        confidence=Confidence.CERTAIN,
        cwe=fault.cwe,
        cvss_vector=vector,
        cvss_score=score,
        variant=fault.variant,
        per_site=True,
    )
