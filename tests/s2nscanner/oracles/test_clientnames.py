import base64
import json

import pytest

from s2n.s2nscanner.oracles.clientnames import named_cookies


def b64(text, *, safe=False, pad=True):
    coded = (base64.urlsafe_b64encode if safe else base64.b64encode)(text.encode()).decode()
    return coded if pad else coded.rstrip("=")


JSON = json.dumps({"username": "elliot", "note": "??>>~~"})
VALUES = {
    "plain": ("elliot", "mallory"),
    "percent-encoded": ("user%3Delliot%7Crole%3Duser", "user%3Dmallory%7Crole%3Duser"),
    "base64": (b64(JSON), b64(JSON.replace("elliot", "mallory"))),
    "base64, for URLs": (b64(JSON, safe=True), b64(JSON.replace("elliot", "mallory"), safe=True)),
    "base64 without padding": (b64("elliot:1", pad=False), b64("mallory:1", pad=False)),
    "base64, percent-encoded": ("ZWxsaW90fDE%3D", "bWFsbG9yeXwx"),
}


@pytest.mark.parametrize("name", VALUES)
def test_the_name_is_found_and_replaced(name):
    value, forged = VALUES[name]
    (cookie,) = named_cookies({"sid": value, "lang": "en"}, "elliot")
    assert cookie.name == "sid"
    assert cookie.write("elliot") == value
    assert cookie.write("mallory").rstrip("%3D") == forged.rstrip("%3D")


@pytest.mark.parametrize(
    ("value", "user"),
    [
        ("9f86d081884c7d659a2feaa0c55ad015", "elliot"),
        ("elliots", "elliot"),
        ("ab", "ab"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJlbGxpb3QifQ.c2lnbmF0dXJl", "elliot"),
        (base64.b64encode(b"\x00\x01elliot\xff").decode(), "elliot"),
    ],
    ids=["an id", "another word", "a short name", "a signed token", "no text"],
)
def test_other_values(value, user):
    assert list(named_cookies({"sid": value}, user)) == []


def test_what_needs_no_padding_says_nothing_against_it():
    (cookie,) = named_cookies({"sid": b64("elliot")}, "elliot")
    assert cookie.write("mallory") == b64("mallory")
    (cookie,) = named_cookies({"sid": b64("elliot:1", pad=False)}, "elliot")
    assert cookie.write("mallory") == b64("mallory:1", pad=False)
