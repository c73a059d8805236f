"""What pages ask for goes through the scan's client, and what is heard is written down as a test needs it."""

import asyncio

import pytest

from s2n.errors import BadResponse, BudgetSpent, OutOfScope, SessionLost
from s2n.errors import Withheld as WithheldError
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.sights import Held, Withheld
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import browsing, heard, in_browser, needs_browser
from support.rawserver import Peer, raw_server
from support.site import html
from support.webserver import Web, serving

pytestmark = needs_browser


def script(text: str, **headers: str) -> Response:
    pairs = {"content_type": "text/javascript", **headers}
    return Response(
        200, headers=tuple((k.replace("_", "-"), v) for k, v in pairs.items()), body=text.encode()
    )


def redirect(to: str, status: int = 302, **headers: str) -> Response:
    return Response(
        status, headers=(("Location", to), *((k.replace("_", "-"), v) for k, v in headers.items()))
    )


ASKS = """<link rel=stylesheet href=/a.css><script src=/a.js></script><img src=/a.png>
<style>@font-face { font-family: f; src: url(/a.woff) } p { font-family: f }</style><p>text</p>
<script>
const headers = {'Content-Type': 'application/json', 'X-Token': 't', 'Authorization': 'Bearer b'};
fetch('/api', {method: 'POST', headers, body: '{"a": 1}'});
const x = new XMLHttpRequest(); x.open('GET', '/xhr?a=1');
x.setRequestHeader('Accept', 'application/json'); x.send();
navigator.sendBeacon('/beacon', 'a=1');
</script>"""


def test_requests_are_heard_with_what_makes_them() -> None:
    sights = []

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url + "#top")
        sights.extend(tab.take())

    web = in_browser(lambda request: ASKS if request.path == "/" else html("{}"), visit)
    by_path = {sight.exchange.request.path: sight for sight in sights}
    assert {path: sight.kind for path, sight in by_path.items()} == {
        "/": "document",
        "/a.css": "style",
        "/a.js": "script",
        "/api": "fetch",
        "/xhr": "fetch",
        "/beacon": "other",
    }
    origin = Request.from_url(web.url).origin
    headers = (("Authorization", "Bearer b"), ("Content-Type", "application/json"), ("X-Token", "t"))
    api = by_path["/api"].exchange.request
    assert api == Request("POST", origin, "/api", api.headers, b'{"a": 1}')
    assert sorted(api.headers) == sorted(headers)
    assert by_path["/xhr"].exchange.request == Request(
        "GET", origin, "/xhr?a=1", (("Accept", "application/json"),)
    )
    assert by_path["/"].exchange.request == Request("GET", origin, "/")
    assert by_path["/"].page == web.url.rstrip("/") + "/"
    assert {sight.page for path, sight in by_path.items() if path != "/"} == {web.url + "#top"}
    assert by_path["/api"].exchange.response.text == "{}"
    # The site saw no images and fonts, and no browser but the scan.
    assert {request.path for request in web.requests} == set(by_path)
    for request in web.requests:
        assert (request.header("user-agent") or "").startswith("s2n/")
        assert not [name for name, _ in request.headers if name.lower().startswith("sec-")]
    sent = next(request for request in web.requests if request.path == "/api")
    assert sent.header("origin") == web.url.rstrip("/")
    assert sent.header("referer") == web.url


FORM = """<form method=post action=/send enctype={kind}><input name=a value="ü &amp;"><input type=file name=f>
<button>Send</button></form>"""


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_forms_are_sent_as_the_browser_makes_them(kind: str) -> None:
    sights = []

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        files = {"name": "x.txt", "mimeType": "text/plain", "buffer": b"\x00content\xff"}
        await tab.page.set_input_files("input[type=file]", files)
        await tab.page.click("button")
        await tab.settle()
        sights.extend(tab.take())

    web = in_browser(lambda request: FORM.format(kind=kind) if request.path == "/" else "sent", visit)
    sent = sights[-1].exchange.request
    assert web.requests[-1].body == sent.body
    assert (sent.method, sent.target) == ("POST", "/send")
    assert (sent.header("content-type") or "").startswith(kind)
    if "multipart" in kind:
        assert 'name="a"\r\n\r\nü &\r\n'.encode() in sent.body
        assert b'filename="x.txt"' in sent.body
    else:
        assert sent.body == b"a=%C3%BC+%26&f=x.txt"


