import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.signs import Signs, shape_of
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
        (html("<meta http-equiv=refresh content='0;url=/login?next=/a'>"), "refresh to the login page"),
    ],
)
def test_what_is_suspicious(response: Response, sign: str) -> None:
    suspicion = Signs().suspect(answer(response))
    assert suspicion is not None
    assert (suspicion.sign, suspicion.was_fine) == (sign, False)
    assert suspicion.endpoint == ("GET", "http://h", "/a")


@pytest.mark.parametrize(
    "response",
    [html("<p>in</p>"), html("", 404), html("", 500), html("", 302, location="/b"), as_json({"a": 1})],
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
    assert signs.suspect(answer(script, "/script.js")) is None


LONG = "<p>Orders: " + "tea, " * 40 + "</p>"


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        (html(LONG), html("", 404), "status 404"),
        (html(LONG), html("", 500), "status 500"),
        (html(LONG), html("", 302, location="/welcome"), "status 302"),
        (html(LONG), html("<p>No orders</p>"), "much less"),
        (html(f"{LONG}for anna-b"), html(f"{LONG}for you"), "our name is gone"),
        (as_json([{"id": 1, "name": "tea"}]), as_json([]), "much less"),
        (as_json([1]), as_json({"code": 401}), "another shape"),
        (as_json({"user": {"id": 1}}), as_json({"user": None}), "another shape"),
        (as_json({"items": [1]}), as_json({"errors": [1]}), "another shape"),
    ],
)
def test_what_an_endpoint_has_not_answered_before_is_a_reason_to_look(
    before: Response, after: Response, sign: str
) -> None:
    signs = Signs("anna-b")
    assert signs.suspect(answer(before)) is None
    suspicion = signs.suspect(answer(after))
    assert suspicion is not None
    assert (suspicion.sign, suspicion.weak, suspicion.was_fine) == (sign, True, True)
    signs.acquit(suspicion)
    again = signs.suspect(answer(after))
    assert again is not None
    assert again.known


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (html(LONG), html(LONG.replace("tea", "milk"))),
        (html(LONG), html("", 429)),
        (html(LONG), html("", 503)),
        (html("<p>anna</p>"), html("<p>anna is in</p>")),
        (as_json({"a": 1, "b": "x"}), as_json({"b": "y", "a": 2})),
        (as_json([1, 2, 3]), as_json([4, 5])),
        (as_json({"a": [1]}), as_json({"a": [2]})),
    ],
)
def test_other_values_of_the_same_kind_are_none(before: Response, after: Response) -> None:
    signs = Signs("anna-b")
    assert signs.suspect(answer(before)) is None
    assert signs.suspect(answer(after)) is None


@pytest.mark.parametrize("value", [[], {}, None, {"items": [], "total": 0}, {"user": None}])
def test_json_without_anything_in_it_is_a_reason_to_look_at_once(value: object) -> None:
    suspicion = Signs().suspect(answer(as_json(value)))
    assert suspicion is not None
    assert (suspicion.sign, suspicion.weak, suspicion.was_fine) == ("empty", True, False)


def test_what_strangers_get_is_suspicious_wherever_it_comes() -> None:
    signs = Signs()
    signs.accepted = answer(html("<p>Hello</p>"), "/me")
    signs.rejected = answer(html("<h1>Not found</h1>", 404), "/me")
    suspicion = signs.suspect(answer(html("<h1>Not found</h1>", 404), "/other"))
    assert suspicion is not None
    assert (suspicion.sign, suspicion.weak) == ("what others get", False)
    assert signs.suspect(answer(html("<h1>No such page</h1>", 404), "/another")) is None


def test_where_strangers_are_sent_is_suspicious_by_whatever_name() -> None:
    signs = Signs()
    signs.accepted = answer(html("<p>Hello</p>"), "/me")

    def sent(start: str, to: str) -> Exchange:
        return Exchange(
            Request.from_url(f"http://h{to}"),
            html(f"<h1>Welcome to {to}</h1>"),
            hops=(answer(html("", 302, location=to), start),),
        )

    signs.rejected = sent("/me", "/welcome")
    suspicion = signs.suspect(sent("/other", "/welcome"))
    assert suspicion is not None
    assert suspicion.sign == "what others get"
    assert signs.suspect(sent("/other", "/news")) is None


@pytest.mark.parametrize(
    "body", [b'{"a":' * 9000 + b"1" + b"}" * 9000, b'{"a":', b'{"\xff": 1}', b"{" * 30_000]
)
def test_json_that_cannot_be_read_has_no_shape(body: bytes) -> None:
    assert shape_of(Response(200, "", (("Content-Type", "application/json"),), body)) == frozenset()
