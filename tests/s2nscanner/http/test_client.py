import asyncio
import socket
import time
from contextlib import asynccontextmanager

import pytest

from s2n.errors import BadResponse, BudgetSpent, ConnectFailed, ConnectTimedOut, OutOfScope, TimedOut
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.absence import Absences
from s2n.s2nscanner.http.client import HttpClient, transport_settings
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.transport import Transport, TransportSettings
from support.rawserver import raw_server
from support.restarted import Restarted


class Site:
    """Answers by path, as raw bytes; sees what was sent, and how many requests were being served at once."""

    def __init__(self, **pages):
        self.pages = {f"/{name}": page for name, page in pages.items()}
        self.seen = []
        self.serving = 0
        self.most = 0
        self.gate = None
        self.arrived = asyncio.Event()

    async def __call__(self, peer):
        while data := await peer.request():
            self.seen.append(data)
            self.arrived.set()
            self.serving += 1
            self.most = max(self.most, self.serving)
            await asyncio.sleep(0)
            if self.gate is not None:
                await self.gate.wait()
            self.serving -= 1
            path = data.split(b" ")[1].decode("latin-1").partition("?")[0]
            page = self.pages.get(path, "ok")
            if page is None:
                return
            await peer.say(page if isinstance(page, bytes) else page_of(page))

    @property
    def lines(self):
        return [data.split(b"\r\n")[0].decode() for data in self.seen]


def page_of(text, status="200 OK", *headers):
    head = "".join(f"\r\n{header}" for header in (f"Content-Length: {len(text)}", *headers))
    return f"HTTP/1.1 {status}{head}\r\n\r\n{text}".encode()


def redirect(location, status="302 Found", *headers):
    return page_of("moved", status, f"Location: {location}", *headers)


@asynccontextmanager
async def scanning(site, **options):
    """A client whose target is ``site``; and a function that makes URLs there."""
    async with raw_server(site) as server:
        scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/", **options)
        client = HttpClient(scan, Governor.of(scan))
        try:
            yield (
                client,
                lambda path="/", **parts: Request.from_url(f"http://127.0.0.1:{server.port}{path}", **parts),
            )
        finally:
            await client.close()
            assert client.governor.in_flight == 0


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_the_exchange_shows_the_request_as_it_was_sent():
    async def scenario():
        site = Site()
        async with scanning(site, cookies=("s=1",), headers=("X-Me: 2",)) as (client, url):
            exchange = await client.send(url("/a/../b", method="POST", body=b"x=1"))
            head, _, body = site.seen[0].partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            assert lines[0] == "POST /a/../b HTTP/1.1"
            assert lines[1:] == [f"{name}: {value}" for name, value in exchange.request.headers]
            assert body == exchange.request.body == b"x=1"
            assert {"Cookie: s=1", "X-Me: 2", "Content-Length: 3"} <= set(lines)
            assert (exchange.response.status, exchange.response.body, exchange.hops) == (200, b"ok", ())

    run(scenario)


def test_exact_adds_nothing():
    async def scenario():
        site = Site()
        async with scanning(site, cookies=("s=1",), headers=("X-Me: 2",)) as (client, url):
            request = url("/", headers=(("hOST", "x"),))
            exchange = await client.send(request, exact=True)
            assert site.seen == [b"GET / HTTP/1.1\r\nhOST: x\r\n\r\n"]
            assert exchange.request == request

    run(scenario)


def with_token(request):
    return request.with_header("Authorization", "Bearer t")


def test_the_credentials_of_a_login_go_with_each_request_but_exact_ones():
    async def scenario():
        site = Site(**{"from": redirect("/to")})
        async with scanning(site) as (client, url):
            client.authorize = with_token
            exchange = await client.send(url("/from"), follow=True)
            for each in (*exchange.hops, exchange):
                assert each.request.header("authorization") == "Bearer t"
            exact = url(headers=(("Host", "x"),))
            assert (await client.send(exact, exact=True)).request == exact

    run(scenario)


def test_another_visitor_has_none_of_the_session():
    async def scenario():
        site = Site(set=page_of("x", "200 OK", "Set-Cookie: a=1; Path=/"))
        async with scanning(site, cookies=("s=1",)) as (client, url):
            client.authorize = with_token
            other = client.apart()
            await client.send(url("/set"), learn=True)
            request = (await other.send(url())).request
            assert (request.header("cookie"), request.header("authorization")) == ("s=1", None)
            assert other.governor is client.governor
            assert client.governor.requests == 2
            await other.send(url("/set"), learn=True)
            assert len(other.jar) == 2

    run(scenario)


