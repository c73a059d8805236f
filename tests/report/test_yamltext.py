import pytest
import yaml

from s2n.report.yamltext import to_yaml


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "text",
        None,
        {"a": 1, "b": [1, 2.5, True, None, "x"], "c": {"d": {}, "e": []}},
        [[1, [2, []]], {"a": [{"b": 1, "c": 2}, {"d": []}]}],
        {
            "yes": "no",
            "null": "~",
            "on": "off",
            "200": "2026-01-01",
            "": "",
            "a: b": "c # d",
            "/a/{b}": "- x",
        },
        {"lines": "one\ntwo\r\n\tthree", "quotes": "'\"\\", "control": "\x00\x1b\x7f\x85\x9f"},
        {"lines": "\u2028\u2029\ufeff\ufffe\uffff", "letters": "차 é 🍵", "차": 1},
        {"$ref": "#/x", "x-y": "*a", "key with spaces": "&b"},
    ],
)
def test_yaml_reads_what_was_written(value):
    assert yaml.safe_load(to_yaml(value)) == value


def test_it_is_text_that_people_read():
    assert (
        to_yaml({"paths": {"/a": {"get": {"tags": ["x"]}}}})
        == 'paths:\n  /a:\n    get:\n      tags:\n        - "x"\n'
    )
