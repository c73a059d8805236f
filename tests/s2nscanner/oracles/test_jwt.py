import json
import time

import pytest

from corpus.classes import _tokens as made
from s2n.model import Request, Response
from s2n.s2nscanner.oracles.jwt import (
    decoded,
    encoded,
    jwts_in,
    jwts_sent,
    published_keys,
    read_jwt,
    swapped,
)
from support.site import html

TEXT = made.token(kid="k1")


def test_a_token_is_taken_apart():
    token = read_jwt(TEXT)
    assert token.algorithm == "HS256"
    assert token.header["kid"] == "k1"
    assert token.claims["sub"] == "ann"
    assert f"{token.signed_part()}.{token.signature}" == TEXT


@pytest.mark.parametrize(
    "text",
    ["", "a.b.c", "a.b", f"{TEXT}.x", "eyJ9.eyJ9.x", "bnVsbA.e30.x", f"e30.{TEXT.split('.')[1]}.x"],
    ids=["empty", "three words", "two words", "four parts", "no JSON", "null", "no algorithm"],
)
def test_what_is_no_token(text):
    assert read_jwt(text) is None


def test_a_token_that_nests_too_deep_is_none():
    deep = encoded(b"[" * 200_000)
    assert read_jwt(f"{deep}.{deep}.x") is None


def test_a_token_of_its_own_makes_the_family():
    assert read_jwt(TEXT).family == read_jwt(made.token()).family
    assert read_jwt(TEXT).family != read_jwt(made.token({"iss": "b"})).family


def test_tokens_are_found_once_each():
    other = made.token(algorithm="none")
    found = jwts_in(f'{{"a": "{TEXT}", "b": "{TEXT}"}} Bearer {other}, x.{TEXT} eyJhbGciOiJIUzI1NiJ9.e30')
    assert [token.text for token in found] == [TEXT, other]


def test_tokens_that_a_request_carries():
    url = f"http://site.test/?t={made.token(algorithm='none')}"
    request = Request.from_url(
        url, headers=(("Authorization", f"Bearer {TEXT}"), ("Cookie", f"a=b; t={TEXT}"))
    )
    assert [token.algorithm for token in jwts_sent(request)] == ["none", "HS256"]
    changed = swapped(request, TEXT, "new")
    assert changed.header("authorization") == "Bearer new"
    assert changed.header("cookie") == "a=b; t=new"
    assert changed.target == request.target


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_well_known_secret(algorithm):
    assert read_jwt(made.token(key=b"shhhhh", algorithm=algorithm)).weak_secret() == b"shhhhh"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "none"])
def test_no_well_known_secret(algorithm):
    assert read_jwt(made.token(algorithm=algorithm)).weak_secret() is None


def test_it_is_signed_anew():
    token = read_jwt(TEXT)
    again = token.resigned(token.header, made.STRONG)
    assert made.strict()(again)
    assert not made.strict()(token.resigned(token.header, b"other"))
    assert read_jwt(again).claims == token.claims
    assert token.resigned({"alg": "none"}, None).endswith(".")


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_a_wrong_signature_differs_in_one_bit(algorithm):
    token = read_jwt(made.token(algorithm=algorithm))
    wrong = read_jwt(token.with_wrong_signature())
    before, after = (int.from_bytes(decoded(each.signature)) for each in (token, wrong))
    assert (before ^ after).bit_count() == 1
    assert wrong.signed_part() == token.signed_part()
    assert read_jwt(made.token(algorithm="none")).with_wrong_signature()[-1] != "."


def test_lifetimes():
    now = int(time.time())
    assert read_jwt(made.token({"iat": now - 5, "exp": now + 55})).lifetime() == 60
    assert read_jwt(made.token({"exp": now + 3600})).lifetime() == pytest.approx(3600, abs=5)
    assert read_jwt(made.token({"exp": "soon"})).lifetime() is None
    assert read_jwt(made.token({})).lifetime() is None
    assert read_jwt(made.token({"exp": 1e300})).lifetime() > 0


def test_claims_that_nobody_should_read():
    token = read_jwt(made.token({"password": "x", "api_key": "y", "pin": 7, "secret": "", "passport": "z"}))
    assert token.secret_claims() == ["password", "api_key"]


def test_keys_of_a_jwks_are_those_that_openssl_writes():
    keys = published_keys(Response(200, body=made.jwks().encode()))
    spki, pkcs1 = made.PUBLIC_PEM.encode(), made.PKCS1_PEM.encode()
    assert keys == [spki, spki.strip(), pkcs1, pkcs1.strip()]


def test_a_pem_is_taken_as_it_stands():
    body = made.PUBLIC_PEM.encode()
    assert published_keys(Response(200, body=body)) == [body, body.strip()]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        '{"keys": 1}',
        '{"keys": [1]}',
        '{"keys": [{"kty": "RSA"}]}',
        '{"keys": [{"kty": "EC"}]}',
        json.dumps({"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}),
    ],
)
def test_no_keys(body):
    assert published_keys(html(body)) == []


def test_base64url():
    assert encoded(b"\xfb\xff") == "-_8"
    assert decoded("-_8") == b"\xfb\xff"
    assert decoded("a") is None
    assert decoded("a b=") is None


def test_keys_that_nest_too_deep_are_none():
    assert published_keys(Response(200, body=b"[" * 100_000)) == []
