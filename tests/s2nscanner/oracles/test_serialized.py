import base64
import gzip
import json
import pickle
import zlib
from urllib.parse import quote

import pytest

from s2n.s2nscanner.oracles import serialstreams
from s2n.s2nscanner.oracles.serialized import kind_of, recognise

PICKLE = pickle.dumps({"name": "Ann"})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("java", serialstreams.java_object("shop.Cart")),
        ("dotnet", serialstreams.dotnet_object("Shop")),
        ("ruby", serialstreams.ruby_object("Cart")),
        ("php", b'O:4:"User":1:{s:4:"name";s:3:"Ann";}'),
        ("php", b"a:1:{i:0;i:7;}"),
        ("php", b's:3:"Ann";'),
        *(("python", pickle.dumps({"name": "Ann"}, version)) for version in range(6)),
        ("json", b'{"name": "Ann"}'),
    ],
)
def test_each_language_is_recognised_in_base64(kind, data):
    value = base64.b64encode(data).decode()
    held = recognise(value)
    assert (held.kind, held.data, held.encoding) == (kind, data, "base64")
    assert held.encode(data) == value


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (PICKLE.hex(), "hex"),
        (base64.urlsafe_b64encode(PICKLE + b"").decode().rstrip("="), "base64"),
        (base64.b64encode(gzip.compress(PICKLE, mtime=0)).decode(), "gzip in base64"),
        (base64.b64encode(zlib.compress(PICKLE)).decode(), "zlib in base64"),
        (pickle.dumps({"name": "Ann"}, 0).decode(), "plain"),
    ],
)
def test_each_encoding_is_kept(value, encoding):
    held = recognise(value)
    assert (held.kind, held.encoding) == ("python", encoding)
    assert held.encode(b"other\n") != value
    assert recognise(held.encode(held.data)).data == held.data


@pytest.mark.parametrize("text", ["name: Ann\nage: 7\n", "---\n- a\n", "!ruby/object:Cart {}", "a: !x 1"])
def test_yaml_is_recognised_as_it_stands(text):
    assert recognise(text).kind == "yaml"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "red shoes",
        "a: b",
        "12345678",
        "deadbeefdeadbeef",
        "aGVsbG8gd29ybGQgYWdhaW4=",
        "eyJhbGciOiJIUzI1NiJ9.eyJuIjoxfQ.c2ln",
        "[1, 2]",
        "O:4",
        "https://site.test/?a=1",
        "(a question).",
        "}q rest.",
        "x" * 100_000,
    ],
)
def test_other_values_hold_no_object(value):
    assert recognise(value) is None


def test_a_bomb_is_not_blown_up():
    bomb = base64.b64encode(gzip.compress(b"\x80\x04" + b"\0" * (1 << 26))).decode()
    assert len(bomb) > 1 << 16 or recognise(bomb) is None


def test_what_only_begins_like_a_pickle_is_none():
    assert kind_of(b"\x80\x04\xff\xff.") is None
    assert kind_of(quote(json.dumps([1])).encode()) is None
