"""Certificates as they should not be, made by the ``cryptography`` package."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC).replace(microsecond=0)


def key_of(kind: str = "rsa2048"):
    """A private key: ``rsa`` with its bits, ``ec`` with its curve's bits, or ``ed25519``."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind.startswith("ec"):
        return ec.generate_private_key({"256": ec.SECP256R1(), "384": ec.SECP384R1()}[kind[2:]])
    return ed25519.Ed25519PrivateKey.generate()


def certificate(
    kind: str = "rsa2048",
    begins: datetime = NOW - timedelta(days=1),
    ends: datetime = NOW + timedelta(days=300),
    name: str = "localhost",
    issuer: str = "",
):
    """A certificate and its key, signed by that key."""
    key = key_of(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer or name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, None if kind == "ed25519" else hashes.SHA256())
    )
    return made, key


def der_of(made) -> bytes:
    """The certificate in DER."""
    return made.public_bytes(serialization.Encoding.DER)


def context_with(made, key, folder: Path) -> ssl.SSLContext:
    """A server's context that shows this certificate, however weak it is."""
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(file)
    return context
