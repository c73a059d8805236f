import pytest

from s2n.errors import ConfigError, UsageError
from s2n.model import Origin, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.scope import Scope


def scope(target="http://shop.example/", **options):
    return Scope.of(ScanRequest(target_url=target, **options))


def test_targets_as_people_write_them():
    assert str(scope("Shop.Example").target.origin) == "http://shop.example"
    assert scope("http://user:pw@h/app/", scope="folder").allows("http://h/app/x")
    with pytest.raises(UsageError):
        scope("ftp://h/")


INSIDE = {
    "origin": ["http://shop.example/", "http://SHOP.example.:80/x?y", "http://user@shop.example/"],
    "host": ["https://shop.example/", "http://shop.example:8080/"],
    "domain": ["https://a.b.shop.example:444/", "http://shop.example/"],
}
OUTSIDE = {
    "origin": [
        "https://shop.example/",
        "http://shop.example:81/",
        "http://www.shop.example/",
        "http://shop.example@evil.example/",
        "http://shop.example:80@evil.example/",
        "http://evil.example/http://shop.example/",
        "http://evil.example#@shop.example/",
        "http://evil.example\\@shop.example/",
        "http://shop.example.evil.example/",
        "http://shop-example/",
        "ftp://shop.example/",
        "//shop.example/",
        "shop.example",
        "",
    ],
    "host": ["http://www.shop.example/", "http://example/"],
    "domain": ["http://example/", "http://notshop.example/", "http://shop.example.evil.example/"],
}


@pytest.mark.parametrize(("mode", "url"), [(mode, url) for mode, urls in INSIDE.items() for url in urls])
def test_inside(mode, url):
    assert scope(scope=mode).why_not(url) == ""
    assert scope(scope=mode).allows(Request.from_url(url))


@pytest.mark.parametrize(("mode", "url"), [(mode, url) for mode, urls in OUTSIDE.items() for url in urls])
def test_outside(mode, url):
    assert scope(scope=mode).why_not(url)


def test_hosts_are_compared_in_one_spelling():
    origin = scope("http://[::1]:8000/")
    assert origin.allows("http://[0:0:0:0:0:0:0:1]:8000/")
    assert origin.allows(Request("GET", Origin("http", "0::1", 8000)))
    assert not origin.allows("http://[::2]:8000/")
    assert scope().allows(Request("GET", Origin("http", "Shop.Example.", 80)))
    assert scope("http://bücher.example").allows("http://BÜCHER.example/")


def test_an_address_has_no_subdomains():
    assert not scope("http://127.0.0.1/", scope="domain").allows("http://1.127.0.0.1/")
    assert scope("http://127.0.0.1/", scope="domain").allows("http://127.0.0.1:99/")


@pytest.mark.parametrize("target", ["/app/", "/app", "/app/index.php?x=/", "/x/../app/%2e/"])
def test_the_folder_of_a_target(target):
    folder = scope(f"http://h{target}", scope="folder")
    for path in [
        "/app",
        "/app/",
        "/app/a/b",
        "/app/../app/x",
        "//app/x",
        "/app/..x",
        "/app/a/..",
        "/%61pp/x",
    ]:
        assert folder.allows(f"http://h{path}"), path
    for path in [
        "/",
        "/apple",
        "/App/",
        "/app/..",
        "/app/../x",
        "/app/%2e%2e/x",
        "/app/.%2E/x",
        "/app/%252e%252e/x",
        "/app/..%2fx",
        "/app/..%5Cx",
        "/app/..;a=b/x",
        "/app//../../x",
        "/?/app/",
    ]:
        assert not folder.allows(f"http://h{path}"), path
    assert not folder.allows("http://h:81/app/")


def test_the_folder_of_a_root_is_everything():
    assert scope("http://h/index.html", scope="folder").allows("http://h/x/../y")


@pytest.mark.parametrize(
    ("allowed", "inside", "outside"),
    [
        ("cdn.example", ["http://cdn.example/", "https://CDN.example:8/"], ["http://x.cdn.example/"]),
        ("cdn.example:8443", ["https://cdn.example:8443/"], ["https://cdn.example/"]),
        ("*.cdn.example", ["http://a.b.cdn.example/"], ["http://cdn.example/", "http://acdn.example/"]),
        ("::1", ["http://[::1]:9/"], ["http://[::2]/"]),
        ("bücher.example", ["http://xn--bcher-kva.example/"], ["http://example/"]),
        ("[::1]:9", ["http://[::1]:9/"], ["http://[::1]:8/"]),
    ],
)
def test_allowed_hosts(allowed, inside, outside):
    widened = scope(allow_hosts=(allowed,))
    assert all(map(widened.allows, [*inside, "http://shop.example/"]))
    assert not any(map(widened.allows, outside))


def test_an_allowed_host_is_not_bound_to_the_folder():
    widened = scope("http://h/app/", scope="folder", allow_hosts=("cdn",))
    assert widened.allows("http://cdn/x")
    assert not widened.allows("http://h/x")


@pytest.mark.parametrize(
    "allowed", ["", "a b", "h:x", "h:0", "h:65536", "h:", "http://h/", "*.", "a..b", "-a", "[::x]", "[]"]
)
def test_allowed_hosts_that_are_none(allowed):
    with pytest.raises(UsageError) as caught:
        scope(allow_hosts=(allowed,))
    assert "shop.example:8443" in caught.value.remedy


def test_excluded_urls():
    narrowed = scope(exclude=("log-?out", r"/admin/.*\.php$"))
    assert narrowed.allows("http://shop.example/login")
    for url in ["/logout", "/x?do=log-out", "/log%6fut", "/admin/x.php"]:
        assert "excluded pattern" in narrowed.why_not(f"http://shop.example{url}")


def test_an_exclude_that_is_no_pattern():
    with pytest.raises(ConfigError, match=r"\(unclosed"):
        scope(exclude=("fine", "(unclosed"))


def test_a_request_that_asks_the_server_to_go_elsewhere():
    origin = Origin("http", "shop.example", 80)
    assert scope().allows(Request("OPTIONS", origin, "*"))
    assert scope().allows(Request("GET", origin, "http://shop.example/x"))
    assert scope().allows(Request("GET", origin, "//evil.example/x"))
    assert not scope().allows(Request("GET", origin, "http://evil.example/"))
    assert not scope().allows(Request("CONNECT", origin, "evil.example:80"))
    assert scope().allows(Request("CONNECT", origin, "shop.example:80"))


def test_many_origins_do_not_fill_the_memory():
    origin = scope()
    for number in range(5000):
        assert not origin.allows(f"http://h{number}/")
    assert len(origin._verdicts) <= 4096
    assert origin.allows("http://shop.example/")


def test_the_reason_names_both_sides():
    assert scope().why_not("https://evil.example/x") == (
        "https://evil.example is not in the scope (origin of http://shop.example)"
    )