def test_redirects_of_documents_are_taken_step_by_step() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url + "one#part")
        assert heard(tab.take()) == ["GET /one", "GET /two", "GET /three"]
        assert tab.page.url == web.url + "three#part"
        await tab.page.evaluate("document.body.innerHTML = '<form method=post action=/post><button>'")
        await tab.page.click("button")
        await tab.settle()
        assert heard(tab.take()) == ["POST /post", "GET /three"]
        assert tab.page.url == web.url + "three#other"
        assert await tab.page.evaluate("document.cookie") == "step=2; posted=1"

    def site(request: Request) -> Response | str:
        return {
            "/one": redirect("/two", set_cookie="step=1"),
            "/two": redirect("/three", 301, set_cookie="step=2"),
            "/post": redirect("/three#other", 303, set_cookie="posted=1"),
        }.get(request.path, "arrived")

    web = in_browser(site, visit)
    # The Referer is that of the first request, as browsers have it.
    assert [request.header("referer") for request in web.requests] == [
        None,
        None,
        None,
        *[web.url + "three"] * 2,
    ]
    assert [request.header("cookie") for request in web.requests][1:3] == ["step=1", "step=2"]


def test_redirects_of_other_requests_are_followed_in_scope() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        text = "url => fetch(url, {method: 'POST', body: 'b'}).then(r => r.text(), () => 'failed')"
        assert await tab.page.evaluate(text, "/here") == "GET /there "
        assert await tab.page.evaluate(text, "/same") == "POST /there b"
        assert await tab.page.evaluate(text, "/away") == "failed"
        assert await tab.page.evaluate(text, "/out") == "failed"
        sights = tab.take()
        assert heard(sights) == [
            *("GET /", "POST /here", "GET /there", "POST /same", "POST /there", "POST /away", "POST /out"),
        ]
        assert [sight.method + " " + sight.url for sight in sights if isinstance(sight, Withheld)] == [
            f"GET {web.url}logout"
        ]

    def site(request: Request) -> Response | str:
        return {
            "/": html(""),
            "/here": redirect("/there"),
            "/same": redirect("/there", 307),
            "/away": redirect("/logout"),
            "/out": redirect("http://127.0.0.1:9/"),
        }.get(request.path, html(f"{request.method} {request.path} {request.body.decode()}"))

    web = in_browser(site, visit)
    assert "/logout" not in {request.path for request in web.requests}


ODD = (
    (b"X Y: z", b": empty", b"A\xe9: b", b"Fine: b\x00c"),
    (b"A: \xff", b"B: \xea\xb0\x80", b"Set-Cookie: q=\xea\xb0\x80", b"Set-Cookie: a=\x01b"),
    (b"Refresh: 0;url=http://127.0.0.2:9/",),
    (b"Location: javascript:alert(1)",),
)


def test_odd_heads_are_no_obstacle() -> None:
    async def talk(peer: Peer) -> None:
        while request := await peer.request():
            lines = ODD[int(request[5:6])]
            status = b"302 Found" if lines[0].startswith(b"Location") else b"200 OK"
            head = b"\r\n".join((b"HTTP/1.1 " + status, b"Content-Length: 8", *lines, b"", b""))
            await peer.say(head + b"<p>x</p>")

    async def go() -> None:
        async with raw_server(talk) as server:
            scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/")
            async with browsing(scan) as browser:
                tab = await browser.tab()
                for number in range(len(ODD)):
                    await tab.open(f"{scan.target_url}{number}")
                    assert await tab.page.inner_text("p") == "x"
                assert await tab.page.evaluate("document.cookie") == "q=가"

    asyncio.run(go())


def test_redirects_end() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        with pytest.raises(BadResponse, match="without end"):
            await tab.open(web.url)
        assert len(tab.take()) == 11

    in_browser(lambda request: redirect(f"{request.path}x"), visit)