def test_cookies_are_learned_only_when_asked():
    async def scenario():
        site = Site(set=page_of("x", "200 OK", "Set-Cookie: a=1; Path=/"))
        async with scanning(site) as (client, url):
            await client.send(url("/set"))
            assert len(client.jar) == 0
            assert (await client.send(url())).request.header("cookie") is None
            await client.send(url("/set"), learn=True)
            assert (await client.send(url())).request.header("cookie") == "a=1"

    run(scenario)


def test_redirects_are_followed_when_asked():
    async def scenario():
        site = Site(a=redirect("/b", "303 See Other"), b=redirect("c", "307 Temporary Redirect"))
        async with scanning(site) as (client, url):
            seen = []
            client.on_exchange.append(seen.append)
            plain = await client.send(url("/a", method="POST", body=b"x"))
            assert (plain.response.status, plain.hops) == (303, ())
            followed = await client.send(url("/a", method="POST", body=b"x"), follow=True)
            assert site.lines[1:] == ["POST /a HTTP/1.1", "GET /b HTTP/1.1", "GET /c HTTP/1.1"]
            assert followed.response.body == b"ok"
            assert [hop.request.path for hop in followed.hops] == ["/a", "/b"]
            assert followed.first.request.method == "POST"
            assert [exchange.request.path for exchange in seen] == ["/a", "/a", "/b", "/c"]
            assert client.governor.requests == 4

    run(scenario)


def test_a_redirect_out_of_the_scope_is_returned_and_nothing_is_sent_there():
    async def scenario():
        async def never(peer):
            raise AssertionError(await peer.request())

        async with raw_server(never) as other:
            site = Site(out=redirect(f"http://127.0.0.1:{other.port}/"), in_=redirect("/out"))
            async with scanning(site) as (client, url):
                exchange = await client.send(url("/in_"), follow=True)
                assert exchange.request.path == "/out"
                assert exchange.response.status == 302
                assert len(exchange.hops) == 1
                assert other.connections == 0
                with pytest.raises(OutOfScope):
                    await client.send(Request.from_url(f"http://127.0.0.1:{other.port}/"))
                assert other.connections == 0

    run(scenario)


@pytest.mark.parametrize(("page", "sent"), [("/a", 1), ("/b", 2)])
def test_redirect_loops_end_at_once(page, sent):
    async def scenario():
        site = Site(a=redirect("/a"), b=redirect("/c"), c=redirect("/b"))
        async with scanning(site) as (client, url):
            exchange = await client.send(url(page), follow=True)
            assert exchange.response.status == 302
            assert len(site.seen) == sent

    run(scenario)


def test_endless_redirects_end():
    async def scenario():
        count = 0

        async def site(peer):
            nonlocal count
            while await peer.request():
                count += 1
                await peer.say(redirect(f"/{count}"))

        async with scanning(site) as (client, url):
            exchange = await client.send(url(), follow=True)
            assert (count, len(exchange.hops)) == (11, 10)

    run(scenario)


def test_a_cookie_on_the_way_holds_for_the_way_only():
    async def scenario():
        site = Site(login=redirect("/login/check", "302 Found", "Set-Cookie: s=new; Path=/"))
        async with scanning(site, cookies=("s=old",)) as (client, url):
            exchange = await client.send(url("/login"), follow=True)
            assert exchange.request.header("cookie") == "s=new"
            assert (await client.send(url())).request.header("cookie") == "s=old"
            await client.send(url("/login"), follow=True, learn=True)
            assert (await client.send(url())).request.header("cookie") == "s=new"

    run(scenario)


def test_exactly_max_requests_hops_included():
    async def scenario():
        site = Site(a=redirect("/b"))
        async with scanning(site, max_requests=5) as (client, url):
            results = await asyncio.gather(
                *(client.send(url("/a"), follow=True) for _ in range(4)), return_exceptions=True
            )
            assert len(site.seen) == client.governor.requests == 5
            assert sum(isinstance(result, BudgetSpent) for result in results) == 3
            assert client.governor.stopped == "max-requests"

    run(scenario)


def test_max_time_cuts_what_is_in_flight():
    async def scenario():
        site = Site()
        site.gate = asyncio.Event()
        async with scanning(site, max_time=0.2) as (client, url):
            with pytest.raises(BudgetSpent, match="--max-time"):
                await client.send(url())
            with pytest.raises(BudgetSpent, match="--max-time"):
                await client.send(url())
            assert (len(site.seen), client.governor.failed) == (1, 0)

    run(scenario)


