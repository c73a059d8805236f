"""What matters of an X.509 certificate, read from its DER (X.690, RFC 5280) without building a whole tree."""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.3.14.3.2.29": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
}
"""Signature algorithms that nobody should trust any more, by their hash."""

_RSA = "1.2.840.113549.1.1.1"
_DSA = "1.2.840.10040.4.1"
_EC = "1.2.840.10045.2.1"
_CURVES = {
    "1.2.840.10045.3.1.1": 192,
    "1.3.132.0.33": 224,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
}
_OID, _UTC_TIME, _SEQUENCE, _VERSION = 0x06, 0x17, 0x30, 0xA0


class Certificate(Struct, frozen=True):
    """Validity, key and signature. ``key_bits`` is 0 for keys of a fixed size (Ed25519)."""

    begins: datetime
    ends: datetime
    key: str
    key_bits: int
    signature: str
    """The OID of the algorithm that signed it."""

    self_issued: bool


def parse_certificate(der: bytes) -> Certificate:
    """The certificate in ``der``.

    Raises:
        ValueError: it is none.
    """
    try:
        to_be_signed, algorithm, *_ = _parts(_inner(der))
        fields = list(_parts(to_be_signed[1]))
        if fields[0][0] == _VERSION:
            fields = fields[1:]
        _, _, issuer, validity, subject, key = fields[:6]
        begins, ends = (_time(*moment) for moment in _parts(validity[1]))
        name, bits = _key(key[1])
        signature = _oid(next(_parts(algorithm[1]))[1])
    except (IndexError, StopIteration, ValueError) as error:
        raise ValueError(f"not a certificate: {error}") from error
    return Certificate(begins, ends, name, bits, signature, self_issued=issuer[1] == subject[1])


def _inner(der: bytes) -> bytes:
    tag, content = next(_parts(der))
    if tag != _SEQUENCE:
        raise ValueError("not a certificate: no sequence")
    return content


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element in ``data``."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("not a certificate: it breaks off")
        yield tag, data[at : at + length]
        at += length


def _time(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii").removesuffix("Z")
    if tag == _UTC_TIME:  # RFC 5280, 4.1.2.5.1: two digits mean 1950 to 2049
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _key(content: bytes) -> tuple[str, int]:
    (_, algorithm), (_, bits) = _parts(content)
    oids = [_oid(part) for tag, part in _parts(algorithm) if tag == _OID]
    if oids[0] == _RSA:
        modulus = next(_parts(_inner(bits[1:])))[1]
        return "RSA", int.from_bytes(modulus, "big").bit_length()
    if oids[0] == _EC:
        return "EC", _CURVES.get(oids[1], 0) if len(oids) > 1 else 0
    if oids[0] == _DSA:
        prime = next(_parts(next(part for tag, part in _parts(algorithm) if tag == _SEQUENCE)))[1]
        return "DSA", int.from_bytes(prime, "big").bit_length()
    return oids[0], 0


def _oid(content: bytes) -> str:
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
