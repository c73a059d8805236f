"""What scripts leave open is filled in."""

import pytest

from s2n.s2nscanner.crawler.completion import (
    completed,
    completed_call,
    needs_of_call,
    needs_of_reference,
)
from s2n.s2nscanner.crawler.javascript.callbodies import FORM, JSON, Call
from s2n.s2nscanner.crawler.seenvalues import SeenValues


def known(**values):
    seen = SeenValues()
    for name, value in values.items():
        seen.add(name, value)
    return seen


@pytest.mark.parametrize(
    ("template", "reference"),
    [
        ("/orders/{}", "/orders/17"),
        ("/orders/{id}/lines", "/orders/17/lines"),
        ("/orders/{orderId}", "/orders/17"),
        ("http://h/api/v1/orders/{}?x=1", "http://h/api/v1/orders/17?x=1"),
        ("/list?order_id={}&page={}", "/list?order_id=17&page=1"),
        ("/shops/{}/orders/{}", "/shops/a%2Fb/orders/17"),
        ("/icons/order-{}.png", "/icons/order-1.png"),
        ("/users/{}", "/users/1"),
        ("/plain", "/plain"),
    ],
)
def test_references(template, reference):
    assert completed(template, known(orderid="17", shopid="a/b")) == reference


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("/users/{}", [("", "/users/")]),
        ("/users/{id}?page={}", [("id", "/users/")]),
        ("/list?user_id={}", [("user_id", "/list")]),
        ("/list?page={}", []),
        ("/orders/{}", []),
        ("/icons/user-{}.png", []),
    ],
)
def test_what_a_reference_needs(template, names):
    assert [each[:2] for each in needs_of_reference(template, known(orderid="17"))] == names


def test_what_is_to_be_changed_gets_no_value_of_others():
    assert completed("/orders/{}", known(orderid="17"), created=True) == "/orders/1"
    (need,) = needs_of_reference("/orders/{}", known(orderid="17"), created=True)
    assert need.created


@pytest.mark.parametrize(
    ("kind", "body", "filled"),
    [
        (JSON, b'{"order_id": "s2n", "note": "s2n"}', b'{"order_id": 17, "note": "s2n"}'),
        (JSON, b'{"id": "s2n"}', b'{"id": "s2n"}'),
        (JSON, b'{"order": {"id": "s2n"}}', b'{"order": {"id": 17}}'),
        (JSON, b'{"shop": "s2n", "order_id": "4"}', b'{"shop": "no \\"1\\"", "order_id": "4"}'),
        (FORM, b"order_id=s2n&note=s2n", b"order_id=17&note=s2n"),
        ("", b"", b""),
        (JSON, b"{broken s2n", b"{broken s2n"),
    ],
)
def test_bodies(kind, body, filled):
    call = Call("POST", "/pay", kind, body, ())
    assert completed_call(call, "/pay", known(orderid="17", shop='no "1"')).body == filled


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"user_id": "s2n", "order_id": "s2n", "note": "s2n"}', ["user_id"]),
        (b'{"user": {"id": "s2n"}}', ["id"]),
        (b'{"user_id": "7"}', []),
        (b"", []),
    ],
)
def test_what_a_body_needs(body, names):
    call = Call("POST", "/pay", JSON, body, ())
    assert [need.name for need in needs_of_call(call, known(orderid="17"))] == names
