"""TLS handshakes for their own sake: what a server agrees to, and the certificate it shows."""

import ssl
import warnings

from msgspec import Struct

from s2n.errors import UsageError

MATCHES = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
"""The versions that OpenSSL can offer; SSL 2 and 3 are no longer among them."""


class Offer(Struct, frozen=True):
    """What to propose: one ``version`` (empty: any), ``ciphers`` in OpenSSL's words, and to ``verify``."""

    version: str = ""
    ciphers: str = "ALL:COMPLEMENTOFALL"
    verify: bool = False


class Handshake(Struct, frozen=True):
    """What was agreed. ``distrust`` says why the certificate is not trusted, if that was asked.

    ``certificate`` is the server's, in DER; empty where an untrusted one ended the handshake.
    """

    version: str = ""
    cipher: str = ""
    certificate: bytes = b""
    distrust: str = ""


def offering(offer: Offer, ca_bundle: str = "") -> ssl.SSLContext | None:
    """The context that makes ``offer``; None if this machine's OpenSSL cannot.

    Raises:
        UsageError: a CA bundle that cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = offer.verify
    context.verify_mode = ssl.CERT_REQUIRED if offer.verify else ssl.CERT_NONE
    if offer.verify:
        context.load_default_certs()
        if ca_bundle:
            try:
                context.load_verify_locations(cafile=ca_bundle)
            except OSError as error:
                raise UsageError(
                    f"cannot use the CA bundle {ca_bundle}", "--ca-bundle wants a file in PEM form"
                ) from error
    try:
        context.set_ciphers(f"{offer.ciphers}:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of offering what is old, which is the point
            if offer.version:
                context.minimum_version = context.maximum_version = MATCHES[offer.version]
            else:
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    except (ssl.SSLError, ValueError):
        return None
    return context


def agreed(wrapped: ssl.SSLSocket) -> Handshake:
    """What a finished handshake came to."""
    cipher = wrapped.cipher()
    return Handshake(
        version=wrapped.version() or "",
        cipher=cipher[0] if cipher else "",
        certificate=wrapped.getpeercert(binary_form=True) or b"",
    )
