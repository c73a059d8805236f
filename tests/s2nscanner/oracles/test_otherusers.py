import pytest

from s2n.model import Request
from s2n.s2nscanner.oracles.otherusers import kind_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/order/17", "/order/18", True),
        ("/order/5b3c6d1e-0000-4000-8000-00000000000a", "/order/6b3c6d1e-0000-4000-8000-00000000000a", True),
        ("/doc/a1b2c3d4e5f6", "/doc/f6e5d4c3b2a1", True),
        ("/order?id=1&x=2", "/order?x=3&id=9", True),
        ("/order/17", "/order/new", False),
        ("/admin/users", "/admin/logs", False),
        ("/order?id=1", "/order", False),
        ("/administration", "/subscriptions", False),
    ],
)
def test_pages_of_one_kind(one: str, other: str, *, same: bool) -> None:
    first, second = (kind_of(Request.from_url(f"http://h{path}")) for path in (one, other))
    assert (first == second) is same


def test_another_method_or_origin_is_another_kind() -> None:
    get = Request.from_url("http://h/a")
    assert kind_of(get) != kind_of(Request.from_url("http://h/a", "POST"))
    assert kind_of(get) != kind_of(Request.from_url("http://h:81/a"))
