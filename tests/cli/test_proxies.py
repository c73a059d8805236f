import pytest

from s2n.cli.proxies import with_host_proxy
from s2n.errors import UsageError
from s2n.protocol import ScanRequest


def proxy(url, env, **fields):
    request, name = with_host_proxy(ScanRequest(target_url=url, **fields), env)
    return request.proxy, name


@pytest.mark.parametrize(
    ("url", "env", "expected"),
    [
        ("http://shop.example/", {"http_proxy": "http://p:1"}, ("http://p:1", "http_proxy")),
        ("http://shop.example/", {"HTTP_PROXY": "p:1/"}, ("http://p:1", "HTTP_PROXY")),
        (
            "https://shop.example/",
            {"HTTP_PROXY": "p:1", "HTTPS_PROXY": "http://u:x@q:2"},
            ("http://u:x@q:2", "HTTPS_PROXY"),
        ),
        ("https://shop.example/", {"ALL_PROXY": "socks5://s:3"}, ("socks5://s:3", "ALL_PROXY")),
        ("https://shop.example/", {"http_proxy": "http://p:1"}, ("", "")),
        ("http://shop.example/", {"http_proxy": "", "HTTP_PROXY": "http://p:1"}, ("", "")),
        ("http://shop.example/", {}, ("", "")),
    ],
)
def test_the_variable_for_the_scheme_counts(url, env, expected):
    assert proxy(url, env) == expected


@pytest.mark.parametrize(
    ("no_proxy", "excepted"),
    [
        ("shop.example", True),
        (".example", True),
        ("*.example", True),
        ("*", True),
        ("other.example, shop.example:80", False),
        ("shop.example:8080", True),
        ("op.example", False),
        ("", False),
    ],
)
def test_no_proxy_excepts_hosts_and_domains(no_proxy, excepted):
    env = {"http_proxy": "http://p:1", "NO_PROXY": no_proxy}
    assert (proxy("http://shop.example:8080/", env)[0] == "") is excepted


@pytest.mark.parametrize(("network", "excepted"), [("10.0.0.0/8", True), ("10.9.0.0/16", False)])
def test_no_proxy_excepts_networks(network, excepted):
    env = {"http_proxy": "http://p:1", "no_proxy": network}
    assert (proxy("http://10.1.2.3/", env)[0] == "") is excepted


def test_loopback_is_behind_no_proxy():
    assert proxy("http://127.0.0.1:8000/", {"http_proxy": "http://p:1"}) == ("", "")


def test_what_was_asked_for_counts_first():
    assert proxy("http://h.example/", {"http_proxy": "http://p:1"}, proxy="socks5://mine:1") == (
        "socks5://mine:1",
        "",
    )


def test_a_proxy_that_cannot_be_used_is_wrong_use_and_its_password_is_not_shown():
    with pytest.raises(UsageError, match="HTTPS_PROXY") as caught:
        proxy("https://h.example/", {"HTTPS_PROXY": "ftp://u:hunter2@p:1"})
    assert "hunter2" not in str(caught.value)
