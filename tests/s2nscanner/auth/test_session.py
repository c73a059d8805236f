from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.session import Session


def test_headers_and_key_are_added() -> None:
    session = Session(headers=(("Authorization", "Bearer t"),), query="key=k%26y")
    sent = session.authorize(Request.from_url("http://h/a?b=c"))
    assert sent.target == "/a?b=c&key=k%26y"
    assert sent.header("authorization") == "Bearer t"
    assert session.authorize(Request.from_url("http://h/a")).target == "/a?key=k%26y"


def test_what_a_request_names_itself_is_left_alone() -> None:
    session = Session(headers=(("Authorization", "Bearer t"),), query="key=k")
    request = Request.from_url("http://h/a?key=mine", headers=(("authorization", "x"),))
    assert session.authorize(request) == request
    assert Session().authorize(request) is request


def test_a_401_teaches_a_fixed_session_nothing() -> None:
    assert not Session().challenged(Exchange(Request.from_url("http://h/"), Response(401)))