def test_a_timeout_is_the_targets_and_counts_as_failed():
    async def scenario():
        site = Site()
        site.gate = asyncio.Event()
        async with scanning(site) as (client, url):
            with pytest.raises(TimedOut):
                await client.send(url(), timeout=0.1)
            assert (client.governor.failed, client.governor.stopped) == (1, "")

    run(scenario)


def test_a_timeout_covers_the_whole_way():
    class Recording(Transport):
        async def send(self, request, **options):
            timeouts.append(options["timeout"])
            return await super().send(request, **options)

    timeouts = []

    async def scenario():
        async with raw_server(Site(a=redirect("/b"), b=redirect("/c"))) as server:
            scan = ScanRequest(target_url=f"127.0.0.1:{server.port}")
            client = HttpClient(scan, Governor.of(scan), Recording(transport_settings(scan)))
            request = Request.from_url(f"http://127.0.0.1:{server.port}/a")
            exchange = await client.send(request, follow=True, timeout=5.0)
            spent = [hop.response.elapsed for hop in exchange.hops]
            assert timeouts == [5.0, 5.0 - spent[0], 5.0 - spent[0] - spent[1]]
            await client.close()

    run(scenario)


def test_concurrency_holds_on_the_wire():
    async def scenario():
        site = Site()
        async with scanning(site, concurrency=3) as (client, url):
            await asyncio.gather(*(client.send(url(f"/{number}")) for number in range(20)))
            assert site.most == 3

    run(scenario)


def test_alone_is_alone_on_the_wire():
    async def scenario():
        site = Site()
        beside = []

        async def watched(peer):
            while data := await peer.request():
                site.serving += 1
                for _ in range(3):
                    await asyncio.sleep(0)
                    if b"alone" in data:
                        beside.append(site.serving)
                site.most = max(site.most, site.serving)
                site.serving -= 1
                await peer.say(page_of("ok"))

        async with scanning(watched) as (client, url):
            sends = [client.send(url("/alone" if n % 5 == 2 else "/"), alone=n % 5 == 2) for n in range(25)]
            await asyncio.gather(*sends)
            assert set(beside) == {1}
            assert site.most > 1

    run(scenario)


@pytest.mark.parametrize("alone", [False, True])
def test_cancelling_leaks_no_slot(alone):
    async def scenario():
        site = Site()
        site.gate = asyncio.Event()
        async with scanning(site, concurrency=2) as (client, url):
            tasks = [asyncio.create_task(client.send(url(), alone=alone)) for _ in range(6)]
            await site.arrived.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (client.governor.in_flight, client.governor.failed) == (0, 0)
            site.gate.set()
            assert (await client.send(url())).response.status == 200

    run(scenario)


@pytest.mark.parametrize(
    ("method", "body", "tries"), [("GET", b"", 2), ("HEAD", b"", 2), ("POST", b"", 1), ("GET", b"x", 1)]
)
def test_what_is_safe_to_repeat_is_tried_once_more(method, body, tries):
    async def scenario():
        site = Site(dead=None)
        async with scanning(site) as (client, url):
            with pytest.raises(BadResponse):
                await client.send(url("/dead", method=method, body=body))
            assert len(site.seen) == client.governor.requests == client.governor.failed == tries

    run(scenario)


def test_the_second_try_can_succeed():
    async def scenario():
        async def site(peer):
            if peer.server.connections > 1:
                await peer.request()
                await peer.say(page_of("late"))

        async with scanning(site) as (client, url):
            assert (await client.send(url())).response.body == b"late"
            assert (client.governor.requests, client.governor.failed) == (2, 1)

    run(scenario)


def test_what_was_never_accepted_is_tried_once_more_whatever_it_is():
    async def scenario():
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            port = full.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)):  # the queue is full now, nobody accepts
                settings = ScanRequest(target_url=f"http://127.0.0.1:{port}/", connect_timeout=0.2)
                client = HttpClient(settings, Governor.of(settings))
                request = Request.from_url(settings.target_url, "POST", body=b"a=b")
                with pytest.raises(ConnectTimedOut):
                    await client.send(request)
                assert client.governor.requests == 2
                await client.close()

    run(scenario)


def test_a_second_try_beyond_the_budget_shows_the_first_error():
    async def scenario():
        async with scanning(Site(dead=None), max_requests=1) as (client, url):
            with pytest.raises(BadResponse):
                await client.send(url("/dead"))

    run(scenario)


