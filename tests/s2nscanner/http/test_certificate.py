from datetime import UTC, datetime, timedelta

import pytest

from s2n.s2nscanner.http.certificate import SIGNATURES, parse_certificate
from support.certificates import NOW, certificate, der_of

SHA256_RSA, SHA1_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")


@pytest.mark.parametrize(
    ("kind", "key", "bits", "signature"),
    [
        ("rsa1024", "RSA", 1024, "1.2.840.113549.1.1.11"),
        ("rsa2048", "RSA", 2048, "1.2.840.113549.1.1.11"),
        ("ec256", "EC", 256, "1.2.840.10045.4.3.2"),
        ("ec384", "EC", 384, "1.2.840.10045.4.3.2"),
        ("ed25519", "1.3.101.112", 0, "1.3.101.112"),
    ],
)
def test_keys_and_signatures(kind, key, bits, signature):
    found = parse_certificate(der_of(certificate(kind)[0]))
    assert (found.key, found.key_bits, found.signature) == (key, bits, signature)
    assert found.self_issued


def test_validity_in_both_spellings():
    begins, ends = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2051, 1, 2, 3, 4, 5, tzinfo=UTC)
    found = parse_certificate(der_of(certificate("ec256", begins, ends)[0]))
    assert (found.begins, found.ends) == (begins, ends)


def test_another_issuer():
    found = parse_certificate(der_of(certificate("ec256", issuer="Some CA")[0]))
    assert not found.self_issued
    assert found.ends - found.begins == timedelta(days=301)
    assert found.begins < NOW


def test_sha1():
    weak = der_of(certificate("rsa1024")[0]).replace(SHA256_RSA, SHA1_RSA)
    assert SIGNATURES[parse_certificate(weak).signature] == "SHA-1"


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 40, 150])
def test_what_breaks_off_is_no_certificate(cut):
    with pytest.raises(ValueError, match="not a certificate"):
        parse_certificate(der_of(certificate("ec256")[0])[:cut])


@pytest.mark.parametrize(
    "data", [b"hello", b"\x30\x00", b"\x30\x84\xff\xff\xff\xff", b"\x02\x01\x01", bytes(50)]
)
def test_other_bytes(data):
    with pytest.raises(ValueError, match="not a certificate"):
        parse_certificate(data)
