"""Parameters as text."""

import pytest

from s2n.s2nscanner.crawler.api.parameters import encoded_query, in_header, in_query, parameter_value, scalar
from s2n.s2nscanner.crawler.api.refs import Documents
from s2n.s2nscanner.crawler.api.samples import Sampler


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (True, "true"), (None, ""), (1.5, "1.5"), ({"a": [1]}, '{"a":[1]}')]
)
def test_scalars(value, text):
    assert scalar(value) == text


@pytest.mark.parametrize(
    ("parameter", "value", "named"),
    [
        ({"name": "a", "example": 5, "schema": {"type": "string"}}, 5, True),
        ({"name": "a", "schema": {"enum": ["x"]}}, "x", True),
        ({"name": "a", "schema": {"type": "integer"}}, 1, False),
        ({"name": "a", "type": "integer", "default": 3}, 3, True),
        ({"name": "a", "type": "integer"}, 1, False),
        ({"name": "a", "examples": {"e": {"value": "v"}}}, "v", True),
    ],
)
def test_a_value_and_whether_its_author_named_it(parameter, value, named):
    documents = Documents({})
    assert parameter_value(parameter, documents, Sampler(documents)) == (value, named)


def test_old_lists_are_separated_by_commas_unless_said_otherwise():
    old = {"name": "a", "type": "array"}
    assert in_query(old, [1, 2]) == [("a", "1,2")]
    assert in_query({**old, "collectionFormat": "multi"}, [1, 2]) == [("a", "1"), ("a", "2")]
    assert in_query({**old, "collectionFormat": "pipes"}, [1, 2]) == [("a", "1|2")]


def test_headers():
    assert in_header({}, [1, "b"]) == "1,b"
    assert in_header({"explode": True}, {"a": 1}) == "a=1"
    assert in_header({}, {"a": 1}) == "a,1"


def test_a_query_is_encoded():
    assert encoded_query([("a[b]", "c d&e"), ("é", "1")]) == "a[b]=c%20d%26e&%C3%A9=1"
