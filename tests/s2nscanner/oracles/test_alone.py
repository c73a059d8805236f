import pytest

from s2n.model import Request
from s2n.s2nscanner.oracles.alone import alone
from support.site import point_at

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def post(body):
    return Request("POST", Request.from_url("http://site.test/find").origin, "/find", FORM, body)


def test_the_other_fields_are_empty():
    point = alone(point_at("http://site.test/find?number=7&name=s2n&sort=up", "name"))
    assert point.request.target == "/find?number=&name=s2n&sort="
    assert (point.name, point.value) == ("name", "s2n")
    assert alone(point_at("", "name", post(b"number=7&name=s2n"))).request.body == b"number=&name=s2n"


def test_tokens_and_what_is_elsewhere_stay():
    request = post(b"number=7&csrf_token=abc&name=s2n")
    request = Request("POST", request.origin, "/find?page=2", request.headers, request.body)
    point = alone(point_at("", "number", request))
    assert point.request.target == "/find?page=2"
    assert point.request.body == b"number=7&csrf_token=abc&name="


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (Request.from_url("http://site.test/find?name=s2n"), "name"),
        (Request.from_url("http://site.test/find?name=s2n&other="), "name"),
        (Request.from_url("http://site.test/find?name=&other=1"), "name"),
        (Request.from_url("http://site.test/find?" + "&".join(f"f{n}=1" for n in range(9))), "f1"),
        (post(b"user=a&password=b"), "user"),
        (Request.from_url("http://site.test/goods/7?a=1&b=2"), "2"),
    ],
    ids=["one field", "others empty", "nothing in it", "long form", "login", "a path's segment"],
)
def test_nothing_else_to_try(request_, name):
    assert alone(point_at("", name, request_)) is None
