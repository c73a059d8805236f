import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.signs import Signs
from support.members import as_json
from support.site import html

FORM = "<form><input type=password name=p></form>"


def answer(response: Response, path: str = "/a", method: str = "GET") -> Exchange:
    return Exchange(Request.from_url("http://h" + path, method), response)


@pytest.mark.parametrize(
    ("response", "sign"),
    [
        (html("", 401), "401"),
        (html("", 403), "403"),
        (html("", 419), "419"),
        (html("", 302, location="/login"), "redirect to the login page"),
        (html(FORM), "login form"),
    ],
)
def test_what_is_suspicious(response: Response, sign: str) -> None:
    suspicion = Signs().suspect(answer(response))
    assert suspicion is not None
    assert (suspicion.sign, suspicion.was_fine) == (sign, False)
    assert suspicion.endpoint == ("GET", "http://h", "/a")


@pytest.mark.parametrize(
    "response", [html("<p>in</p>"), html("", 404), html("", 500), html("", 302, location="/b"), as_json({})]
)
def test_what_is_not(response: Response) -> None:
    assert Signs().suspect(answer(response)) is None


def test_a_way_to_log_out_that_is_gone_is_missed_only_where_it_was() -> None:
    signs = Signs()
    assert signs.suspect(answer(html("<a>Log out</a>"))) is None
    gone = signs.suspect(answer(html("<a>Log in</a>")))
    assert gone is not None
    assert (gone.sign, gone.was_fine) == ("no way to log out", True)
    assert signs.suspect(answer(html("<a>Log in</a>"), "/b")) is None


def test_what_was_innocent_once_is_so_at_that_endpoint_for_that_sign() -> None:
    signs = Signs()
    suspicion = signs.suspect(answer(html(FORM)))
    assert suspicion is not None
    signs.acquit(suspicion)
    known = [
        (again := signs.suspect(answer(response, path, method))) is not None and again.known
        for response, path, method in (
            (html(FORM), "/a?b=c", "GET"),
            (html("", 401), "/a", "GET"),
            (html(FORM), "/b", "GET"),
            (html(FORM), "/a", "POST"),
        )
    ]
    assert known == [True, False, False, False]


def test_json_that_asks_for_a_login_is_compared_with_what_we_get() -> None:
    signs = Signs()
    asking = answer(as_json({"error": "please log in first"}))
    assert signs.suspect(asking) is None
    signs.accepted = answer(html("<p>Hello anna</p>"), "/me")
    suspicion = signs.suspect(asking)
    assert suspicion is not None
    assert suspicion.sign == "asked to log in"
    script = Response(200, "", (("Content-Type", "text/javascript"),), b"alert('please log in first')")
    assert signs.suspect(answer(script)) is None
