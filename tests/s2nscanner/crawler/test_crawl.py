"""Whole crawls: of tiny sites in memory, and of one full of traps over the wire."""

import asyncio
import random
import re

import pytest

from s2n.errors import BudgetSpent, ConnectFailed, TimedOut, Unreachable
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler, ledger
from s2n.s2nscanner.crawler.sights import Heard, Held, Message, Shown, Withheld
from s2n.s2nscanner.crawler.wellknown import WELL_KNOWN
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

URL = "http://site.test/"


class Sender:
    """A site in memory that may fail, and answers in another order than it was asked."""

    def __init__(self, site, delays=lambda _: 0):
        self.memory = MemorySender(site)
        self.delays = delays
        self.in_flight = self.most = 0

    async def send(self, request, *, follow=False, learn=False):
        assert learn
        assert not follow
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            for _ in range(self.delays(len(self.memory.requests))):
                await asyncio.sleep(0)
            return await self.memory.send(request)
        finally:
            self.in_flight -= 1


class Chart:
    """Remembers what it is told of."""

    def __init__(self):
        self.told, self.urls = [], []

    def add(self, request, found, response=None, *, form=None, operation=None):
        self.told.append((request.method, request.path))
        self.urls.append(request.url)

    def add_refused(self, request, found, response):
        pass


def site_of(pages):
    """A site of path (with query) → body or response; all else is 404."""
    return lambda request: pages.get(request.target, html("nothing", 404))


def crawl(site, delays=lambda _: 0, chart=None, **settings):
    scan = ScanRequest(**{"target_url": URL} | settings)
    sender = Sender(site, delays)
    crawler = Crawler(sender, Scope.of(scan), scan, Fresh(1), chart=chart)

    async def go():
        return [exchange async for exchange in crawler.crawl()]

    exchanges = asyncio.run(go())
    seen = [exchange.request.target for exchange in exchanges]
    return crawler, [target for target in seen if target not in WELL_KNOWN], sender


def test_breadth_first_from_the_start_robots_and_sitemap():
    _, seen, _ = crawl(
        site_of(
            {
                "/": "<a href=/a>a</a><a href=/b>b</a>",
                "/a": "<a href=/deep>d</a>",
                "/robots.txt": Response(
                    200, headers=(("Content-Type", "text/plain"),), body=b"Disallow: /secret"
                ),
                "/sitemap.xml": Response(
                    200,
                    headers=(("Content-Type", "application/xml"),),
                    body=b"<urlset><loc>http://site.test/listed</loc></urlset>",
                ),
            }
        )
    )
    assert seen == ["/", "/robots.txt", "/sitemap.xml", "/a", "/b", "/secret", "/listed", "/deep"]


def test_the_result_does_not_depend_on_the_order_of_answers():
    pages = {
        f"/p{n}": f"<a href=/p{2 * n}>x</a><a href=/p{2 * n + 1}>y</a><a href=/i?id={n}>z</a>"
        for n in range(60)
    }
    pages["/"] = "<a href=/p1>s</a>" + pages["/p0"]
    runs = [
        crawl(site_of(pages), delays, depth=50, concurrency=8)
        for delays in (lambda _: 0, lambda n: n % 7, lambda n: (n * 13) % 11)
    ]
    assert runs[0][1] == runs[1][1] == runs[2][1]
    assert list(runs[0][0].requests) == list(runs[1][0].requests) == list(runs[2][0].requests)


def test_concurrency_is_a_limit_and_is_used():
    pages = {"/": "".join(f"<a href=/p{n}>x</a>" for n in range(40))}
    _, _, sender = crawl(site_of(pages), lambda _: 3, concurrency=4)
    assert sender.most == 4


def test_forms_are_sent_but_those_with_passwords_only_listed():
    crawler, seen, sender = crawl(
        site_of(
            {
                "/": "<form method=post action=/note><input name=text></form>"
                "<form method=post action=/login><input name=user><input type=password name=pw></form>",
                "/note": "<a href=/behind>ok</a>",
            }
        )
    )
    assert "/behind" in seen
    assert not any(request.path == "/login" for request in sender.memory.requests)
    assert [(r.method, r.path) for r in crawler.requests if r.method == "POST"] == [
        ("POST", "/note"),
        ("POST", "/login"),
    ]
    assert crawler.skipped == {ledger.SENSITIVE: 1}


