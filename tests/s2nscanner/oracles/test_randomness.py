import base64
import hashlib
import random
import string
import time

import pytest

from s2n.s2nscanner.oracles.randomness import ENOUGH_BITS, MIN_SAMPLE, entropy, weakness_of

CHANCE = random.Random(3)
HEX = "0123456789abcdef"


def strings(alphabet, length, count=20):
    return ["".join(CHANCE.choices(alphabet, k=length)) for _ in range(count)]


def digests(name, numbers):
    return [hashlib.new(name, str(number).encode()).hexdigest() for number in numbers]


def weak():
    """Made when they are judged: some are of the time, and tests may have to wait for their turn."""
    now = time.time()
    return {
        "counted": [str(n) for n in range(95, 115)],
        "counted down": [str(n) for n in range(900, 880, -1)],
        "counted, in base64": [base64.b64encode(f"id={n}".encode()).decode() for n in range(4000, 4020)],
        "counted, escaped": [f"%61{n}" for n in range(10, 30)],
        "clock": [str(1_700_000_000_000 + 2517 * n) for n in range(20)],
        "clock, hexadecimal": [f"{1_700_000_000_000_000 + 123_457 * n:013x}" for n in range(20)],
        "clock, within a second": [str(int(now))] * 5,
        "clock, in microseconds": [str(int(now * 1e6) + 7 * n) for n in range(20)],
        "digest": digests("md5", range(3, 23)),
        "digest, upper case": [text.upper() for text in digests("sha1", range(3, 23))],
        "digest, of the time": digests("sha256", range(int(now) - 15, int(now) + 5)),
        "repeated": [str(n % 7) + "f3c5d7e9a1b2f3c5" for n in range(20)],
        "short": strings(HEX, 10),
    }


STRONG = {
    "hex": strings(HEX, 16),
    "base64": strings(string.ascii_letters + string.digits + "-_", 22),
    "one for all": ["guest"] * 20,
    "one number for all": ["1234567890"] * 20,
    "none": [],
    "too few": [str(n) for n in range(MIN_SAMPLE - 1)],
    "digests of large numbers": digests("md5", CHANCE.sample(range(10**9, 10**10), 20)),
    "a number and enough chance": [f"{n}-{text}" for n, text in enumerate(strings(HEX, 32))],
    "state": [base64.b64encode(b'{"n": %d}' % n).decode() for n in range(20)],
    "plain state": ['{"n": %d}' % n for n in range(20)],  # noqa: UP031
}


@pytest.mark.parametrize("name", list(weak()))
def test_weak(name):
    found = weakness_of(weak()[name])
    assert found is not None
    assert found.kind == name.partition(",")[0].partition(" ")[0]
    assert found.certain is (found.kind == "digest")


@pytest.mark.parametrize("name", STRONG)
def test_nothing_weak(name):
    assert weakness_of(STRONG[name]) is None


def test_the_reason_is_told():
    assert (
        weakness_of(weak()["counted"]).text == "are counted: each is a number that differs from the last by 1"
    )
    assert weakness_of(weak()["digest"]).text == "are MD5 digests of small numbers"
    assert weakness_of(weak()["digest, of the time"]).text == "are SHA256 digests of the time in seconds"
    assert weakness_of(weak()["repeated"]).text == "repeat: 7 different ones in 20"


def test_bits_are_counted_where_something_varies():
    assert entropy(strings(HEX, 16)) == ENOUGH_BITS
    assert entropy(["x" * 30 + text for text in strings(HEX, 8)]) == 32
    assert entropy([text + text for text in "ab" * 10]) == 2
    assert entropy(strings(string.digits, 10)) == pytest.approx(33.2, abs=0.1)