def test_what_must_not_be_asked_is_withheld_and_the_page_stays() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        tab.take()
        for act in (
            "location = '/logout'",
            "location = '/moved'",
            "location = 'http://127.0.0.1:9/'",
        ):
            await tab.page.evaluate(act)
            await tab.settle()
            assert tab.page.url == web.url
            assert await tab.page.inner_text("p") == "here"
        await tab.page.evaluate("fetch('/item', {method: 'DELETE'}).catch(() => 0)")
        await tab.page.evaluate("fetch('/item', {method: 'PUT', body: 'x'}).catch(() => 0)")
        sights = tab.take()
        withheld = [sight for sight in sights if isinstance(sight, Withheld)]
        assert [(sight.method, sight.url.removeprefix(web.url)) for sight in withheld] == [
            *(("GET", "logout"), ("GET", "logout"), ("DELETE", "item")),
        ]
        (held,) = [sight for sight in sights if isinstance(sight, Held)]
        assert (held.request.method, held.request.target, held.request.body) == ("PUT", "/item", b"x")
        assert [sight.reason for sight in withheld][2:] == ["it deletes"]
        with pytest.raises(OutOfScope):
            await tab.open("http://127.0.0.1:9/")
        # What somebody opens on purpose, others have judged.
        await tab.open(web.url + "toggle")
        assert tab.page.url == web.url + "toggle"

    def site(request: Request) -> Response | str:
        return redirect("/logout") if request.path == "/moved" else "<p>here</p>"

    web = in_browser(site, visit)
    assert [request.path for request in web.requests] == ["/", "/moved", "/toggle"]


def test_while_it_is_only_to_be_seen_nothing_that_changes_the_site_is_sent() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        tab.take()
        tab.record.holding = True
        await tab.page.evaluate("fetch('/login', {method: 'POST', body: 'pw=1'}).catch(() => 0)")
        await tab.page.evaluate("fetch('/image-of-a-word').then(() => 0)")
        await tab.page.evaluate("location = '/login?pw=1'")
        await tab.settle()
        assert [(s.request.method, s.request.target) for s in tab.take() if isinstance(s, Held)] == [
            ("POST", "/login"),
            ("GET", "/login?pw=1"),
        ]

    web = in_browser(lambda _: "page", visit)
    assert [request.target for request in web.requests] == ["/", "/image-of-a-word"]


def test_at_the_users_risk_what_exists_is_changed() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        await tab.page.evaluate("fetch('/item', {method: 'PUT', body: 'x'})")
        await tab.page.evaluate("fetch('/item', {method: 'DELETE'}).catch(() => 0)")
        assert heard(tab.take()) == ["GET /", "PUT /item"]

    in_browser(lambda _: "page", visit, accept_risk=True)


def test_a_spent_budget_is_remembered() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert not browser.spent
        assert await tab.page.evaluate("fetch('/a').then(() => 1, () => 0)") == 1
        assert await tab.page.evaluate("fetch('/b').then(() => 1, () => 0)") == 0
        assert browser.spent
        with pytest.raises(BudgetSpent):
            await tab.open(web.url)

    web = in_browser(lambda _: "page", visit, max_requests=2)
    assert len(web.requests) == 2


def test_scripts_are_asked_for_once_in_a_scan() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        for _ in range(3):
            await tab.open(web.url)
            assert await tab.page.evaluate("[window.a, window.b]") == [1, 1]
        assert heard(tab.take()).count("GET /a.js") == 1

    def site(request: Request) -> Response | str:
        if request.path == "/a.js":
            return script("window.a = 1")
        if request.path == "/b.js":
            return script("window.b = 1", cache_control="no-store")
        return "<script src=/a.js></script><script src=/b.js></script>"

    web = in_browser(site, visit)
    paths = [request.path for request in web.requests]
    assert (paths.count("/a.js"), paths.count("/b.js")) == (1, 3)


