import base64

import pytest

from corpus.classes.serialized_object import LARGE_VIEWSTATE, VIEWSTATE
from s2n.s2nscanner.oracles.viewstate import left_over


def of(data):
    return left_over(base64.b64encode(data).decode())


@pytest.mark.parametrize("code", [0, 16, 20, 32, 64])
@pytest.mark.parametrize("state", [VIEWSTATE, LARGE_VIEWSTATE])
def test_what_follows_the_last_value(state, code):
    assert of(state + b"\xaa" * code) == code


@pytest.mark.parametrize(
    "value",
    [
        b"\x64",  # null
        b"\x01ab",
        b"\x02\xff\x7f",
        b"\x05\x02ab",
        b"\x10\x64\x65\x66",
        b"\x14\x2b\x00\x02\x67\x68",
        b"\x15\x02\x01a\x01b",
        b"\x16\x01\x0f\x64\x64",
        b"\x17\x01\x05\x01k\x64",
        b"\x0b\x29\x04Enum\x02",
        b"\x19\x2b\x05",
        b"\x1b" + bytes(12),
        b"\x1f\x01",
        b"\x28\x2b\x00\x01x",
        b"\x32\x03abc",
        b"\x3c\x2b\x00\x05\x01\x03\x67",
    ],
)
def test_each_kind_of_value_is_read_to_its_end(value):
    assert of(b"\xff\x01" + value) == 0
    assert of(b"\xff\x01" + value + b"mac") == 3
    if len(value) > 1:
        assert of(b"\xff\x01" + value[:-1]) is None


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\x02\x64",
        b"\xff\x01",
        b"\xff\x01\xee",
        b"\xff\x01\x05\xff\xff\xff\xff\xff\xff\x01",
        b"\xff\x01\x16\xff\xff\xff\x7f",
        b"\xff\x01" + b"\x0f" * 10_000,
    ],
    ids=["empty", "another version", "no value", "unknown token", "endless number", "huge list", "deep"],
)
def test_what_cannot_be_read_says_nothing(value):
    assert of(value) is None


def test_what_is_no_base64_says_nothing():
    assert left_over("not base64!") is None
