import asyncio

import pytest

from corpus.classes import _tokens as made
from corpus.classes import jwt as corpus
from s2n.s2nscanner.oracles.jwt import read_jwt
from s2n.s2nscanner.oracles.jwtforgery import forged, forgeries, gate
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

PEM = made.PUBLIC_PEM.encode()


def attack(verify, text=None, keys=(), ok=corpus.profile):
    text = text or made.token()
    sender = MemorySender(corpus.site(verify, ok=ok)())

    async def go():
        opened = await gate(sender, corpus.with_bearer(text)[0], read_jwt(text))
        return opened, None if opened is None else await forged(opened, keys, Fresh(1))

    return (*asyncio.run(go()), sender)


KINDS = {
    "none": (made.takes_none("none"), made.token()),
    "signature": (made.unverified, made.token()),
    "stripped": (made.missing_signature_is_fine, made.token()),
    "blank": (made.all_zeros_are_fine, made.token(algorithm="ES256")),
    "confusion": (made.confused(PEM), made.token(algorithm="RS256")),
    "kid-path": (made.kid_is_a_path, made.token(kid="k1")),
    "kid-sql": (made.kid_in_sql, made.token(kid="k1")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_forgery_is_taken(kind):
    _, taken, _ = attack(*KINDS[kind], keys=[b"other", PEM])
    assert kind in [each.forgery.kind for each in taken]
    for each in taken:
        assert each.exchange.response.status == 200
        assert each.control.response.status == 401


@pytest.mark.parametrize("spelling", ["none", "None", "NONE", "nOnE"])
def test_each_spelling_of_none(spelling):
    _, taken, _ = attack(made.takes_none(spelling))
    assert [each.forgery.how for each in taken if each.forgery.kind == "none"] == [
        f"with the algorithm {spelling!r}"
    ]


CHECKED = {
    "HS256": (made.strict(), made.token()),
    "RS256": (made.strict_rs, made.token(algorithm="RS256")),
    "ES256": (made.strict_es, made.token(algorithm="ES256")),
    "kid": (made.strict(), made.token(kid="k1")),
}


@pytest.mark.parametrize("name", CHECKED)
def test_silent_where_it_is_checked(name):
    opened, taken, sender = attack(*CHECKED[name], keys=[PEM])
    assert opened is not None
    assert taken == []
    assert len(sender.requests) <= 15


@pytest.mark.parametrize(
    ("verify", "requests"), [(lambda text: True, 3), (lambda text: False, 1), (made.any_string, 5)]
)
def test_no_gate_where_the_token_makes_no_difference(verify, requests):
    opened, _, sender = attack(verify)
    assert opened is None
    assert len(sender.requests) == requests


def test_no_gate_on_overload():
    def site(request):
        return html("ok") if corpus.bearer(request) else html("", 429)

    text = made.token()
    opened = asyncio.run(gate(MemorySender(site), corpus.with_bearer(text)[0], read_jwt(text)))
    assert opened is None


def test_a_forgery_that_is_taken_when_the_control_is_too_proves_nothing():
    serial = []

    def opens(text):
        serial.append(1)
        return len(serial) in {1, 3} or len(serial) > 4

    _, taken, _ = attack(opens)
    assert taken == []


def test_what_is_forged_depends_on_the_token():
    def kinds(text, keys=()):
        return {each.kind for each in forgeries(read_jwt(text), keys, Fresh(1))}

    assert kinds(made.token()) == {"none", "stripped"}
    assert kinds(made.token(), [PEM]) == {"none", "stripped"}
    assert kinds(made.token(algorithm="RS256"), [PEM]) == {"none", "stripped", "confusion"}
    assert kinds(made.token(algorithm="ES256")) == {"none", "stripped", "blank"}
    assert kinds(made.token(kid="1")) == {"none", "stripped", "kid-path", "kid-sql"}