def test_what_cannot_be_shown_is_heard_all_the_same() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        for path in ("download", "nothing", "archive"):
            await tab.open(web.url + path)
            assert heard(tab.take())[-1] == f"GET /{path}"
            assert tab.page.url == web.url
        await tab.open(web.url + "denied")
        assert await tab.page.inner_text("p") == "no"
        assert tab.take()[-1].exchange.response.status == 401

    def site(request: Request) -> Response | str:
        return {
            "/download": html("x", content_disposition="attachment; filename=x"),
            "/nothing": Response(204),
            "/archive": Response(200, headers=(("Content-Type", "application/zip"),), body=b"PK"),
            "/denied": html("<p>no</p>", 401, www_authenticate="Basic realm=x"),
        }.get(request.path, "page")

    in_browser(site, visit)


def test_an_event_stream_is_known_without_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2n.s2nscanner.crawler.browser.bridge.STREAM_SECONDS", 0.3)

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        await tab.page.wait_for_function("window.failed")
        stream = next(sight for sight in tab.take() if sight.exchange.request.path == "/events")
        assert (stream.kind, stream.exchange.response.status) == ("fetch", 0)

    async def site(request: Request) -> Response | str:
        if request.path == "/events":
            await asyncio.sleep(60)
        return "<script>new EventSource('/events').onerror = () => { window.failed = true }</script>"

    in_browser(site, visit)


class Keeper:
    """A session that has its own opinion of what may be asked."""

    def __init__(self, client: HttpClient) -> None:
        self.authorize = lambda request: request.with_header("Authorization", "Bearer new")
        self._client = client

    async def send(self, request: Request, *, follow: bool = False, learn: bool = False) -> Exchange:
        if request.path == "/ends":
            raise WithheldError("GET /ends ends the session")
        if request.path == "/lost":
            raise SessionLost("we are logged out")
        return await self._client.send(self.authorize(request), follow=follow, learn=learn)


def test_the_sessions_refusals_reach_the_caller() -> None:
    from s2n.s2nscanner.crawler.browser.browser import Browser

    with serving(lambda _: "page") as web:

        async def go() -> None:
            scan = ScanRequest(target_url=web.url)
            client = HttpClient(scan, Governor.of(scan))
            browser = Browser(Keeper(client), client.governor.scope.allows, scan, client.jar)
            tab = await browser.tab()
            await tab.open(web.url)
            await tab.page.evaluate("fetch('/ends').catch(() => 0)")
            await tab.page.evaluate("fetch('/api', {headers: {Authorization: 'Bearer old'}})")
            withheld, api = tab.take()[1:]
            assert withheld == Withheld("GET", web.url + "ends", "GET /ends ends the session")
            assert api.exchange.request.headers == ()
            with pytest.raises(SessionLost):
                await tab.open(web.url + "lost")
            await browser.close()
            await client.close()

        asyncio.run(go())
    assert web.requests[-1].header("authorization") == "Bearer new"


def test_other_origins_of_the_scope_answer_as_cors_says() -> None:
    with serving(lambda request: html(f"{request.method}", access_control_allow_origin="*")) as other:

        async def visit(browser, web: Web) -> None:
            tab = await browser.tab()
            await tab.open(web.url)
            put = "url => fetch(url, {method: 'POST', headers: {'X-A': '1'}}).then(r => r.text(), () => 'no')"
            assert await tab.page.evaluate(put, other.url) == "POST"

        in_browser(lambda _: "page", visit, allow_hosts=(other.url.removeprefix("http://").rstrip("/"),))
    assert [request.method for request in other.requests] == ["POST"]


def test_a_fault_of_ours_is_raised_where_somebody_waits() -> None:
    class Broken:
        async def send(self, request: Request, *, follow: bool = False, learn: bool = False) -> Exchange:
            raise ZeroDivisionError

    async def go() -> None:
        from s2n.s2nscanner.crawler.browser.browser import Browser

        scan = ScanRequest(target_url="http://127.0.0.1:9/")
        async with browsing(scan) as spare:
            browser = Browser(Broken(), lambda _: True, scan, spare._jar)
            tab = await browser.tab()
            try:
                with pytest.raises(ZeroDivisionError):
                    await tab.open("http://127.0.0.1:9/")
            finally:
                await browser.close()

    asyncio.run(go())
