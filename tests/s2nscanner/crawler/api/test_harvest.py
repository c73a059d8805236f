"""Values the target hands out."""

import json

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.api.harvest import Harvest, in_order
from s2n.s2nscanner.crawler.api.operation import Operation, expand


def operation(method, template, body=b"", **values):
    return Operation(
        name=f"{method} {template}",
        request=Request.from_url(f"http://h{expand(template, values)}", method, (), body),
        template=template,
        values=values,
        guessed=frozenset(values),
    )


def answer(value, status=200):
    return Response(status, body=json.dumps(value).encode())


@pytest.mark.parametrize(
    ("made", "said", "wanted", "path"),
    [
        (("POST", "/users"), {"id": 17}, ("GET", "/users/{id}"), "/users/17"),
        (("POST", "/api/v1/users"), {"id": "a/b"}, ("GET", "/api/v1/users/{userId}"), "/api/v1/users/a%2Fb"),
        (("POST", "/users"), {"data": {"id": 17}}, ("GET", "/users/{user_id}/posts"), "/users/17/posts"),
        (("GET", "/categories"), [{"_id": "c1"}], ("GET", "/categories/{id}"), "/categories/c1"),
        (("GET", "/all"), {"books": [{"id": 5}]}, ("GET", "/books/{id}"), "/books/5"),
        (("POST", "/users"), {"username": "ada"}, ("GET", "/who/{username}"), "/who/ada"),
        (("POST", "/users"), {"id": 17}, ("GET", "/books/{id}"), "/books/1"),
        (("POST", "/users"), {"id": True}, ("GET", "/users/{id}"), "/users/1"),
    ],
)
def test_an_id_serves_where_its_name_or_its_noun_is_wanted(made, said, wanted, path):
    harvest = Harvest()
    harvest.learn(operation(*made), answer(said))
    name = wanted[1].partition("{")[2].partition("}")[0]
    assert harvest.fill(operation(*wanted, **{name: "1"})).request.target == path


def test_what_was_sent_to_create_something_is_known_as_well():
    harvest = Harvest()
    harvest.learn(operation("POST", "/users", b'{"username": "ada"}'), answer({"status": "made"}, 201))
    assert harvest.fill(operation("GET", "/users/{username}", username="s2n")).request.target == "/users/ada"


def test_failures_teach_nothing():
    harvest = Harvest()
    harvest.learn(operation("POST", "/users"), answer({"id": 17}, 400))
    assert harvest.fill(operation("GET", "/users/{id}", id="1")).request.target == "/users/1"


def test_values_that_the_author_named_are_replaced_only_when_asked():
    harvest = Harvest()
    harvest.learn(operation("POST", "/users"), answer({"id": 17}))
    named = Operation(
        name="x", request=Request.from_url("http://h/users/3"), template="/users/{id}", values={"id": "3"}
    )
    assert harvest.fill(named) is named
    assert harvest.fill(named, named=True).request.target == "/users/17"


def test_the_first_value_stays():
    harvest = Harvest()
    harvest.learn(operation("POST", "/users"), answer({"id": 17}))
    harvest.learn(operation("GET", "/users"), answer([{"id": 1}]))
    assert harvest.fill(operation("GET", "/users/{id}", id="9")).request.target == "/users/17"


def test_creating_comes_first_and_members_last():
    made = [
        operation("GET", "/a/{id}", id="1"),
        operation("GET", "/a"),
        operation("POST", "/a"),
        operation("POST", "/b"),
    ]
    assert [each.name for each in in_order(made)] == ["POST /a", "POST /b", "GET /a", "GET /a/{id}"]
