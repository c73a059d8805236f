"""GraphQL schemas and the requests they become."""

import pytest

from s2n.model import Response
from s2n.s2nscanner.crawler.api.graphql import read_graphql
from s2n.s2nscanner.crawler.api.sdl import from_sdl
from support.apis import ground, imported, sent_json

ENDPOINT = "http://site.test/graphql"

SDL = '''
"""Everything one may ask."""
type Query {
  user(id: ID!, full: Boolean = false): User
  search(term: String!, first: Int = 5, kinds: [Kind!], near: Place): [Result!]!
  now: DateTime!
  deleteAllPosts: Boolean
  deletedPosts: Boolean
}
type Mutation {
  addUser(input: NewUser!): User!
  deleteUser(id: ID!): Boolean
}
type User { id: ID! email: String posts(first: Int!): [Post] friend: User secret: Token }
type Post { title: String }
union Result = User | Post
enum Kind { PEOPLE POSTS }
input Place { lat: Float! lon: Float! }
input NewUser { email: String! age: Int parent: NewUser born: Date }
scalar DateTime
scalar Date
scalar Token
'''


def read(sdl, **settings):
    return read_graphql(from_sdl(sdl, "s"), ENDPOINT, ground(**settings))


def test_queries_and_mutations_with_variables():
    found = {each.name: sent_json(each.request) for each in read(SDL).operations}
    assert found["query user"] == {
        "query": "query User($id: ID!, $full: Boolean) { user(id: $id, full: $full) "
        "{ id email friend { id email secret } secret } }",
        "variables": {"id": "1", "full": False},
    }
    assert found["query search"] == {
        "query": "query Search($term: String!, $first: Int, $kinds: [Kind!], $near: Place) "
        "{ search(term: $term, first: $first, kinds: $kinds, near: $near) "
        "{ __typename ... on User { id email secret } ... on Post { title } } }",
        "variables": {"term": "s2n", "first": 5, "kinds": ["PEOPLE"], "near": {"lat": 1.5, "lon": 1.5}},
    }
    assert found["query now"] == {"query": "query Now { now }", "variables": {}}
    added = found["mutation addUser"]["variables"]["input"]
    assert (added["email"], added["age"], added["born"]) == ("s2n@example.com", 1, "2026-01-15")


def test_members_of_a_union_do_not_ask_for_one_name_in_two_types():
    sdl = "type Query { a: U } union U = X | Y type X { n: Int s: Int } type Y { n: Int! s: Int o: Int }"
    (made,) = read(sdl).operations
    query = sent_json(made.request)["query"]
    assert query == "query A { a { __typename ... on X { n s } ... on Y { s o } } }"


def test_an_input_that_holds_itself_ends():
    (made,) = read("type Query { a(x: N): Int } input N { v: Int n: N }").operations
    assert str(made.request.body).count("n") < 40


def test_an_input_that_must_hold_itself_is_left_out():
    (made,) = read("type Query { a(x: N): Int } input N { n: N! }").operations
    assert sent_json(made.request) == {"query": "query A { a }", "variables": {}}


def test_what_deletes_is_harmful_and_what_queries_reads():
    kinds = {each.name: (each.harmful, each.reads) for each in read(SDL).operations}
    assert kinds["mutation deleteUser"] == (True, False)
    assert kinds["mutation addUser"] == (False, False)
    assert kinds["query user"] == (False, True)
    assert kinds["query deletedPosts"] == (False, True)
    assert kinds["query deleteAllPosts"] == (True, True)


def test_an_endpoint_out_of_scope_yields_nothing_but_the_reason():
    found = read(SDL, exclude=("/graphql",))
    assert found.operations == []
    assert found.left_out == [("GraphQL", f"{ENDPOINT} is out of scope")]


@pytest.mark.parametrize("place", ["/graphql", "/query"])
def test_the_endpoint_of_a_schema_is_found(place):
    def answers(request):
        ok = request.path == place
        return Response(200, body=b'{"data":{"__typename":"Query"}}') if ok else Response(404, body=b"no")

    found = imported("type Query { a: Int }", answers)
    assert [each.request.url for each in found.operations] == [f"http://site.test{place}"]
    assert found.notes == []


def test_without_an_answer_the_usual_endpoint_is_used_and_said():
    found = imported("type Query { a: Int }")
    assert [each.request.url for each in found.operations] == [ENDPOINT]
    assert "no GraphQL endpoint answered" in found.notes[0]
