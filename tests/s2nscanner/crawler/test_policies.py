"""Where references hide in headers."""

import pytest

from s2n.model import Response
from s2n.s2nscanner.crawler.policies import header_urls, policy_urls, refresh_target


@pytest.mark.parametrize(
    ("content", "target"),
    [("5; url=/x", "/x"), ("0;URL='/x'", "/x"), ("0, /x", "/x"), ("5", ""), ("", ""), (";url=/x", "/x")],
)
def test_refresh(content, target):
    assert refresh_target(content) == target


@pytest.mark.parametrize(
    ("name", "value", "urls"),
    [
        ("Link", '</a>; rel=next, <b>; rel="x"', ["/a", "b"]),
        ("Refresh", "1; url=/c", ["/c"]),
        ("Content-Location", "/d", ["/d"]),
        ("SourceMap", "x.js.map", ["x.js.map"]),
        ("Set-Cookie", "a=b; Path=/admin; HttpOnly", ["/admin"]),
        ("Set-Cookie", "a=b; Path=/", []),
        (
            "Reporting-Endpoints",
            'main="/reports", other="https://x.test/y"',
            ["/reports", "https://x.test/y"],
        ),
        ("Report-To", '{"endpoints":[{"url":"/r"}]}', ["/r"]),
        ("Content-Security-Policy", "default-src 'self'; report-uri /csp", ["/csp"]),
        ("Location", "/made", ["/made"]),
        ("Access-Control-Allow-Origin", "*", []),
        ("X-Next-Page", "/x?page=2", ["/x?page=2"]),
        ("Operation-Location", "http://site.test/x", ["http://site.test/x"]),
        ("Link-Template", '"/x/{id}"; rel=item', ["/x/1"]),
        ("Alternates", '{"/x" 0.9 {type text/html}}', ["/x"]),
        ("URI", "</x>", ["/x"]),
        ("Set-Cookie", "back=%2Fcart; Path=/", ["/cart"]),
        ("Set-Cookie", "a=%2F; Path=/", []),
        ("X-Other", "of /x", []),
        ("Server", "a/1.0", []),
        ("X-Served-By", "/", []),
    ],
)
def test_headers(name, value, urls):
    assert header_urls(Response(201, headers=((name, value),))) == urls


def test_a_redirect_is_followed_by_others():
    assert header_urls(Response(302, headers=(("Location", "/there"),))) == []


def test_a_policy_names_hosts_and_paths_but_not_keywords():
    policy = (
        "script-src 'self' data: *.cdn.test https://a.test/js/; img-src b.test; upgrade-insecure-requests"
    )
    assert list(policy_urls(policy)) == ["https://a.test/js/", "//b.test"]
