"""Headers between browser and site: what the page named goes through, what the browser adds does not."""

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.browser.headers import essence, handed_back, passed_on, without_renewed

BROWSER = {
    "user-agent": "Chromium",
    "accept": "*/*",
    "accept-language": "en",
    "accept-encoding": "gzip",
    "cookie": "a=1",
    "sec-ch-ua": "x",
    "sec-fetch-mode": "cors",
    "upgrade-insecure-requests": "1",
    "origin": "http://site.test",
    "referer": "http://site.test/page",
    "content-type": "application/json",
    "x-csrf-token": "t",
    "authorization": "Bearer t",
    "ping-to": "http://site.test/",
}


def test_what_the_page_named_is_passed_on() -> None:
    assert passed_on(BROWSER.items(), document=False) == (
        ("Accept", "*/*"),
        ("Origin", "http://site.test"),
        ("Referer", "http://site.test/page"),
        ("Content-Type", "application/json"),
        ("X-Csrf-Token", "t"),
        ("Authorization", "Bearer t"),
    )


def test_the_scans_own_accept_goes_with_documents() -> None:
    assert "Accept" not in dict(passed_on(BROWSER.items(), document=True))


def test_text_that_no_header_can_carry_goes_as_its_octets() -> None:
    assert passed_on([("x-name", "é")], document=False) == (("X-Name", "Ã©"),)


def test_an_attack_starts_from_what_makes_the_request() -> None:
    request = Request.from_url("http://site.test/", "POST", passed_on(BROWSER.items(), document=False), b"{}")
    assert essence(request).headers == (
        ("Content-Type", "application/json"),
        ("X-Csrf-Token", "t"),
        ("Authorization", "Bearer t"),
    )
    assert essence(request).body == b"{}"
    asked = request.with_header("Accept", "application/json")
    assert ("Accept", "application/json") in essence(asked).headers


def test_a_token_that_the_login_renews_is_left_to_it() -> None:
    request = Request.from_url("http://site.test/", headers=(("Authorization", "Bearer old"), ("X-A", "1")))

    def renewing(bare: Request) -> Request:
        return bare if bare.header("authorization") else bare.with_header("Authorization", "Bearer new")

    assert without_renewed(request, renewing).headers == (("X-A", "1"),)
    assert without_renewed(request, lambda bare: bare.with_header("X-Key", "k")) is request
    assert without_renewed(request, None) is request
    both = request.with_header("X-Auth-Token", "old")
    renewed = without_renewed(both, lambda bare: bare.with_header("X-Auth-Token", "new"))
    assert renewed.headers == request.headers


def test_the_browser_gets_what_the_page_needs() -> None:
    response = Response(
        200,
        headers=(
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "3"),
            ("Location", "/elsewhere"),
            ("Access-Control-Allow-Origin", "*"),
            ("Content-Security-Policy", "a"),
            ("Content-Security-Policy", "b"),
            ("Set-Cookie", "one=1"),
            ("set-cookie", "two=2; Path=/"),
            ("X-Name", "Ã©"),
            ("X Y", "no name"),
            ("", "none"),
            ("X-Nul", "a\x00b"),
        ),
    )
    assert handed_back([response]) == {
        "content-type": "text/html",
        "access-control-allow-origin": "*",
        "content-security-policy": "a, b",
        "x-name": "é",
        "x-nul": "ab",
        "set-cookie": "one=1\ntwo=2; Path=/",
    }


def test_the_cookies_of_redirects_are_handed_back_too() -> None:
    hop = Response(302, headers=(("Set-Cookie", "one=1"), ("X-Hop", "1")))
    end = Response(200, headers=(("X-End", "1"),))
    assert handed_back([hop, end]) == {"x-end": "1", "set-cookie": "one=1"}
