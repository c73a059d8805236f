import asyncio
import hashlib
import itertools
import re

import pytest

from s2n.errors import LoginFailed
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.digest import Digest, DigestLogin, challenge_in
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import html
from support.webserver import serving

RFC_MD5 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
RFC_SHA = RFC_MD5.replace("algorithm=MD5", "algorithm=SHA-256")


def refusal(*challenges: str, used: str = "") -> Exchange:
    headers = (("Authorization", f'Digest nonce="{used}"'),) if used else ()
    response = Response(401, headers=tuple(("WWW-Authenticate", text) for text in challenges))
    return Exchange(Request.from_url("http://www.example.org/dir/index.html", headers=headers), response)


@pytest.mark.parametrize(
    ("challenges", "response"),
    [
        ((RFC_MD5,), "8ca523f5e9506fed4657c9700eebdbec"),
        ((RFC_SHA,), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ((RFC_MD5, RFC_SHA), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ((f"Basic realm=x, {RFC_MD5}",), "8ca523f5e9506fed4657c9700eebdbec"),
    ],
)
def test_the_examples_of_rfc_7616(challenges: tuple[str, ...], response: str) -> None:
    digest = Digest("Mufasa", "Circle of Life", lambda: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    assert digest.challenged(refusal(*challenges))
    sent = digest.authorize(Request.from_url("http://www.example.org/dir/index.html"))
    header = sent.header("authorization") or ""
    assert f'response="{response}"' in header
    assert "nc=00000001" in header
    assert 'uri="/dir/index.html"' in header


def test_the_example_of_rfc_2069_without_qop() -> None:
    digest = Digest("Mufasa", "CircleOfLife")
    assert digest.challenged(
        refusal(
            'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
        )
    )
    header = digest.authorize(refusal().request).header("authorization") or ""
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in header
    assert "qop" not in header


def test_what_cannot_be_answered_is_no_challenge() -> None:
    assert challenge_in(['Digest nonce="x", qop="auth-int"']) == {}
    assert challenge_in(['Digest nonce="x", algorithm=MD9']) == {}
    assert challenge_in(["Basic realm=digest"]) == {}
    assert challenge_in([]) == {}


def test_a_second_try_is_worth_it_only_with_a_nonce_that_is_new() -> None:
    digest = Digest("a", "b")
    assert digest.challenged(refusal('Digest nonce="1"'))
    assert not digest.challenged(refusal('Digest nonce="1"', used="1"))
    assert digest.challenged(refusal('Digest nonce="2", stale=true', used="1"))


def test_an_authorization_of_the_request_itself_is_left_alone() -> None:
    digest = Digest("a", "b")
    digest.challenged(refusal(RFC_MD5))
    request = Request.from_url("http://h/", headers=(("Authorization", "mine"),))
    assert digest.authorize(request) is request


class Guarded:
    """Digest with SHA-256; each nonce holds for ``uses`` requests, whose counts must rise."""

    def __init__(self, uses: int) -> None:
        self.uses = uses
        self.nonces: dict[str, int] = {}
        self.numbers = itertools.count()
        self.accepted = 0

    def __call__(self, request: Request) -> Response | str:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', request.header("authorization") or ""))
        count = self.nonces.get(given.get("nonce", ""))
        if count is None or count >= self.uses:
            return self.refuse(stale=count is not None)

        def h(text: str) -> str:
            return hashlib.sha256(text.encode()).hexdigest()

        ends = h("anna:r:s3cret"), h(f"{request.method}:{request.target}")
        right = h(f"{ends[0]}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{ends[1]}")
        if given["response"] != right or int(given["nc"], 16) != count + 1:
            return self.refuse(stale=False)
        self.nonces[given["nonce"]] += 1
        self.accepted += 1
        return "<p>in</p>"

    def refuse(self, *, stale: bool) -> Response:
        nonce = f"n{next(self.numbers)}"
        self.nonces[nonce] = 0
        challenge = (
            f'Digest realm="r", qop="auth", algorithm=SHA-256, nonce="{nonce}", stale={str(stale).lower()}'
        )
        return html("", 401, www_authenticate=challenge)


def test_a_login_learns_the_challenge_and_counts() -> None:
    site = Guarded(uses=4)

    async def go(url: str) -> list[int]:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        credentials = await DigestLogin(url, "anna", "s3cret").log_in(client.apart())
        client.authorize = credentials.authorize
        request = Request.from_url(url + "a?b=c")
        statuses = [(await client.send(request)).response.status for _ in range(3)]
        stale = await client.send(Request.from_url(url))
        statuses.append(stale.response.status)
        assert credentials.challenged(stale)
        statuses.append((await client.send(Request.from_url(url))).response.status)
        await client.close()
        return statuses

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == [200, 200, 200, 401, 200]


async def enter(url: str, password: str) -> None:
    scan = ScanRequest(target_url=url)
    client = HttpClient(scan, Governor.of(scan))
    try:
        await DigestLogin(url, "anna", password).log_in(client.apart())
    finally:
        await client.close()


def test_a_wrong_password_is_tried_once() -> None:
    with serving(Guarded(uses=9)) as web, pytest.raises(LoginFailed, match="refuses the user or password"):
        asyncio.run(enter(web.url, "x"))
    assert [request.header("authorization") is None for request in web.requests] == [True, False]


def test_a_site_that_wants_something_else() -> None:
    with (
        serving(lambda _: html("", 401, www_authenticate="Negotiate")) as web,
        pytest.raises(LoginFailed, match=r"without a digest challenge .*Negotiate"),
    ):
        asyncio.run(enter(web.url, "s3cret"))