def test_without_crawling_only_the_starts_are_fetched():
    crawler, seen, _ = crawl(
        site_of({"/?a=1": "<a href=/a>a</a><form action=/f><input name=x></form>", "/s?b=2": "<a href=/c>"}),
        target_url=URL + "?a=1",
        seeds=(URL + "s?b=2",),
        crawl=False,
    )
    assert seen == ["/?a=1", "/s?b=2"]
    assert [request.target for request in crawler.requests] == ["/?a=1", "/s?b=2"]


def test_max_pages():
    pages = {"/": "".join(f"<a href=/p{n}>x</a>" for n in range(40))}
    crawler, _, _ = crawl(site_of(pages), max_pages=5, concurrency=2)
    assert crawler.pages == 5
    assert crawler.queued == 0
    assert crawler.skipped == {ledger.MAX_PAGES: 36}
    assert "--max-pages" in crawler.notes()[0]


def test_requests_beyond_the_bound_are_told(monkeypatch):
    monkeypatch.setattr("s2n.s2nscanner.crawler.catalogue.MAX_REQUESTS", 2)
    pages = {"/": "".join(f"<a href='/p?a{n}=1'>x</a>" for n in range(5))}
    crawler, _, _ = crawl(lambda request: pages.get(request.target, "ok"))
    assert len(crawler.requests) == 2
    assert "4 more distinct requests" in crawler.notes()[-1]


def failing(on, error):
    def site(request):
        if request.path == on:
            raise error
        return "<a href=/a>a</a><a href=/b>b</a>" if request.path == "/" else "ok"

    return site


def test_one_failure_is_counted_and_the_crawl_goes_on():
    crawler, seen, _ = crawl(failing("/a", TimedOut("no answer within 30 s")))
    assert "/b" in seen
    assert crawler.failures == {"TimedOut": 1}
    assert crawler.failed == [("http://site.test/a", "no answer within 30 s")]


def test_an_unreachable_start_says_why():
    with pytest.raises(Unreachable, match="connection refused") as caught:
        crawl(failing("/", ConnectFailed("connection refused", "is it running?")))
    assert caught.value.remedy == "is it running?"


def test_a_spent_budget_ends_the_crawl_in_order():
    crawler, seen, sender = crawl(failing("/a", BudgetSpent("--max-requests is used up")), concurrency=1)
    assert seen[0] == "/"
    assert crawler.queued == 0
    assert crawler.skipped[ledger.BUDGET] >= 1
    assert sender.most == 1
    assert crawler.failures == {}


def test_leaving_early_cancels_what_is_in_flight():
    async def go():
        scan = ScanRequest(target_url=URL)
        sender = Sender(site_of({"/": "<a href=/a>a</a><a href=/b>b</a>"}), lambda n: 100 if n > 2 else 0)
        pages = Crawler(sender, Scope.of(scan), scan, Fresh(1)).crawl()
        await anext(pages)
        await pages.aclose()
        assert sender.in_flight == 0
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(go())


PIECES = re.split(
    r"[|\n]",
    """<a href=|'|"|>|<|/|\\\\|//|http://|https:|[|]|::1|@|%|%2e|..|;|?|=|&|#|\x00|\t| |é|ⓐ|a|9|x.php
site.test|<form action=|<input name=|type=number min=|pattern=|(|){|}|<select name=|<option
<base href=|<script>
</script>|fetch('|',{method:'POST',body:|<!--|-->|<noscript>|<iframe srcdoc=
srcset=
<meta http-equiv=refresh content=|javascript:|xn--|<table>|</form>|formaction=|<button x=
enctype=text/plain|method=post|&#xD800;""",
)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_a_site_says_breaks_the_crawl(seed):
    generator = random.Random(seed)

    def site(_):
        body = "".join(generator.choices(PIECES, k=generator.randrange(300)))
        types = ("text/html", "text/javascript", "application/xml", "", "text/html; charset=idna")
        location = body[:40].encode("utf-8", "replace").decode("latin-1")
        return Response(
            generator.choice((200, 200, 200, 302)),
            headers=(
                ("Content-Type", generator.choice(types)),
                ("Location", location),
                ("Link", f"<{location}>"),
            ),
            body=b"<p>" + body.encode("utf-8", "replace"),
        )

    crawler, _, _ = crawl(site, max_pages=60)
    assert crawler.pages + sum(crawler.failures.values()) > 1


