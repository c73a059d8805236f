"""The browser's only way out lets nothing through but what it holds a ticket for."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from s2n.errors import ConnectFailed
from s2n.model import Origin, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.gate import Gate
from s2n.s2nscanner.crawler.browser.outward import Streams
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

ESCAPES = """
<link rel=stylesheet href="{out}style"><link rel=preload as=fetch href="{out}preload">
<link rel=prefetch href="{out}prefetch"><link rel=preconnect href="{out}"><link rel=dns-prefetch href="{out}">
<link rel=icon href="{out}icon"><link rel=manifest href="{out}manifest">
<link rel=modulepreload href="{out}modulepreload"><link rel=prerender href="{out}prerender">
<script type=speculationrules>{{"prefetch": [{{"urls": ["{out}rules"], "eagerness": "immediate"}}],
 "prerender": [{{"urls": ["{out}rules2"], "eagerness": "immediate"}}]}}</script>
<style>@import "{out}import"; @font-face {{font-family: f; src: url({out}font)}}
 p {{font-family: f; background: url({out}background)}}</style>
<p>text</p><img src="{out}img"><img srcset="{out}srcset 1x"><audio src="{out}audio" autoplay></audio>
<video src="{out}video" poster="{out}poster" autoplay></video><iframe src="{out}iframe"></iframe>
<object data="{out}object">
</object><embed src="{out}embed"><script src="{out}script"></script><iframe src="/leads-out"></iframe>
<svg><image href="{out}svg"></image><use href="{out}use#x"></use></svg>
<img src="/leads-out"><iframe src="/refreshes"></iframe><iframe src="/policed"></iframe>
<iframe name=f></iframe><form id=form action="{out}form" method=post target=f><input name=a></form>
<a id=ping href="/inside" ping="{out}ping" target=f>ping</a>
<script>
const out = "{out}", wsout = out.replace("http", "ws");
const tries = [
  () => fetch(out + "fetch"), () => fetch(out + "nocors", {{mode: "no-cors", method: "POST", body: "x"}}),
  () => fetch("/leads-out"), () => fetch(out + "keepalive", {{keepalive: true}}),
  () => navigator.sendBeacon(out + "beacon", "x"), () => new EventSource(out + "events"),
  () => {{ const x = new XMLHttpRequest(); x.open("PUT", out + "xhr"); x.send("x"); }},
  () => new WebSocket(wsout + "socket"), () => new Worker(out + "worker"),
  () => new Worker(URL.createObjectURL(new Blob([
     `try {{ importScripts("${{out}}imported") }} catch (e) {{}}
      fetch("${{out}}byworker").catch(() => 0); new WebSocket("${{wsout}}socket-of-worker");`]))),
  () => new SharedWorker(URL.createObjectURL(new Blob([`fetch("${{out}}shared")`]))),
  () => navigator.serviceWorker.register("/inside.js"), () => import(out + "module"),
  () => {{ new Image().src = out + "image"; }}, () => window.open(out + "popup"),
  () => window.open("/leads-out"), () => document.getElementById("form").submit(),
  () => document.getElementById("ping").click(),
  () => new WebTransport(out.replace("http:", "https:") + "transport"),
  () => {{ const pc = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}},
       {{urls: "turn:127.0.0.1:{port}?transport=tcp", username: "u", credential: "c"}}]}});
     pc.createDataChannel("d"); pc.createOffer().then(offer => pc.setLocalDescription(offer)); }},
  () => {{ document.querySelector("iframe[name=f]").contentWindow.location = out + "location"; }},
  () => new ReportingObserver(() => 0).observe(), () => CSS.paintWorklet.addModule(out + "worklet"),
  () => {{ const f = document.createElement("iframe"); f.srcdoc = `<img src="${{out}}srcdoc">
      <script>new WebSocket("${{wsout}}socket-of-frame")</` + "script>"; document.body.append(f); }},
];
for (const attempt of tries) {{ try {{ Promise.resolve(attempt()).catch(() => 0); }} catch (error) {{}} }}
setTimeout(() => fetch("/done"), 300);
</script>
"""
"""Every way of asking a server for something that a page has."""


def site_that_wants_out(out: str, udp: int):
    def site(request: Request) -> Response | str:
        if request.path == "/leads-out":
            return Response(302, headers=(("Location", out + "redirect"),))
        if request.path == "/refreshes":
            return html(f'<meta http-equiv=refresh content="0;url={out}refresh">')
        if request.path == "/policed":
            policy = f"img-src 'none'; report-uri {out}report"
            return html("<img src=/x.png>", content_security_policy=policy)
        if request.path == "/":
            port = out.rstrip("/").rpartition(":")[2]
            return html(ESCAPES.format(out=out, udp=udp, port=port), link=f"<{out}early>; rel=preconnect")
        return html("inside")

    return site


@contextlib.contextmanager
def listening_outside() -> Iterator[tuple[str, int, list[str]]]:
    """The URL of a TCP listener and the port of a UDP one, and what arrived at either."""
    reached: list[str] = []
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = tcp.accept()
                with peer:
                    peer.settimeout(2)
                    with contextlib.suppress(OSError):
                        reached.append(peer.recv(200).split(b"\r\n")[0].decode("latin-1"))
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def receive() -> None:
        with contextlib.suppress(OSError):
            while udp.recv(2000):
                reached.append("a UDP packet")

    threads = [threading.Thread(target=each, daemon=True) for each in (accept, receive)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{tcp.getsockname()[1]}/", udp.getsockname()[1], reached
    finally:
        tcp.shutdown(socket.SHUT_RDWR)
        udp.sendto(b"", udp.getsockname())
        for thread in threads:
            thread.join(10)
        tcp.close()
        udp.close()


@needs_browser
@pytest.mark.parametrize("allowed", [False, True], ids=["outside", "inside"])
def test_a_page_reaches_nothing_outside_the_scope(allowed: bool) -> None:
    """And where the scope is wider, the same page does reach it: it tries."""
    with listening_outside() as (out, udp, reached), serving(site_that_wants_out(out, udp)) as web:

        async def go() -> dict[str, int]:
            hosts = (out.removeprefix("http://").rstrip("/"),) if allowed else ()
            async with browsing(ScanRequest(target_url=web.url, allow_hosts=hosts)) as browser:
                tab = await browser.tab()
                await tab.open(web.url)
                while not any(request.path == "/done" for request in web.requests):
                    await tab.settle()
                await tab.settle()
                return browser.refused

        refused = asyncio.run(go())
    paths = {line.split(" ")[1] for line in reached if " " in line}
    if allowed:
        assert len(reached) > 20
        assert {
            "/fetch",
            "/beacon",
            "/ping",
            "/popup",
            "/redirect",
            "/refresh",
            "/socket",
            "/events",
        } <= paths
    else:
        assert reached == []
    # What is routed past the bridge comes here, whether it would be in scope or not.
    assert not paths & {"/shared", "/rules", "/socket-of-worker", "/preconnect"}
    assert any(line.endswith("/shared") for line in refused)


class Echo:
    """A TCP server that sends back what it gets, and the origins it was asked for."""

    def __init__(self) -> None:
        self.dialled: list[Origin] = []

    async def dial(self, origin: Origin) -> Streams:
        self.dialled.append(origin)
        if origin.host == "dead.test":
            raise ConnectFailed("nothing listens there")
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=theirs)
        self.task = asyncio.ensure_future(self._echo(reader, writer))
        return await asyncio.open_connection(sock=ours)

    async def _echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def a_gate() -> AsyncIterator[tuple[Gate, Echo]]:
    echo = Echo()
    gate = Gate(echo.dial)
    await gate.open()
    try:
        yield gate, echo
    finally:
        await gate.close()
        if echo.dialled and hasattr(echo, "task"):
            await echo.task


async def through(gate: Gate, *sent: bytes) -> bytes:
    """What comes back for ``sent``, the next part sent when something came; then the client closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    got = b""
    for part in sent:
        writer.write(part)
        got += await reader.read(1000)
    writer.write_eof()
    got += await reader.read()
    writer.close()
    await writer.wait_closed()
    return got


