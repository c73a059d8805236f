import base64
import json
import pickle
import pickletools

import pytest
import yaml

from s2n.s2nscanner.oracles.serialized import kind_of, recognise
from s2n.s2nscanner.oracles.serialstreams import (
    calling,
    computing,
    dotnet_object,
    java_lookup,
    java_object,
    php_object,
    pickled_call,
    pickles_with,
    ruby_object,
    unknown,
    waiting,
)


def held(data):
    return recognise(base64.b64encode(data).decode())


def read(value):
    return base64.b64decode(value)


@pytest.mark.parametrize("version", range(6))
def test_a_pickle_computes_where_it_had_a_text(version):
    """By Python's own unpickler, in every protocol."""
    user = {"name": "Ann", "tags": ["a", "b"], "age": 7}
    found = [pickle.loads(read(make(6, 7))) for make in computing(held(pickle.dumps(user, version)))]
    assert {"name": "Ann", "tags": ["a", "42"], "age": 7} in found
    assert found[-1] == "42"
    assert len(found) == 4


def test_a_pickle_without_texts_is_computed_as_a_whole():
    assert [pickle.loads(read(make(6, 7))) for make in computing(held(pickle.dumps([1, 2])))] == ["42"]


def test_calls_are_only_what_they_say():
    code = pickled_call("time", "sleep", 2) + b"."
    names = [(code.name, arg) for code, arg, _ in pickletools.genops(code)]
    assert ("GLOBAL", "time sleep") in names
    assert ("INT", 2) in names
    assert pickle.loads(pickled_call("builtins", "str", "é") + b".") == "é"


def test_a_pickle_with_code_drops_its_frames():
    data = pickle.dumps({"a": "b" * 300}, 4)
    assert b"\x95" in data
    changed = next(pickles_with(data, b"I1\n"))
    assert pickle.loads(changed) == {"a": 1}


def test_json_and_yaml_compute_in_one_place_each():
    makers = computing(held(json.dumps({"name": "Ann", "age": 7, "role": "x"}).encode()))
    assert [json.loads(read(make(6, 7))) for make in makers] == [
        {"name": "_$$ND_FUNC$$_function(){return 6*7}()", "age": 7, "role": "x"},
        {"name": "Ann", "age": 7, "role": "_$$ND_FUNC$$_function(){return 6*7}()"},
    ]
    first, whole = (make(6, 7) for make in computing(recognise("name: Ann\nage: 7\n")))
    assert yaml.unsafe_load(first) == {"name": 42, "age": 7}
    assert yaml.unsafe_load(whole) == 42
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(first)


@pytest.mark.parametrize(
    "data",
    [java_object("a.B"), dotnet_object("A"), ruby_object("A"), pickle.dumps("abcd"), b"name: x\nb: y\n"],
)
def test_an_unknown_class_bears_the_word(data):
    makers = unknown(recognise(data.decode()) if data.startswith(b"name") else held(data))
    assert makers
    for make in makers:
        value = make("abcdefgh")
        assert b"bcdefgh" in (value.encode() if data.startswith(b"name") else read(value))


def test_what_cannot_does_not():
    php = held(b"a:1:{i:0;i:7;}")
    assert computing(php) == []
    assert unknown(php) == []
    assert calling(php, "http://h/", "h") is None
    assert waiting(php, "sleep", 1) is None
    assert calling(held(java_object("a.B")), "http://h/", "") is None
    assert waiting(held(java_object("a.B")), "sleep", 1) is None
    assert calling(held(b'{"n": 1}'), "http://h/", "") is None


def test_a_call_and_a_wait():
    assert b"Vhttp://h/t\n" in read(calling(held(pickle.dumps("abcd")), "http://h/t", ""))
    assert (
        "require('http').get('http://h/t')"
        in json.loads(read(calling(held(b'{"a": "b"}'), "http://h/t", "")))["a"]
    )
    assert waiting(recognise("name: x\nb: y\n"), "sleep", 2) == "!!python/object/apply:time.sleep [2]"
    with pytest.raises(AttributeError, match="slepe"):
        pickle.loads(read(waiting(held(pickle.dumps("abcd")), "slepe", 2)))


def test_streams_are_of_their_kind_and_count_their_names():
    assert java_object("shop.Cart").startswith(b"\xac\xed\0\5sr\0\x09shop.Cart")
    assert php_object("DateTime") == b'O:8:"DateTime":0:{}'
    assert ruby_object("Cart") == b"\x04\x08o:\x09Cart\0"
    library = dotnet_object("Abc")
    assert library[22] == library.index(b"\5\1\0\0\0") - 23
    lookup = java_lookup("abc.oob.test")
    assert b"t\0\x0cabc.oob.testt\0\0q\0~\0\5t\0\4httppxt\0\1vx" in lookup
    assert [kind_of(data) for data in (lookup, library)] == ["java", "dotnet"]