HIDDEN = {f"/names/name-{number}" for number in range(30)} | {
    "/hidden/deep",
    "/hidden/script",
    "/hidden/comment",
}


def trap_answer(target):
    """A site with a calendar, random ids, mirrored folders, session ids, facets, and pages behind them."""
    path, _, query = target.partition("?")
    number = int(re.sub(r"\D", "", query)[-6:] or 0)
    if path == "/":
        return (
            "<a href=/calendar?date=2026-11-24>c</a><a href=/item/8f3a9c0100>i</a><a href=/mirror/a/>m</a>"
            "<a href=/session?sid=00000000aa>s</a><a href='/facets?sort=w0&color=w0'>f</a>"
            "<a href=/index?page=n0>p</a><a href=/logout>Log out</a><a href=/redirect?n=1>r</a>"
            "<script>go('/hidden/script')</script><!-- <a href=/hidden/comment>x</a> -->"
        )
    if path == "/calendar":
        return f"<a href='?date={2000 + number % 999}-{number % 12 + 1:02}-11'>next</a>"
    if path.startswith("/item/"):
        value = int(path[6:], 16) * 2654435761 % (1 << 40)
        return f"<a href=/item/{value:010x}>more</a><a href=/item/{value ^ 0xFFFF:010x}>less</a>"
    if path.startswith("/mirror/"):
        return "<a href=a/>a</a><a href=b/>b</a><a href=c/>c</a>"
    if path == "/session":
        return f"<a href=/session?sid={number + 1:08}aa>again</a>"
    if path == "/facets":
        sort, color = re.findall(r"w(\d+)", query)
        more = f"<a href='?sort=w{int(sort) + 1}&color=w{color}'>s</a>"
        return more + f"<a href='?sort=w{sort}&color=w{int(color) + 1}'>c</a>"
    if path == "/index":
        page = int(query.rpartition("n")[2])
        following = f"<a href=?page=n{page + 1}>next</a>" if page < 29 else "<a href=/hidden/deep>d</a>"
        return f"<a href=/names/name-{page}>x</a>{following}"
    return "<p>here</p>"