CONNECT = b"CONNECT site.test:80 HTTP/1.1\r\nHost: site.test:80\r\n\r\n"
OPENING = b"GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"


def test_a_ticket_opens_one_connection() -> None:
    async def go() -> None:
        async with a_gate() as (gate, echo):
            gate.admit(Request.from_url("http://site.test/socket"))
            answer = await through(gate, CONNECT, OPENING)
            assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n" + OPENING
            assert (await through(gate, CONNECT)).startswith(b"HTTP/1.1 403")
            assert echo.dialled == [Origin("http", "site.test", 80)]
            assert gate.refused == {"CONNECT site.test:80": 1}

    asyncio.run(go())


async def through_tls(gate: Gate, sent: bytes) -> bytes:
    """What comes first for ``sent`` inside TLS, in which any certificate is taken, as the browser does."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    try:
        writer.write(CONNECT)
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(context, server_hostname="site.test")
        writer.write(sent)
        return await reader.read(1000)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("sent", "answer", "dialled"),
    [
        (OPENING, OPENING, [Origin("https", "site.test", 80)]),
        (OPENING.replace(b"/socket", b"/other"), b"HTTP/1.1 403", []),
    ],
    ids=["ticket", "another target"],
)
def test_tls_ends_at_the_gate(sent: bytes, answer: bytes, dialled: list[Origin]) -> None:
    async def go() -> None:
        async with a_gate() as (gate, echo):
            gate.admit(Request.from_url("https://site.test:80/socket"))
            assert (await through_tls(gate, sent)).startswith(answer)
            assert echo.dialled == dialled

    asyncio.run(go())


@pytest.mark.parametrize(
    "sent",
    [
        (b"GET http://site.test/socket HTTP/1.1\r\nHost: site.test\r\n\r\n",),
        (CONNECT.replace(b":80", b":81"),),
        (CONNECT.replace(b"site", b"other"),),
        (b"CONNECT site.test HTTP/1.1\r\n\r\n",),
        (b"nonsense\r\n\r\n",),
        (CONNECT, OPENING.replace(b"/socket", b"/other")),
        (CONNECT, OPENING.replace(b"GET", b"POST")),
    ],
    ids=["forward", "port", "host", "no port", "nonsense", "target", "method"],
)
def test_nothing_else_is_let_through(sent: tuple[bytes, ...]) -> None:
    async def go() -> None:
        async with a_gate() as (gate, echo):
            gate.admit(Request.from_url("http://site.test/socket"))
            assert b"HTTP/1.1 403" in await through(gate, *sent)
            assert echo.dialled == []
            assert sum(gate.refused.values()) == 1

    asyncio.run(go())


def test_a_ticket_is_good_for_a_short_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        async with a_gate() as (gate, _):
            monkeypatch.setattr("s2n.s2nscanner.crawler.browser.gate.TICKET_SECONDS", 0.0)
            gate.admit(Request.from_url("http://site.test/socket"))
            assert (await through(gate, CONNECT)).startswith(b"HTTP/1.1 403")

    asyncio.run(go())


def test_a_place_that_cannot_be_reached_is_a_bad_gateway() -> None:
    async def go() -> None:
        async with a_gate() as (gate, _):
            gate.admit(Request.from_url("http://dead.test/socket"))
            answer = await through(gate, CONNECT.replace(b"site", b"dead"), OPENING)
            assert b"HTTP/1.1 502" in answer

    asyncio.run(go())


def test_closing_ends_what_is_open() -> None:
    async def go() -> bytes:
        async with a_gate() as (gate, _):
            gate.admit(Request.from_url("http://site.test/socket"))
            reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
            writer.write(CONNECT)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OPENING)
            await reader.readuntil(b"\r\n\r\n")
            await gate.close()
            rest = await reader.read()
            writer.close()
            await writer.wait_closed()
            return rest

    assert asyncio.run(go()) == b""
