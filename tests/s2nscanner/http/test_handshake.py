import asyncio
import ssl
import warnings

import pytest
import trustme

from s2n.errors import BudgetSpent, ConnectFailed, OutOfScope, UsageError
from s2n.model import Origin
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.handshake import Offer, offering
from support.answers import HEAD
from support.rawserver import answering, raw_server

OK = HEAD + b"Content-Length: 0\r\n\r\n"


def server_context(name="127.0.0.1", oldest=None, newest=None, ciphers=""):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if oldest:
            context.minimum_version = oldest
        if newest:
            context.maximum_version = newest
    if ciphers:
        context.set_ciphers(ciphers)
    return context


def shake(offer, context, **options):
    async def go():
        async with raw_server(answering(OK), context) as server:
            origin = Origin("https", "127.0.0.1", server.port)
            scan = ScanRequest(target_url=str(origin), **options)
            client = HttpClient(scan, Governor.of(scan))
            try:
                return await client.handshake(origin, offer), client.governor.requests
            finally:
                await client.close()

    return asyncio.run(go())


def test_what_is_agreed():
    found, requests = shake(Offer(), server_context())
    assert found.version == "TLSv1.3"
    assert found.cipher.startswith("TLS_")
    assert found.certificate.startswith(b"\x30\x82")
    assert found.distrust == ""
    assert requests == 1


def test_an_old_version_is_accepted_or_refused():
    old = server_context(oldest=ssl.TLSVersion.TLSv1, ciphers="ALL:@SECLEVEL=0")
    assert shake(Offer("TLSv1"), old)[0].version == "TLSv1"
    assert shake(Offer("TLSv1.1"), old)[0].version == "TLSv1.1"
    assert shake(Offer("TLSv1"), server_context(oldest=ssl.TLSVersion.TLSv1_2))[0] is None


def test_a_cipher_is_accepted_or_refused():
    weak = server_context(newest=ssl.TLSVersion.TLSv1_2, ciphers="aNULL:@SECLEVEL=0")
    assert "A" in shake(Offer("TLSv1.2", "aNULL:!eNULL"), weak)[0].cipher
    assert shake(Offer("TLSv1.2", "aNULL:!eNULL"), server_context())[0] is None


def test_trust(tmp_path):
    found, _ = shake(Offer(verify=True), server_context())
    assert "certificate" in found.distrust
    assert found.certificate == b""


def test_trust_by_a_bundle(tmp_path):
    authority = trustme.CA()
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    for name, said in (("127.0.0.1", ""), ("other.test", "mismatch")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        assert said in shake(Offer(verify=True), context, ca_bundle=str(file))[0].distrust


def test_what_openssl_cannot_offer():
    assert offering(Offer("TLSv1.2", "NOSUCHCIPHER")) is None


def test_a_bundle_that_is_not_there():
    with pytest.raises(UsageError, match="bundle"):
        offering(Offer(verify=True), "/nowhere/ca.pem")


def test_limits_hold():
    async def go(origin, **options):
        scan = ScanRequest(target_url="https://127.0.0.1:9/", **options)
        client = HttpClient(scan, Governor.of(scan))
        if options:
            client.governor.stop("max-requests")
        await client.handshake(origin, Offer())

    with pytest.raises(OutOfScope):
        asyncio.run(go(Origin("https", "other.test", 443)))
    with pytest.raises(ConnectFailed):
        asyncio.run(go(Origin("https", "127.0.0.1", 9)))
    with pytest.raises(BudgetSpent):
        asyncio.run(go(Origin("https", "127.0.0.1", 9), max_requests=1))
