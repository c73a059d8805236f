import base64

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.auth.totp import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_examples_of_rfc_6238(at: int, code: str) -> None:
    assert totp(SECRET, at, digits=8) == code
    assert totp(SECRET, at) == code[2:]


def test_a_secret_as_people_copy_it() -> None:
    spaced = " ".join(SECRET[i : i + 4] for i in range(0, len(SECRET), 4)).lower()
    assert totp(spaced, 59) == totp(SECRET, 59)
    assert totp("JBSWY3DPEBLW64TMMQ======", 0) == totp("jbswy3dpeblw64tmmq", 0)


def test_a_secret_that_is_none() -> None:
    with pytest.raises(UsageError, match="not base32"):
        totp("no secret: 189", 0)
