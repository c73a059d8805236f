import asyncio
import json
import re
from urllib.parse import unquote

import pytest

from corpus.inputs import cookie, form, header, json_body, query
from s2n.s2nscanner.oracles.documents import (
    any_document,
    as_login,
    document_errors,
    same_documents,
    takes_objects,
    with_object,
)
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.sdk import points_of
from support.mongo import Collection, MongoError
from support.site import context


def point_of(request, name):
    return next(point for point in points_of(request) if point.name == name)


def test_an_object_is_written_as_the_place_can_hold_it():
    asked = '{"$gt": 1, "$ne": "x"}'
    assert with_object(point_of(query("/", q="1"), "q"), asked).target == "/?q[$gt]=1&q[$ne]=x"
    assert with_object(point_of(form("/", q="1"), "q"), asked).body == b"q[$gt]=1&q[$ne]=x"
    assert json.loads(with_object(point_of(json_body("/", {"q": "1"}), "q"), asked).body) == {
        "q": json.loads(asked)
    }
    held = with_object(point_of(cookie("/", "q", "1"), "q"), asked).header("cookie")
    assert unquote(held) == f"q=j:{asked}"
    assert with_object(point_of(header("/", "X-Q", "1"), "X-Q"), asked).header("x-q") == asked


def test_a_plain_value_stays_one():
    assert with_object(point_of(query("/", q="1"), "q"), "tea").target == "/?q=tea"


def test_a_value_that_is_json_already_takes_no_objects():
    assert not takes_objects(point_of(query("/", q="%7B%22a%22%3A1%7D"), "q"))
    assert takes_objects(point_of(query("/", q="tea"), "q"))


def found(condition, documents):
    fresh = Fresh(1)

    def find(make):
        return Collection(*documents).find({"q": json.loads(make(fresh))})

    true, false = find(condition.true), find(condition.false)
    with pytest.raises(MongoError):
        find(condition.broken)
    return true, false


@pytest.mark.parametrize(
    ("value", "held"), [("a.b (c)", "a.b (c)"), ("F,P|F", "F,P|F"), ("7", 7), ("-2.5", -2.5)]
)
def test_the_same_documents_are_found_by_the_true_condition_only(value, held):
    true, false = found(next(iter(same_documents(value))), [{"q": held}, {"q": "other"}, {"q": 8}])
    assert true == [{"q": held}]
    assert false == []


def test_any_document_is_found_by_the_true_condition_only():
    documents = [{"q": "ada"}, {"q": "bob"}]
    for condition in any_document():
        assert found(condition, documents) == (documents, [])


def test_a_login_gets_anything_for_its_other_fields():
    async def go(request):
        probe = await context(lambda _: "x").probe(point_of(request, "user"))
        login = as_login(probe)
        return login and (await login.send('{"$ne": "1"}')).request

    sent = asyncio.run(go(form("/login", user="eve", password="x", csrf="t0k", go="In")))
    assert sent.body.startswith(b"user[$ne]=1&password[$ne]=")
    assert sent.body.endswith(b"&csrf=t0k&go=In")
    assert asyncio.run(go(form("/send", user="eve", text="x"))) is None


@pytest.mark.parametrize(
    "text",
    [
        "MongoServerError: unknown operator: $abc",
        "Error: Can't use $abc",
        '{"error":"invalid_operator","reason":"Invalid operator: $abc"}',
        "MongoDB\\Driver\\Exception\\CommandException: SyntaxError: missing )",
        "code: 139, codeName: 'JSInterpreterFailure'",
    ],
)
def test_errors(text):
    assert document_errors(f"<pre>{text}</pre>")


@pytest.mark.parametrize(
    "text",
    ["CastError: Cast to ObjectId failed", "SyntaxError: Unexpected token", "MongoDB is a database", ""],
)
def test_no_errors(text):
    assert document_errors(text) == []


def test_a_pattern_holds_the_same_words_whether_it_is_true_or_not():
    """Or a search for words, of a site that drops brackets from names, would tell them apart."""
    fresh = Fresh(1)
    condition = list(same_documents("zinc cup"))[-1]
    for make in (condition.true, condition.false):
        words = re.findall(r"[a-z]+", json.loads(make(fresh))["$regex"])
        assert len(words) == 3
        assert words[1:] == ["zinc", "cup"]
