import pytest

from s2n.model import Exchange, Request, Response, Severity
from s2n.s2nscanner.plugins.security_headers import Plugin

GOOD = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Referrer-Policy": "no-referrer",
}
PAGE = "<!doctype html><html><head></head><body>Hello</body></html>"


def found(change=None, *, url="https://site.test/", status=200, body=PAGE, content_type="text/html"):
    headers = {name: value for name, value in (GOOD | (change or {})).items() if value is not None}
    response = Response(
        status, headers=(("Content-Type", content_type), *headers.items()), body=body.encode()
    )
    return list(Plugin().inspect(Exchange(Request.from_url(url), response)))


FIRES = {
    "no policy": ({"Content-Security-Policy": None}, ["content-security-policy"]),
    "report only": (
        {"Content-Security-Policy": None, "Content-Security-Policy-Report-Only": "default-src 'self'"},
        ["content-security-policy"],
    ),
    "inline scripts": (
        {"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"},
        ["content-security-policy"],
    ),
    "any host": ({"Content-Security-Policy": "script-src *"}, ["content-security-policy"]),
    "any host over TLS": ({"Content-Security-Policy": "default-src https:"}, ["content-security-policy"]),
    "images only": ({"Content-Security-Policy": "img-src 'self'"}, ["content-security-policy"]),
    "framing": (
        {"Content-Security-Policy": "default-src 'self'", "X-Frame-Options": None},
        ["x-frame-options"],
    ),
    "framing allowed by an ignored value": (
        {"Content-Security-Policy": "default-src 'self'", "X-Frame-Options": "ALLOW-FROM https://x.test"},
        ["x-frame-options"],
    ),
    "framing by all": (
        {"Content-Security-Policy": "default-src 'self'; frame-ancestors *", "X-Frame-Options": "DENY"},
        ["x-frame-options"],
    ),
    "sniffing": ({"X-Content-Type-Options": None}, ["x-content-type-options"]),
    "no HSTS": ({"Strict-Transport-Security": None}, ["strict-transport-security"]),
    "HSTS switched off": ({"Strict-Transport-Security": "max-age=0"}, ["strict-transport-security"]),
    "HSTS for an hour": ({"Strict-Transport-Security": "max-age=3600"}, ["strict-transport-security"]),
    "HSTS without an age": (
        {"Strict-Transport-Security": "includeSubDomains"},
        ["strict-transport-security"],
    ),
    "no referrer policy": ({"Referrer-Policy": None}, ["referrer-policy"]),
    "leaky referrer policy": ({"Referrer-Policy": "unsafe-url"}, ["referrer-policy"]),
    "unknown referrer policy": ({"Referrer-Policy": "please-dont"}, ["referrer-policy"]),
}

SILENT = {
    "all there": {},
    "frame-ancestors alone": {"X-Frame-Options": None},
    "X-Frame-Options alone": {
        "Content-Security-Policy": "default-src 'self'",
        "X-Frame-Options": "sameorigin",
    },
    "nonce": {
        "Content-Security-Policy": "default-src 'self'; base-uri 'none'; "
        "script-src 'nonce-abc123' 'unsafe-inline'; frame-ancestors 'none'"
    },
    "strict-dynamic": {
        "Content-Security-Policy": "script-src 'strict-dynamic' 'nonce-a' https:; object-src 'none'; "
        "base-uri 'self'; frame-ancestors 'self'"
    },
    "one strict policy of two": {
        "Content-Security-Policy": "default-src 'unsafe-inline' *, script-src 'self'; frame-ancestors 'self'"
    },
    "HSTS, quoted": {"Strict-Transport-Security": 'max-age="63072000"'},
    "referrer fallback": {"Referrer-Policy": "unsafe-url, strict-origin"},
}


@pytest.mark.parametrize("name", FIRES)
def test_fires(name):
    change, headers = FIRES[name]
    claims = found(change)
    assert [claim.variant for claim in claims] == headers
    assert all(claim.per_site and claim.evidence and claim.remediation for claim in claims)


@pytest.mark.parametrize("name", SILENT)
def test_stays_silent(name):
    assert found(SILENT[name]) == []


@pytest.mark.parametrize(
    ("policy", "said", "severity"),
    [
        ("default-src 'self' 'unsafe-eval'", "lets text be run as code ('unsafe-eval')", Severity.LOW),
        ("default-src 'self' https://unpkg.com", "anybody can publish, on https://unpkg.com", Severity.LOW),
        ("default-src 'self'; script-src 'nonce-abc'", "lets a <base> element", Severity.INFO),
        ("script-src 'self'", "lets any object be embedded", Severity.INFO),
        ("script-src 'unsafe-inline'", "lets inline scripts run; it lets any object", Severity.LOW),
    ],
)
def test_a_weak_policy_is_one_finding(policy, said, severity):
    (claim,) = found({"Content-Security-Policy": f"{policy}; frame-ancestors 'self'"})
    assert said in claim.evidence
    assert claim.severity is severity
    assert claim.title == "Weak Content-Security-Policy"


def test_everything_is_missing():
    claims = found(dict.fromkeys(GOOD))
    assert [claim.variant for claim in claims] == [name.lower() for name in GOOD]
    assert [claim.severity for claim in claims][-1] is Severity.INFO
    assert claims[1].cwe == "CWE-1021"


@pytest.mark.parametrize(
    ("options"),
    [
        {"status": 404},
        {"status": 302},
        {"status": 500},
        {"content_type": "application/json"},
        {"content_type": "text/plain"},
        {"body": ""},
    ],
)
def test_only_pages_count(options):
    assert found(dict.fromkeys(GOOD), **options) == []


@pytest.mark.parametrize("url", ["http://site.test/", "https://127.0.0.1/", "https://[::1]/"])
def test_hsts_is_for_names_over_tls(url):
    assert found({"Strict-Transport-Security": None}, url=url) == []


def test_what_the_page_itself_says_counts():
    body = PAGE.replace(
        "<head>",
        "<head><meta name=referrer content=same-origin>"
        "<meta content=\"default-src 'self'; frame-ancestors 'self'\" http-equiv=Content-Security-Policy>",
    )
    assert found({"Content-Security-Policy": None, "Referrer-Policy": None}, body=body) == []
    # but framing can only be forbidden by a header
    claims = found({"Content-Security-Policy": None, "X-Frame-Options": None}, body=body)
    assert [claim.variant for claim in claims] == ["x-frame-options"]


def test_a_policy_in_a_comment_does_not_count():
    body = PAGE.replace(
        "<head>", "<head><!-- <meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"> -->"
    )
    assert len(found({"Content-Security-Policy": None}, body=body)) == 1
