"""JSON and YAML texts."""

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.document import parse_document, parse_json


def test_json_and_yaml():
    assert parse_document('{"a": 1}', "x") == {"a": 1}
    assert parse_document("a: 1\nb: [x]", "x") == {"a": 1, "b": ["x"]}


def test_a_date_in_yaml_is_text():
    assert parse_document("example: 2026-01-15\nversion: 1.0\nflag: true", "x") == {
        "example": "2026-01-15",
        "version": 1.0,
        "flag": True,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"a": 1,\n}', "api.json, line 3: not JSON"),
        ("a: 1\nb: [1\nc: 2", "api.json, line 3: not YAML"),
        ("a: !!python/object/apply:os.system [id]", "line 1: not YAML: could not determine a constructor"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_texts_name_the_line(text, message):
    with pytest.raises(UsageError, match=message):
        parse_document(text, "api.json")


def test_only_json_is_json():
    with pytest.raises(UsageError, match="line 1: not JSON"):
        parse_json("a: 1", "x")
