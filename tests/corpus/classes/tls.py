"""Servers as they answer offers; the certificates are real, the handshakes are played.

Real handshakes are tested in tests/s2nscanner/plugins/test_tls.py; here it is what the plugin makes of them.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from corpus.case import Case
from s2n.model import Request
from s2n.s2nscanner.http.handshake import Handshake
from support.certificates import NOW, certificate, der_of
from support.site import html

MODERN = frozenset({"TLSv1.2", "TLSv1.3"})
SHA256_RSA, SHA1_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")


@cache
def shown(kind="ec256", days=(-1, 300), issuer="Some CA", sha1=False):
    begins, ends = (NOW + timedelta(days=day) for day in days)
    der = der_of(certificate(kind, begins, ends, issuer=issuer)[0])
    return der.replace(SHA256_RSA, SHA1_RSA) if sha1 else der


class Server:
    """Accepts what it is told to; ``weak`` are OpenSSL's words for groups of ciphers."""

    def __init__(self, versions=MODERN, weak=(), distrust="", best="TLSv1.3", **cert):
        self.versions, self.weak, self.distrust, self.best = versions, weak, distrust, best
        self.der = shown(**cert)

    def __call__(self, request):
        return html("<h1>Shop</h1>")

    async def handshake(self, origin, offer):
        version = offer.version or self.best
        if version not in self.versions:
            return None
        if offer.verify and self.distrust:
            return Handshake(distrust=self.distrust)
        if offer.ciphers != "ALL:COMPLEMENTOFALL" and offer.ciphers not in self.weak:
            return None
        return Handshake(version, "SOME-CIPHER", self.der)


def served(**options) -> Callable[[], Server]:
    return lambda: Server(**options)


VULNERABLE = {
    "apache: TLS 1.0 to 1.2": served(versions=MODERN | {"TLSv1", "TLSv1.1"}),
    "iis: TLS 1.1 left on": served(versions=MODERN | {"TLSv1.1"}),
    "old appliance: RC4": served(weak=("RC4",)),
    "old appliance: triple DES": served(weak=("3DES",)),
    "openssl s_server: anonymous": served(weak=("aNULL:!eNULL",)),
    "NULL ciphers": served(weak=("eNULL",)),
    "export ciphers": served(weak=("EXPORT",)),
    "single DES": served(weak=("DES",)),
    "expired": served(days=(-90, -2)),
    "not yet valid": served(days=(2, 90)),
    "forgotten renewal": served(days=(-85, 5)),
    "self-signed": served(issuer="", distrust="self-signed certificate"),
    "another name": served(distrust="Hostname mismatch, certificate is not valid for 'shop.test'."),
    "unknown authority": served(distrust="unable to get local issuer certificate"),
    "RSA of 1024 bits": served(kind="rsa1024"),
    "SHA-1": served(kind="rsa2048", sha1=True),
}
SAFE = {
    "modern": served(),
    "TLS 1.2 only": served(versions=frozenset({"TLSv1.2"}), best="TLSv1.2"),
    "RSA of 2048 bits": served(kind="rsa2048"),
    "EC of 384 bits": served(kind="ec384"),
    "Ed25519": served(kind="ed25519"),
    "90 days, just renewed": served(days=(-1, 89)),
    "90 days, before its renewal": served(days=(-58, 31)),
    "ten years": served(days=(-100, 3500)),
    "began a minute ago": served(days=(0, 90)),
    "a trusted root that signed itself with SHA-1": served(kind="rsa2048", issuer="", sha1=True),
    "refuses every handshake": served(versions=frozenset()),
}

CASES = [
    Case("tls", name, flawed, make, (Request.from_url("https://shop.test/"),))
    for flawed, servers in ((True, VULNERABLE), (False, SAFE))
    for name, make in servers.items()
] + [
    Case("tls", f"no TLS at all: {name}", False, make, (Request.from_url("http://shop.test/"),))
    for name, make in (("weak behind it", VULNERABLE["old appliance: RC4"]), ("modern", SAFE["modern"]))
]
