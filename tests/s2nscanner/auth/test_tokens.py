import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.tokens import token_in
from support.members import as_json
from support.site import html


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        (as_json({"access_token": "a"}), "a"),
        (as_json({"data": {"user": {"accessToken": "Bearer b"}}}), "b"),
        (as_json({"auth-token": "c", "refresh_token": "d"}), "c"),
        (as_json({"csrf": "e", "tokens": "f"}), ""),
        (as_json({"token": 5}), ""),
        (as_json(["token"]), ""),
        (as_json({"token": "g"}, 401), ""),
        (html('{"token": "h"}'), ""),
    ],
)
def test_the_token_of_an_answer(answer, token) -> None:
    assert token_in(Exchange(Request.from_url("http://h/"), answer)) == token


def test_an_answer_that_nests_too_deep_holds_none() -> None:
    page = Exchange(Request.from_url("http://h/login"), as_json("[" * 5000))
    assert token_in(page) == ""


@pytest.mark.parametrize("body", [b'{"token": "\xff"}', b'{"token": "x', b"\xff"])
def test_an_answer_that_is_no_json_holds_none(body: bytes) -> None:
    answer = Response(200, "", (("Content-Type", "application/json"),), body)
    assert token_in(Exchange(Request.from_url("http://h/login"), answer)) == ""
