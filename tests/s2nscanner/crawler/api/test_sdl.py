"""SDL text."""

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.graphqlschema import Argument, Field
from s2n.s2nscanner.crawler.api.sdl import from_sdl


def test_the_whole_language():
    schema = from_sdl(
        '''
        # a comment
        schema @link(url: "x", import: ["a", {b: 1}]) { query: Root mutation: Change }
        directive @auth(role: String = "x") repeatable on | FIELD_DEFINITION | OBJECT
        """ block "quoted" """
        interface Node { id: ID! }
        "one line"
        type Root implements Node & Other @auth(role: "r") {
          id: ID!
          "documented"
          list(after: String = "a\\"b", sizes: [Int!]! = [1, 2], at: P = {x: 1}): [[Root!]]! @auth
        }
        extend type Root { more: Int }
        extend schema @link(url: "y")
        type Empty
        input P @x { x: Int = 1 y: [String] }
        union U @x = | Root | Change
        enum E { A @deprecated(reason: "no") "b" B }
        scalar S @specifiedBy(url: "u")
        ''',
        "s",
    )
    assert (schema.query, schema.mutation) == ("Root", "Change")
    root = schema.types["Root"]
    assert [field.name for field in root.fields] == ["id", "list", "more"]
    assert root.fields[1] == Field(
        "list",
        "[[Root!]]!",
        (
            Argument("after", "String", '"a\\"b"'),
            Argument("sizes", "[Int!]!", "[1 2]"),
            Argument("at", "P", "{x : 1}"),
        ),
    )
    assert schema.types["P"].inputs == [Argument("x", "Int", "1"), Argument("y", "[String]")]
    assert schema.types["U"].members == ["Root", "Change"]
    assert schema.types["E"].values == ["A", "B"]
    assert schema.types["S"].kind == "scalar"
    assert schema.types["Empty"].fields == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type Query {\n a: Int\n", "s, line 2: the SDL ends too early"),
        ("type Query {\n a Int }", "s, line 2: not GraphQL SDL at 'Int'"),
        ("query { a }", "s, line 1: not GraphQL SDL at 'query'"),
        ("type Query { a: Int }\n%", "s, line 2: not GraphQL SDL: '%'"),
        ("type Query { a: " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_sdl_names_the_line(text, message):
    with pytest.raises(UsageError, match=message):
        from_sdl(text, "s")
