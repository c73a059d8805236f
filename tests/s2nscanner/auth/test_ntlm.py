import asyncio
import base64
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trustme

from s2n import ScanConfig, Scanner
from s2n.errors import LoginFailed
from s2n.model import Request, Response, ScanStatus
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.credentials import login_of
from s2n.s2nscanner.auth.ntlm import NtlmLogin, offered
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.ntlm import Office, open_office
from support.plugins import Echo
from support.rawserver import answering, raw_server
from support.site import html
from support.webserver import serving

NTLM = {"auth": "ntlm", "username": r"OFFICE\anna", "password": "s3cret"}


@pytest.fixture(autouse=True)
def _users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    file.write_text("OFFICE:anna:s3cret\nOFFICE:bob:hunter2\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


def inside(
    office: Office,
    work: Callable[[SessionKeeper, HttpClient], Awaitable[None]],
    context: ssl.SSLContext | None = None,
    **options: object,
) -> Office:
    """Log in at the running office, then do ``work``."""
    with open_office(office, context):

        async def go() -> None:
            scan = ScanRequest(target_url=office.url, **NTLM | options)  # type: ignore[arg-type]
            login = login_of(scan)
            assert isinstance(login, NtlmLogin)
            client = HttpClient(scan, Governor.of(scan))
            keeper = SessionKeeper(client, login, scan, lambda _: None)
            try:
                await keeper.begin()
                await work(keeper, client)
            finally:
                await client.close()

        asyncio.run(go())
    return office


def refused(office: Office, **options: object) -> LoginFailed:
    async def unreached(keeper: SessionKeeper, client: HttpClient) -> None:
        raise AssertionError("the login did not fail")

    with pytest.raises(LoginFailed) as caught:
        inside(office, unreached, **options)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("offers", [("Negotiate", "NTLM"), ("NTLM",), ("Negotiate",), ("Basic x, ntlm",)])
def test_each_connection_is_logged_in_once_and_used_again(offers: tuple[str, ...]) -> None:
    office = Office(offers=offers)

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        del office.heard[:]
        before = office.logins
        for number in range(5):
            exchange = await keeper.send(Request.from_url(f"{office.url}p{number}"))
            assert "Hello OFFICE" in exchange.response.text
            assert exchange.request.header("authorization") is None
        assert office.logins == before
        await asyncio.gather(*(keeper.send(Request.from_url(f"{office.url}g{n}")) for n in range(6)))

    inside(office, work)
    # Asked as nobody first, then as the user on a connection of its own.
    assert all(logged_in for _, target, logged_in, _ in office.heard if target[1:2] in {"p", "g"})
    assert len({connection for connection, target, _, _ in office.heard if target[1:2] == "p"}) == 1
    assert office.refused == 0


def test_a_server_that_closes_connections_all_the_time_is_no_matter() -> None:
    office = Office(per_connection=4)

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        for number in range(8):
            request = Request.from_url(f"{office.url}p{number}", "POST", (), b"a=1")
            exchange = await keeper.send(request)
            assert "Hello OFFICE" in exchange.response.text

    inside(office, work)
    posts = [(logged_in, body) for _, target, logged_in, body in office.heard if target.startswith("/p")]
    assert posts == [(True, b"a=1")] * 8
    assert office.logins > 4


def test_the_messages_are_counted_as_requests() -> None:
    office = Office()

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        assert client.governor.requests == len(office.heard)

    inside(office, work)


def test_nobody_else_rides_on_a_connection_that_is_logged_in() -> None:
    office = Office()

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        request = Request.from_url(office.url)
        for _ in range(2):
            assert (await client.send(request, exact=True)).response.status == 401
            assert (await client.apart().send(request)).response.status == 401
            assert (await keeper.send(request)).response.status == 200

    inside(office, work)


def test_no_message_goes_to_another_origin() -> None:
    seen: list[Request] = []

    def other(request: Request) -> Response:
        seen.append(request)
        return html("who?", 401, www_authenticate="NTLM")

    with serving(other) as web:

        async def work(keeper: SessionKeeper, client: HttpClient) -> None:
            assert (await client.send(Request.from_url(web.url))).response.status == 401

        inside(Office(), work, allow_hosts=(web.url.removeprefix("http://").rstrip("/"),))
    assert [request.header("authorization") for request in seen] == [None]


def test_messages_are_bound_to_the_channel(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca)

    office = Office(bindings=hashlib.sha256(der).digest())

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        assert "Hello" in (await keeper.send(Request.from_url(office.url))).response.text

    inside(office, work, context, ca_bundle=str(ca))
    with pytest.raises(LoginFailed, match="refuses the user or password"):
        inside(Office(bindings=b"of another server"), work, context, ca_bundle=str(ca))


def test_a_wrong_password_is_tried_once() -> None:
    office = Office()
    error = refused(office, password="guess")
    assert "refuses the user or password of --auth ntlm" in str(error)
    assert (office.refused, office.logins) == (1, 0)
    assert "DOMAIN" not in error.remedy
    assert "as DOMAIN\\NAME" in refused(Office(), username="anna", password="guess").remedy
    assert "refuses the user" in str(refused(Office(offers=("Negotiate",)), password="guess"))


def test_never_more_than_three_refused_attempts() -> None:
    office = Office()
    said = []
    with open_office(office):

        async def go() -> None:
            scan = ScanRequest(target_url=office.url, **NTLM | {"password": "guess"})
            client, login = HttpClient(scan, Governor.of(scan)), NtlmLogin(scan)
            for _ in range(5):
                with pytest.raises(LoginFailed) as caught:
                    await login.log_in(client.apart())
                said.append(str(caught.value))
            await client.close()

        asyncio.run(go())
    assert office.refused == 3
    assert "lest it lock the account" in said[-1]


def test_a_password_that_changes_meanwhile_is_tried_by_one_connection_only(tmp_path: Path) -> None:
    office = Office()

    async def work(keeper: SessionKeeper, client: HttpClient) -> None:
        (tmp_path / "users").write_text("OFFICE:anna:another\n")
        requests = [Request.from_url(f"{office.url}n{n}") for n in range(8)]
        answers = await asyncio.gather(*(client.send(request) for request in requests))
        assert {answer.response.status for answer in answers} == {200, 401}  # an old connection is still good
        assert office.refused == 1

    inside(office, work)


@pytest.mark.parametrize(
    ("office", "message"),
    [
        (Office(offers=("Basic realm=x", "Digest y")), r"does not offer NTLM \(it offers Basic realm=x, Di"),
        (Office(offers=("Negotiate",), kerberos=True), "it wants Kerberos, which s2n does not speak"),
        (Office(offers=("NTLM",), kerberos=True), "does not answer its first message with a challenge"),
        (Office(closing=True), "closes the connection between the messages of NTLM"),
        (Office(forgetful=True), "wants NTLM with each request"),
    ],
)
def test_what_a_server_does_not_do_is_named(office: Office, message: str) -> None:
    with pytest.raises(LoginFailed, match=message):
        raise refused(office)
    assert office.refused == 0


def test_a_page_for_everybody_asks_nobody_to_log_in() -> None:
    with open_office(Office()) as office:
        scan = ScanRequest(target_url=office.url, auth_check_url=office.url + "open/", **NTLM)

        async def go() -> None:
            client = HttpClient(scan, Governor.of(scan))
            try:
                await NtlmLogin(scan).log_in(client.apart())
            finally:
                await client.close()

        with pytest.raises(LoginFailed, match=r"/open/ asks nobody to log in \(status 200\)") as caught:
            asyncio.run(go())
    assert "--auth-check-url" in caught.value.remedy
    assert office.credentials == []


def test_a_proxy_that_opens_no_tunnel_is_named() -> None:
    async def go() -> str:
        async with raw_server(answering(b"HTTP/1.1 401 X\r\nWWW-Authenticate: NTLM\r\n\r\n")) as door:
            proxy = f"http://127.0.0.1:{door.port}"
            scan = ScanRequest(target_url="http://site.test/", proxy=proxy, **NTLM)
            client = HttpClient(scan, Governor.of(scan))
            with pytest.raises(LoginFailed) as caught:
                await NtlmLogin(scan).log_in(client.apart())
            await client.close()
            assert door.received[1].startswith(b"CONNECT site.test:80")
            assert not any(b"Authorization" in data for data in door.received)
            return f"{caught.value} {caught.value.remedy}"

    said = asyncio.run(go())
    assert "it needs one of its own through the proxy" in said
    assert "SOCKS" in said


@pytest.mark.parametrize("header", ["NTLM !!", "Negotiate A", "Basic ntlm", "NTLM TlRMTVNTUAAC", "ntlmish x"])
def test_odd_challenges_are_read_as_none(header: str) -> None:
    token = offered(Response(401, "", (("WWW-Authenticate", header),))).get("NTLM", b"")
    assert token == (b"NTLMSSP\x00\x02" if header.endswith("AAC") else b"")


@pytest.mark.parametrize(
    "token", [b"NTLMSSP\0\2\0\0\0", b"NTLMSSP\0\7\0\0\0", b"NTLMSSP\0\2\0\0\0" + b"\xff" * 40, b"x"]
)
@pytest.mark.parametrize("scheme", [b"NTLM", b"Negotiate"])
def test_a_challenge_of_nonsense_is_a_refusal(scheme: bytes, token: bytes) -> None:
    async def go() -> None:
        challenge = scheme + b" " + base64.b64encode(token)
        nonsense = b"HTTP/1.1 401 X\r\nWWW-Authenticate: " + challenge + b"\r\nContent-Length: 0\r\n\r\n"
        async with raw_server(answering(nonsense, then="keep")) as server:
            scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/", **NTLM)
            client = HttpClient(scan, Governor.of(scan))
            with pytest.raises(LoginFailed):
                await NtlmLogin(scan).log_in(client.apart())
            await client.close()

    asyncio.run(go())


def test_a_whole_scan_sees_the_inside_with_all_its_connections() -> None:
    with open_office(Office(per_connection=5)) as office:
        config = ScanConfig(target_url=office.url, plugins=("echo",), **NTLM)
        report = Scanner(config, plugins=[Echo()]).scan()
    assert report.metadata.status is ScanStatus.COMPLETE
    assert any(target.startswith("/a?q=") for _, target, logged_in, _ in office.heard if logged_in)
    assert office.refused == 0
