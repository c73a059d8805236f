"""Which credentials satisfy which scheme."""

import pytest

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.api.access import Access, Grant

BEARER = {"type": "http", "scheme": "Bearer"}
BASIC_2 = {"type": "basic"}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}


def access(**settings):
    return Access.of(ScanRequest(target_url="http://site.test/", **settings))


@pytest.mark.parametrize(
    ("settings", "scheme", "grant"),
    [
        ({"token": "T"}, BEARER, Grant(headers=(("Authorization", "Bearer T"),))),
        ({"token": "T"}, {"type": "openIdConnect"}, Grant(headers=(("Authorization", "Bearer T"),))),
        ({"token": "T"}, KEY, Grant(headers=(("X-Key", "T"),))),
        ({"username": "u", "password": "p"}, BASIC_2, Grant(headers=(("Authorization", "Basic dTpw"),))),
        ({"token": "T"}, BASIC_2, None),
        ({"username": "u"}, BEARER, None),
        ({}, KEY, None),
        ({"headers": ("Authorization: X",)}, BEARER, Grant()),
        ({"auth": "auto", "username": "u", "password": "p"}, BEARER, Grant()),
        ({"auth": "auto", "username": "u"}, {"type": "apiKey", "in": "cookie", "name": "sid"}, Grant()),
        ({"auth": "header"}, BEARER, None),
        ({"headers": ("x-key: X",)}, KEY, Grant()),
        ({"auth": "api-key", "token": "T", "api_key_name": "X-Key"}, KEY, Grant()),
    ],
)
def test_grants(settings, scheme, grant):
    assert access(**settings).grant(scheme) == grant
