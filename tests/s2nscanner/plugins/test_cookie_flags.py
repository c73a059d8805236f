import pytest

from s2n.model import Exchange, Request, Response, Severity
from s2n.s2nscanner.plugins.cookie_flags import Plugin, parse_cookie


def found(*cookies, url="https://site.test/"):
    response = Response(200, headers=tuple(("Set-Cookie", cookie) for cookie in cookies))
    return list(Plugin().inspect(Exchange(Request.from_url(url), response)))


ID = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"

FIRES = [
    (f"PHPSESSID={ID}; path=/", "Secure, HttpOnly, SameSite", "CWE-614", Severity.MEDIUM),
    (f"JSESSIONID={ID}; Secure; SameSite=Lax", "HttpOnly", "CWE-1004", Severity.LOW),
    (f"connect.sid={ID}; HttpOnly; SameSite=Strict", "Secure", "CWE-614", Severity.MEDIUM),
    (f"sid={ID}; secure; httponly", "SameSite", "CWE-1275", Severity.LOW),
    (f"sid={ID}; Secure; HttpOnly; SameSite=sometimes", "SameSite", "CWE-1275", Severity.LOW),
    (f"sid={ID}; HttpOnly; SameSite=None", "Secure, Secure for SameSite=None", "CWE-614", Severity.MEDIUM),
    ("auth=1; Secure; SameSite=Lax", "HttpOnly", "CWE-1004", Severity.LOW),
    ("remember_me=bob; Secure; SameSite=Lax", "HttpOnly", "CWE-1004", Severity.LOW),
    (f"x={ID}; Secure; SameSite=Lax", "HttpOnly", "CWE-1004", Severity.LOW),
    (
        f"sid={ID}; Secure; SameSite=Lax; Expires=Wed, 01-Jan-2098 00:00:00 GMT",
        "HttpOnly",
        "CWE-1004",
        Severity.LOW,
    ),
]

SILENT = [
    f"sid={ID}; Secure; HttpOnly; SameSite=Lax",
    f"sid={ID}; Secure; HttpOnly; SameSite=None",
    "sid=; Path=/",
    f"sid={ID}; Max-Age=0",
    f"sid={ID}; Max-Age=-1",
    f"sid={ID}; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    f"sid={ID}; Expires=Thu, 01-Jan-1970 00:00:01 GMT",
    f"csrftoken={ID}",
    f"XSRF-TOKEN={ID}",
    "lang=en",
    "theme=dark; Path=/",
    "cookie_consent=yes",
    f"_ga=GA1.2.{ID}",
    "session_theme=dark",
    "visits=3",
    "broken",
]


@pytest.mark.parametrize(("cookie", "lacks", "cwe", "severity"), FIRES)
def test_fires(cookie, lacks, cwe, severity):
    (claim,) = found(cookie)
    assert claim.title == f"Session cookie without {lacks}"
    assert (claim.cwe, claim.severity) == (cwe, severity)
    assert claim.variant == cookie.partition("=")[0]
    assert claim.per_site
    assert ID not in claim.evidence


@pytest.mark.parametrize("cookie", SILENT)
def test_stays_silent(cookie):
    assert found(cookie) == []


def test_secure_is_not_wanted_without_tls():
    assert found(f"sid={ID}; HttpOnly; SameSite=Lax", url="http://site.test/") == []


def test_one_claim_for_each_cookie():
    claims = found(f"sid={ID}", "token=abc", "lang=en")
    assert [claim.variant for claim in claims] == ["sid", "token"]


def test_the_last_of_a_name_counts():
    assert found(f"sid={ID}", "sid=; Max-Age=0") == []
    assert found(f"sid={ID}", f"sid={ID}; Secure; HttpOnly; SameSite=Lax") == []


def test_parse_cookie():
    cookie = parse_cookie(' a = b=c ; PATH=/ ; HttpOnly;;max-age="x"')
    assert (cookie.name, cookie.value) == ("a", "b=c")
    assert cookie.attributes["path"] == "/"
    assert "httponly" in cookie.attributes
    assert not cookie.deletes