async def serve(reader, writer):
    """Answer one keep-alive connection."""
    try:
        while line := await reader.readline():
            target = line.split()[1].decode()
            while (await reader.readline()).strip():
                pass
            status, extra, body = "200 OK", "", trap_answer(target).encode()
            if target.startswith("/redirect"):
                status, extra, body = "302 Found", f"Location: /redirect?n={int(target[12:]) + 1}\r\n", b""
            head = (
                f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
    finally:
        writer.close()


def test_a_site_full_of_traps_ends_with_everything_found():
    async def go():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        scan = ScanRequest(target_url=f"http://127.0.0.1:{port}/", depth=10_000, max_pages=100_000)
        client = HttpClient(scan, Governor.of(scan))
        crawler = Crawler(client, Scope.of(scan), scan, Fresh(1))
        try:
            seen = [exchange.request.path async for exchange in crawler.crawl()]
        finally:
            await client.close()
            server.close()
            await server.wait_closed()
        return crawler, seen

    crawler, seen = asyncio.run(go())
    assert not HIDDEN.difference(seen)
    assert "/logout" not in seen
    assert crawler.skipped[ledger.DANGER] == 1
    assert crawler.pages < 1000
    assert len(crawler.requests) < 40
    assert crawler.failures == {}


APP = '<div id="app"></div><script src="/app.js"></script>'


class Seen:
    """A browser that has seen what it is told."""

    def __init__(self, *sights):
        self.sights = sights
        self.pages = []

    async def explore(self, url):
        self.pages.append(url)
        for sight in self.sights:
            yield sight

    def notes(self):
        return ["the browser saw little"]


def crawl_with(eyes, pages, **settings):
    scan = ScanRequest(**{"target_url": URL} | settings)
    crawler = Crawler(Sender(site_of(pages)), Scope.of(scan), scan, Fresh(1), explorer=eyes)

    async def go():
        return [exchange.request.target async for exchange in crawler.crawl()]

    return crawler, [target for target in asyncio.run(go()) if target not in WELL_KNOWN]


def call(target, method="GET", body=b"", kind="fetch", content_type="application/json"):
    headers = (("Content-Type", content_type),) if body else ()
    request = Request.from_url(f"http://site.test{target}", method, headers, body)
    answer = Response(200, headers=(("Content-Type", "application/json"),), body=b'{"next": "/api/next"}')
    return Heard(Exchange(request, answer), kind, URL)


def test_what_a_page_asks_for_in_the_browser_is_tested_and_read():
    browser = Seen(call("/api/items?q=1"), call("/api/items", "POST", b'{"name":"x"}'))
    crawler, seen = crawl_with(browser, {"/": APP, "/api/next": "next"})
    kept = [f"{request.method} {request.target}" for request in crawler.requests]
    assert {"GET /api/items?q=1", "POST /api/items"} <= set(kept)
    assert seen[-3:] == ["/api/items?q=1", "/api/items", "/api/next"]


def test_links_and_forms_of_a_rendered_page_are_followed():
    shown = Shown(
        f"{URL}#/home", URL, "<a href=/made>m</a><form action=/find><input name=q></form>", ("click",)
    )
    crawler, seen = crawl_with(Seen(shown), {"/": APP, "/made": "made", "/find?q=s2n": "found"})
    assert {"/made", "/find?q=s2n"} <= set(seen)
    assert [state.actions for state in crawler.states] == [("click",)]


def test_new_documents_are_looked_at_in_their_turn():
    browser = Seen(Shown(URL, URL, "<a href=/second>m</a>"))
    crawl_with(browser, {"/": APP, "/second": f"{APP}<b>2</b>", "/third": APP})
    assert browser.pages == [URL, f"{URL}second"]


def test_what_the_browser_withheld_is_counted():
    crawler, _ = crawl_with(Seen(Withheld("DELETE", f"{URL}api/1", "deletes")), {"/": APP})
    assert crawler.skipped[ledger.DANGER] == 1


def test_what_deletes_is_an_endpoint_that_is_not_asked():
    chart = Chart()
    script = "<script>fetch('/api/1', {method: 'DELETE'}); axios.delete('http://other.test/x')</script>"
    crawler, seen, sender = crawl(site_of({"/": script, "/api/1": "one"}), chart=chart)
    assert "/api/1" in seen
    assert ("DELETE", "/api/1") in chart.told
    assert {request.method for request in (*sender.memory.requests, *crawler.requests)} == {"GET"}
    assert crawler.skipped[ledger.DANGER] == 1
    assert not any("other.test" in url for url in chart.urls)


def test_what_was_only_held_is_tested_but_was_not_sent():
    body = b'{"user": "a", "password": "b"}'
    login = Request.from_url(f"{URL}login", "POST", (("Content-Type", "application/json"),), body)
    crawler, seen = crawl_with(Seen(Held(login, URL), Held(login, URL)), {"/": APP})
    assert [request for request in crawler.requests if request.method == "POST"] == [login]
    assert "/login" not in seen
    assert crawler.skipped[ledger.SENSITIVE] == 1


CALLS = {
    "/": f"{APP}<script>fetch('/api/known', {{method: 'POST', body: 'a=1'}}); "
    "fetch('/api/guessed', {method: 'POST', body: 'b=2'})</script>"
}


def test_calls_of_scripts_that_change_something_are_asked_after_the_browser_has_looked():
    crawler, seen = crawl_with(Seen(call("/api/known", "POST", b'{"a":2}')), CALLS)
    assert seen.index("/api/known") < seen.index("/api/guessed")
    kept = [(request.target, request.body) for request in crawler.requests if request.method == "POST"]
    assert kept == [("/api/known", b'{"a":2}'), ("/api/guessed", b"b=2")]


def test_calls_that_were_not_asked_for_want_of_time_are_tested_all_the_same():
    crawler = Crawler(
        Sender(site_of(CALLS)), Scope.of(scan := ScanRequest(target_url=URL)), scan, Fresh(1), explorer=Seen()
    )

    async def go():
        pages = crawler.crawl()
        await anext(pages)
        await pages.aclose()

    asyncio.run(go())
    assert [request.target for request in crawler.requests if request.method == "POST"] == [
        "/api/known",
        "/api/guessed",
    ]


def test_messages_are_remembered():
    message = Message("ws://site.test/live", sent=True, text="hello")
    crawler, _ = crawl_with(Seen(message), {"/": APP})
    assert crawler.messages == [message]


def test_the_browser_says_what_it_did_not_see():
    crawler, _ = crawl_with(Seen(), {"/": APP})
    assert crawler.notes() == ["the browser saw little"]


@pytest.mark.parametrize(("page", "said"), [(APP, 1), ("<p>plain</p>", 0)])
def test_without_a_browser_script_built_pages_are_said(page, said):
    crawler, _ = crawl_with(None, {"/": page})
    assert sum("built by scripts" in note for note in crawler.notes()) == said


@pytest.mark.parametrize("settings", [{"browser": "auto"}, {"browser": "always", "crawl": False}])
def test_plain_pages_are_not_looked_at(settings):
    browser = Seen()
    crawl_with(browser, {"/": "<p>plain"}, **settings)
    assert browser.pages == []


def test_the_steps_of_a_wizard_are_followed_back_from_each_other():
    steps = {
        "/": "<form method=post action=/one><input name=a></form>",
        "/one": html("", 303, Location="/two"),
        "/two": "<form method=post action=/three><input name=b></form>",
        "/three": "<form method=post action=/four><input name=c></form>",
        "/four": "done",
    }
    crawler, seen, _ = crawl(site_of(steps))
    assert [target for target in seen if target in steps] == ["/", "/one", "/two", "/three", "/four"]
    led = {form.path: page.path for form, page in crawler.sources.items()}
    assert led == {"/one": "/", "/three": "/two", "/four": "/three"}
    assert {page.path: form.path for page, form in crawler.redirected.items()} == {"/two": "/one"}


def test_what_a_text_names_is_a_page_only_where_something_is_there():
    def site(request):
        if request.path == "/":
            return "<p>Ask /manual or /imaginary.</p><a href=/linked>t</a>"
        return "<p>the manual</p>" if request.path == "/manual" else "<h1>Not here</h1>"

    crawler, seen, _ = crawl(site)
    assert seen[-1] == "/manual"
    assert "/imaginary" not in seen
    assert {request.target for request in crawler.requests} == {"/", "/linked", "/manual"}


def test_a_menu_leads_to_all_of_its_pages():
    options = "".join(f"<option value={number}>p{number}" for number in range(12))
    menu = f"<form method=post action=/go><select name=to>{options}</select><input type=submit></form>"

    def site(request):
        if request.path == "/":
            return menu
        if request.path == "/go":
            return html("", 302, location=f"/page-{request.body.decode().partition('=')[2]}.php")
        return f"{menu}<form action=/go method=post><input name=own{request.path[6:7]}></form>"

    crawler, seen, sender = crawl(site)
    assert {f"/page-{number}.php" for number in range(12)} <= set(seen)
    assert [request.path for request in sender.memory.requests].count("/go") < 40
    assert len([request for request in crawler.requests if b"to=" in request.body]) == 1


def test_the_menu_beside_each_pages_own_form_is_sent_a_few_times():
    head = "<form method=post><select name=lang><option>en<option>de</select></form>"
    own = "<form method=post><input name=text></form>"

    def site(request):
        if request.path == "/":
            return head + "".join(f"<a href=/{letter}-page.php>x</a>" for letter in "abcdefghijklmnopqrst")
        return head + own

    crawler, _, _ = crawl(site)
    posts = [request for request in crawler.requests if request.method == "POST"]
    assert len([request for request in posts if request.body.startswith(b"text=")]) == 20
    assert len([request for request in posts if request.body.startswith(b"lang=")]) <= 11
