import asyncio
import socket

import pytest

from corpus.network import HOME, Unreachable, fetch
from s2n import ScanConfig, Scanner
from s2n.model import Confidence, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.ssrf import Plugin, looks_like_address
from support.site import MemorySender, html, params, point_at, run_check
from support.webserver import serving

URL = "http://site.test/preview?url=http://cdn.test/a.png"


def preview(name="url", **options):
    def site(request):
        if request.target == "/":
            return html(HOME)
        try:
            return f"<div>{fetch(params(request)[name], **options)}</div>"
        except Unreachable as error:
            return f"<div>{error}</div>" if options else "<div>failed</div>"

    return site


def test_its_own_page_by_loopback():
    (claim,) = run_check(Plugin(), preview(), point_at(URL, "url"))
    assert claim.confidence is Confidence.FIRM
    assert claim.payload.startswith("http://127.0.0.1:80/")
    assert "the target's own page /" in claim.evidence
    assert claim.control is not None


def test_another_page_where_the_value_leads_to_the_start():
    about = "<p>We have been open since the spring of last year</p>"

    def site(request):
        value = params(request).get("url", "")
        pages = {"/": HOME, "/about": about}
        if request.path in pages:
            return html(pages[request.path])
        if value.startswith(("http://127.0.0.1:80/", "http://site.test/")):
            return html(pages.get("/" + value.split("/", 3)[3], "none"))
        return html("failed")

    point = point_at("http://site.test/preview?url=http://site.test/", "url")
    pages = [point.request, Request.from_url("http://site.test/about")]

    async def go():
        scan = ScanRequest(target_url="http://site.test/")
        ctx = Context(Plugin.info, Shared(scan, MemorySender(site), pages), Fresh(1))
        return [claim async for claim in Plugin().check(point, ctx)]

    (claim,) = asyncio.run(go())
    assert claim.payload == "http://127.0.0.1:80/about"


def test_two_network_errors():
    (claim,) = run_check(Plugin(), preview(stack="node", port=3000), point_at(URL, "url"))
    assert "ECONNREFUSED" in claim.evidence
    assert "getaddrinfo" in claim.evidence


def test_a_file_scheme():
    def site(request):
        value = params(request).get("url", "")
        return fetch(value, files=True) if value == "file:///etc/passwd" else "no"

    (claim,) = run_check(Plugin(), site, point_at(URL, "url"))
    assert claim.confidence is Confidence.CERTAIN
    assert claim.payload == "file:///etc/passwd"


def test_a_plain_path_that_opens_as_well_is_path_traversal():
    def site(request):
        value = params(request).get("url", "")
        return fetch("file:///etc/passwd", files=True) if value.endswith("/etc/passwd") else "no"

    assert "root:" in site(Request.from_url("http://site.test/?url=file:///etc/passwd"))
    assert run_check(Plugin(), site, point_at(URL, "url")) == []


def test_an_echo_is_no_fetch():
    assert run_check(Plugin(), lambda request: params(request).get("url", HOME), point_at(URL, "url")) == []


@pytest.mark.parametrize(
    ("name", "value", "likely"),
    [
        ("imageUrl", "", True),
        ("callback_host", "", True),
        ("q", "http://shop.example/", True),
        ("q", "shop.example:80/x", True),
        ("color", "red", False),
        ("q", "3.14", False),
        ("q", "report.pdf", False),
        ("q", "shop.example", True),
    ],
)
def test_what_looks_like_an_address(name, value, likely):
    assert looks_like_address(point_at(f"http://site.test/?{name}={value}", name)) is likely


def test_other_values_cost_one_request_and_headers_none():
    sender = MemorySender(lambda _: "ok")
    run_check(Plugin(), sender, point_at("http://site.test/?color=red", "color"))
    assert len(sender.requests) == 2  # and the baseline


def open_address(url):
    """What a careless program does, on a real socket."""
    host, _, rest = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port or 80)), timeout=2) as sock:
        sock.sendall(f"GET /{rest} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        return sock.recv(4096)


@pytest.mark.parametrize("careless", [True, False])
def test_on_loopback_the_target_calls_our_listener(careless):
    def site(request):
        value = params(request).get("hook", "")
        if careless and value.startswith("http://127.0.0.1:") and "s2n" in value:
            open_address(value)
        return "<a href='/notify?hook=x'>notify</a> thanks"

    with serving(site) as web:
        config = ScanConfig(target_url=web.url, plugins=("ssrf",), callback="127.0.0.1:0")
        report = Scanner(config).scan()
    found = [(finding.parameter, finding.confidence) for finding in report.findings]
    assert found == ([("hook", Confidence.CERTAIN)] if careless else [])