def test_a_refused_connection():
    async def scenario():
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
            scan = ScanRequest(target_url=address)
            client = HttpClient(scan, Governor.of(scan))
            with pytest.raises(ConnectFailed):
                await client.send(Request.from_url(address))
            assert client.governor.failed == 2
            await client.close()

    run(scenario)


def test_retry_after_holds_the_next_request_back():
    async def scenario():
        site = Site(busy=page_of("", "503 Busy", "Retry-After: 1"))
        async with scanning(site) as (client, url):
            await client.send(url("/busy"))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.send(url("/next")), 0.2)
            assert len(site.seen) == 1

    run(scenario)


async def answered(client, *urls, times=1):
    """How many requests of each URL were answered with 200, and how long all together took."""
    begin = time.monotonic()
    jobs = [client.send(Request.from_url(url)) for _ in range(times) for url in urls]
    done = await asyncio.gather(*jobs)
    return sum(exchange.response.status == 200 for exchange in done), time.monotonic() - begin


def test_a_limit_on_logging_in_does_not_slow_the_rest():
    async def scenario():
        site = Site(login=page_of("", "429 Slow down", "Retry-After: 1"))
        async with scanning(site, concurrency=4) as (client, url):
            fast = [url(f"/{number}").url for number in range(10)]
            await answered(client, *fast)
            await client.send(url("/login"))
            begin = time.monotonic()
            again = asyncio.create_task(client.send(url("/login?again")))
            count, seconds = await answered(client, *fast, times=20)
            assert count == 200
            assert seconds < 0.9
            assert not again.done()
            await again
            assert time.monotonic() - begin > 0.9

    run(scenario)


def test_a_limit_for_the_client_holds_everything_back():
    async def scenario():
        pages = {f"limited{number}": page_of("", "429 Slow down", "Retry-After: 1") for number in range(3)}
        site = Site(**pages)
        async with scanning(site, concurrency=4) as (client, url):
            await answered(client, *(url(path).url for path in ("/a", "/b")))
            for name in pages:
                await client.send(url(f"/{name}"))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.send(url("/a")), 0.2)

    run(scenario)


def test_every_connection_option_reaches_the_transport():
    values = {
        "connect_timeout": 1.5, "timeout": 2.5, "max_body": 4096, "insecure": True, "ca_bundle": "ca",
        "client_cert": "cert", "client_key": "key", "proxy": "http://p:1",
    }  # fmt: skip
    assert transport_settings(ScanRequest(target_url="h", **values)) == TransportSettings(**values)


@asynccontextmanager
async def restarted(patience=5.0, **options):
    server, said = Restarted(**options), []
    await server.start()
    scan = ScanRequest(target_url=server.url)
    client = HttpClient(scan, Governor.of(scan))
    client.absences = Absences(server.connects, patience)
    client.absences.warn = said.append

    def at(path, method="GET"):
        return Request.from_url(server.url + path, method)

    try:
        yield client, server, at, said
    finally:
        await client.close()
        await server.stop()


def test_a_server_that_comes_back_is_asked_again():
    async def go():
        async with restarted() as (client, server, at, said):
            await client.send(at("a"))
            with pytest.raises(BadResponse):
                await client.send(at("stop", "POST"))
            answers = await asyncio.gather(*(client.send(at(f"b{n}", "POST")) for n in range(4)))
            assert [each.response.text for each in answers] == ["ok"] * 4
            assert sorted(server.asked[2:]) == [f"POST /b{n}" for n in range(4)]
            assert client.absences.returns == 1
            (text,) = said
            assert ", after POST /stop; it came back after 0 s" in text

    asyncio.run(go())


def test_a_server_that_stays_away_is_refused_at_once_from_then_on():
    async def go():
        async with restarted(patience=0.05, comes_back=False) as (client, server, at, said):
            await client.send(at("a"))
            with pytest.raises((BadResponse, ConnectFailed)):
                await client.send(at("stop"))
            knocks = server.knocks
            for _ in range(3):
                with pytest.raises(ConnectFailed, match="refused"):
                    await client.send(at("b"))
            assert server.knocks == knocks
            assert len(said) == 1

    asyncio.run(go())


def test_a_server_that_never_answered_is_not_waited_for():
    async def go():
        async with restarted() as (client, server, at, said):
            await server.stop()
            with pytest.raises(ConnectFailed):
                await client.apart().send(at("a"))
            assert (server.knocks, said) == (0, [])

    asyncio.run(go())


def test_who_is_away_is_known_to_all_visitors():
    async def go():
        async with restarted() as (client, _, _, _):
            assert client.apart().absences is client.absences

    asyncio.run(go())
