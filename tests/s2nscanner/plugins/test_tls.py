import asyncio
import ssl
import warnings
from datetime import timedelta

import pytest
import trustme
from msgspec.structs import replace

from s2n.errors import ConnectFailed, PluginFlooded
from s2n.model import Confidence, Origin, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.certificate import Certificate
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.handshake import Offer, offering
from s2n.s2nscanner.plugins.tls import IMPACTS, WEAK_CIPHERS, Plugin, judge
from support.answers import HEAD
from support.certificates import NOW, certificate, context_with
from support.rawserver import answering, raw_server

OK = HEAD + b"Content-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority, tmp_path_factory):
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


def trusted(authority, name="127.0.0.1", **issue):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **issue).configure_cert(context)
    return context


def scan(context, **options):
    """What the plugin claims of a real server on loopback; each claim must stand when asked again."""

    async def go():
        async with raw_server(answering(OK), context) as server:
            request = ScanRequest(target_url=str(Origin("https", "127.0.0.1", server.port)), **options)
            client = HttpClient(request, Governor.of(request))
            shared = Shared(request, client)
            shared.shake = client.handshake
            ctx = Context(Plugin.info, shared)
            try:
                claims = [claim async for claim in Plugin().run(ctx)]
                ctx.allow(100)
                assert [await claim.again() for claim in claims] == [True] * len(claims)
                return claims
            finally:
                await client.close()

    return asyncio.run(go())


def variants(claims):
    return {claim.variant for claim in claims}


def test_silent_on_a_sound_server(authority, bundle):
    context = trusted(authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert scan(context, ca_bundle=bundle) == []


def test_silent_without_tls():
    request = ScanRequest(target_url="http://127.0.0.1/")
    shared = Shared(request, None)

    async def go():
        return [claim async for claim in Plugin().run(Context(Plugin.info, shared))]

    assert asyncio.run(go()) == []


def test_a_name_it_is_not_for(authority, bundle):
    (claim,) = scan(trusted(authority, "other.test"), ca_bundle=bundle)
    assert (claim.variant, claim.cwe, claim.confidence) == ("untrusted", "CWE-297", Confidence.CERTAIN)
    assert "mismatch" in claim.evidence


def test_an_authority_nobody_knows(authority):
    (claim,) = scan(trusted(authority))
    assert (claim.variant, claim.cwe, claim.severity) == ("untrusted", "CWE-295", Severity.MEDIUM)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({"begins": NOW - timedelta(days=90), "ends": NOW - timedelta(days=1)}, {"expired"}),
        ({"begins": NOW + timedelta(days=3)}, {"not yet valid"}),
        ({"ends": NOW + timedelta(days=5)}, {"expires soon", "untrusted"}),
        ({"kind": "rsa1024"}, {"weak key", "untrusted"}),
        ({"kind": "ec256"}, {"untrusted"}),
    ],
)
def test_certificates(made, expected, tmp_path):
    context = context_with(*certificate(**made), tmp_path)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert variants(scan(context)) == expected


def test_old_versions(authority, bundle):
    context = trusted(authority)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    claims = scan(context, ca_bundle=bundle)
    assert variants(claims) == {"old version"}
    assert claims[0].evidence.startswith("The server accepts TLSv1 and TLSv1.1, TLSv1 with ")


@pytest.mark.parametrize("selected", ["aNULL:!eNULL", "eNULL"])
def test_weak_ciphers(authority, bundle, selected):
    context = trusted(authority)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    assert selected in variants(scan(context, ca_bundle=bundle))


def test_every_selection_is_offered_or_left_out():
    """What this machine's OpenSSL does not have (export ciphers, for one) is never offered in its stead."""
    for selected, _ in WEAK_CIPHERS.values():
        context = offering(Offer("TLSv1.2", selected))
        names = [cipher["name"] for cipher in context.get_ciphers()] if context else []
        strong = [name for name in names if "GCM" in name and not name.startswith(("TLS_", "ADH", "AECDH"))]
        assert strong == []


def certified(**fields):
    given = {"begins": NOW - timedelta(1), "ends": NOW + timedelta(90), "key": "RSA", "key_bits": 2048}
    given |= {"signature": "1.2.840.113549.1.1.11", "self_issued": False}
    return Certificate(**given | fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"key_bits": 1024}, ["weak key"]),
        ({"key": "EC", "key_bits": 256}, []),
        ({"key": "EC", "key_bits": 192}, ["weak key"]),
        ({"key": "1.3.101.112", "key_bits": 0}, []),
        ({"signature": "1.2.840.113549.1.1.5"}, ["weak signature"]),
        ({"signature": "1.2.840.113549.1.1.5", "self_issued": True}, []),
        ({"ends": NOW + timedelta(20)}, ["expires soon"]),
        ({"ends": NOW - timedelta(1), "key_bits": 512}, ["expired", "weak key"]),
    ],
)
def test_judge(fields, expected):
    assert [fault.variant for fault in judge(certified(**fields), NOW)] == expected


def test_impacts_have_a_severity():
    assert set(IMPACTS) == {Severity.MEDIUM, Severity.LOW, Severity.INFO}


def test_handshakes_count_and_need_a_network():
    async def go(shake):
        shared = Shared(ScanRequest(target_url="https://site.test/"), None)
        shared.shake = shake
        ctx = Context(replace(Plugin.info, max_requests=1), shared)
        for _ in range(2):
            await ctx.handshake(Origin("https", "site.test", 443), Offer())

    async def refuse(origin, offer):
        return None

    with pytest.raises(ConnectFailed, match="no TLS handshake"):
        asyncio.run(go(None))
    with pytest.raises(PluginFlooded):
        asyncio.run(go(refuse))
