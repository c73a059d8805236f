import asyncio
import time
from pathlib import Path

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import PluginLoadError, UnknownPlugin, Unreachable, UsageError
from s2n.model import Origin, PluginStatus, Request, Response, ScanReport, ScanStatus, Tested
from s2n.protocol import Covered, Done, Event, Found, Hello, Phase, Started, Warned
from s2n.report import render
from s2n.s2nscanner.http.transport import Transport
from s2n.s2nscanner.sdk import CheckContext, InputPoint
from support.plugins import Echo, Once, Title, info
from support.restarted import Restarted
from support.site import html, params
from support.webserver import serving


def shop(request: Request) -> Response | str:
    """A page that links two searches: one echoes, one does not."""
    match request.path:
        case "/":
            return html("<title>Shop</title><a href='/search?q=tea'>s</a><a href='/quiet?q=tea'>t</a>")
        case "/search":
            return f"<p>You searched for {params(request).get('q')}</p>"
        case "/quiet":
            return "<p>Nothing</p>"
    return html("not here", 404)


def scan(url: str, *plugins: object, **options: object) -> ScanReport:
    names = tuple(plugin.info.id for plugin in plugins)  # type: ignore[attr-defined]
    return Scanner(ScanConfig(target_url=url, plugins=names, **options), plugins).scan()  # type: ignore[arg-type]


def test_an_injected_plugin_finds_what_is_there_and_nothing_else() -> None:
    with serving(shop) as web:
        report = scan(web.url, Echo())
    found = [
        (finding.plugin, finding.parameter, finding.url.partition("?")[0]) for finding in report.findings
    ]
    assert ("echo", "q", f"{web.url}search") in found
    assert all("quiet" not in url for _, _, url in found)
    assert report.metadata.status is ScanStatus.COMPLETE
    finding = report.findings[0]
    assert finding.payload in finding.response
    assert finding.control is not None
    assert finding.payload not in finding.control.response
    assert finding.curl.startswith("curl -i --path-as-is -g ")
    assert finding.payload in finding.curl


def test_the_ledger_has_a_row_for_each_input_point() -> None:
    with serving(shop) as web:
        report = scan(web.url, Echo())
    rows = {(row.endpoint, row.location, row.parameter): row.results for row in report.coverage}
    assert rows[f"GET {web.url}quiet", "query", "q"] == {"echo": Tested.TESTED}
    assert rows[f"GET {web.url}search", "query", "q"] == {"echo": Tested.TESTED}
    assert report.summary.points_not_tested == 0


def test_the_events_tell_the_whole_story_in_order() -> None:
    events: list[Event] = []
    with serving(shop) as web:
        Scanner(ScanConfig(target_url=web.url, plugins=("echo",)), [Echo()], events.append).scan()
    kinds = [type(event) for event in events]
    assert kinds[0] is Hello
    assert kinds[-1] is Done
    assert [event.name for event in events if isinstance(event, Phase)] == ["crawl", "test", "finish"]
    assert kinds.index(Started) < kinds.index(Found) < len(kinds) - 1
    assert kinds.count(Covered) == len({id(event) for event in events if isinstance(event, Covered)})


def test_it_runs_inside_a_running_event_loop() -> None:
    async def main(url: str) -> ScanReport:
        return await Scanner(ScanConfig(target_url=url, plugins=("echo",)), [Echo()]).scan_async()

    with serving(shop) as web:
        assert asyncio.run(main(web.url)).findings


def test_scan_inside_a_running_loop_points_to_scan_async() -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError):
            Scanner(ScanConfig(target_url="http://127.0.0.1:1/")).scan()

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_a_suspicion_that_does_not_show_twice_is_not_reported() -> None:
    with serving(shop) as web:
        report = scan(web.url, Once())
    assert not report.findings
    assert any("did not show a second time" in text for text in report.metadata.warnings)


def test_passive_plugins_read_what_the_crawl_fetched() -> None:
    with serving(shop) as web:
        report = scan(web.url, Title())
    assert [finding.url for finding in report.findings] == [web.url]


class Broken:
    info = info("broken")

    async def check(self, point: object, ctx: object) -> None:
        raise ZeroDivisionError("oh")


class Hanging:
    info = info("hanging")

    async def check(self, point: object, ctx: object) -> None:
        while True:
            pass


class Flooding:
    info = info("flooding", max_requests=5)

    async def check(self, point: object, ctx: object) -> None:
        while True:
            await ctx.probe(point)  # type: ignore[attr-defined]
            await ctx.get(ctx.scan.target_url)  # type: ignore[attr-defined]


class Talking:
    info = info("talking")

    async def check(self, point: object, ctx: object) -> int:
        return 42


@pytest.mark.parametrize(
    ("plugin", "status", "words"),
    [
        (Broken(), PluginStatus.FAILED, "ZeroDivisionError"),
        (Hanging(), PluginStatus.TIMEOUT, "stopped after"),
        (Flooding(), PluginStatus.FAILED, "more than its 5 requests"),
        (Talking(), PluginStatus.FAILED, "not int: 42"),
    ],
    ids=lambda value: getattr(getattr(value, "info", None), "id", ""),
)
def test_a_bad_plugin_is_reported_as_failed_and_the_others_go_on(
    plugin: object, status: PluginStatus, words: str
) -> None:
    with serving(shop) as web:
        report = scan(web.url, Echo(), plugin, plugin_timeout=1.0)
    results = {result.plugin_name: result for result in report.plugin_results}
    name = plugin.info.id  # type: ignore[attr-defined]
    assert results[name].status is status
    assert words in " ".join(
        [results[name].reason, *(error.message + error.traceback for error in results[name].errors)]
    )
    assert any(finding.plugin == "echo" for finding in report.findings)
    outcomes = {row.results[name] for row in report.coverage if row.location == "query"}
    assert outcomes == {Tested.FAILED}


def test_a_crash_keeps_what_was_found_before() -> None:
    class Late(Echo):
        info = info("late", max_requests=10)

        async def check(self, point: object, ctx: object) -> object:  # type: ignore[override]
            async for claim in super().check(point, ctx):  # type: ignore[arg-type]
                yield claim
            raise ZeroDivisionError

    with serving(shop) as web:
        report = scan(web.url, Late())
    assert {finding.plugin for finding in report.findings} == {"late"}
    (result,) = report.plugin_results
    assert result.status is PluginStatus.FAILED


def test_nothing_is_sent_outside_the_scope() -> None:
    class Straying:
        info = info("straying")

        async def run(self, ctx: object) -> None:
            await ctx.get("http://127.0.0.2:1/")  # type: ignore[attr-defined]

    with serving(shop) as web:
        report = scan(web.url, Straying())
    (row,) = (row for row in report.coverage if "straying" in row.results)
    assert row.results["straying"] is Tested.FAILED
    assert "OutOfScope" in row.reasons["straying"]


def test_a_dead_target_is_an_error_never_a_clean_report() -> None:
    events: list[Event] = []
    with pytest.raises(Unreachable):
        Scanner(ScanConfig(target_url="http://127.0.0.1:9/"), on_event=events.append).scan()
    done = events[-1]
    assert isinstance(done, Done)
    assert done.status is ScanStatus.NOT_TESTED


def test_max_requests_is_a_hard_limit_and_the_report_says_what_is_missing() -> None:
    def wide(request: Request) -> Response | str:
        if request.path == "/":
            return "<a href='/search?" + "&".join(f"p{number}=1" for number in range(20)) + "'>s</a>"
        return shop(request)

    with serving(wide) as web:
        report = scan(web.url, Echo(), Title(), max_requests=30)
        assert len(web.requests) == 30
    told = {result.plugin_name: (result.status, result.reason) for result in report.plugin_results}
    assert told == {
        "echo": (PluginStatus.PARTIAL, report.metadata.reason),
        "title": (PluginStatus.SUCCESS, ""),
    }
    assert report.metadata.status is ScanStatus.OUT_OF_BUDGET
    assert "max-requests" in report.metadata.reason
    assert report.summary.points_not_tested > 0
    assert Tested.OUT_OF_BUDGET in {outcome for row in report.coverage for outcome in row.results.values()}


def test_max_time_holds_while_the_target_hangs() -> None:
    async def stuck(request: Request) -> Response | str:
        if request.path == "/search":
            await asyncio.sleep(60)
        return shop(request)

    began = time.monotonic()
    with serving(stuck) as web:
        report = scan(web.url, Echo(), max_time=1.0)
    assert time.monotonic() - began < 5
    assert report.metadata.status is ScanStatus.OUT_OF_BUDGET


def test_stop_ends_the_scan_with_a_partial_report() -> None:
    scanner: Scanner

    def listen(event: Event) -> None:
        if isinstance(event, Phase) and event.name == "test":
            scanner.stop("enough")
            scanner.stop("too late to say")

    with serving(shop) as web:
        scanner = Scanner(ScanConfig(target_url=web.url, plugins=("echo",)), [Echo()], listen)
        report = scanner.scan()
    assert report.metadata.status is ScanStatus.INTERRUPTED
    assert report.metadata.reason == "enough"
    assert report.summary.points_tested == 0


def test_a_scan_that_is_stopped_before_it_begins_sends_nothing() -> None:
    with serving(shop) as web:
        scanner = Scanner(ScanConfig(target_url=web.url, plugins=("echo",)), [Echo()])
        scanner.stop("never mind")
        report = scanner.scan()
        assert web.requests == []
    assert report.metadata.status is ScanStatus.INTERRUPTED
    assert report.metadata.reason == "never mind"


def test_an_unknown_plugin_names_the_nearest() -> None:
    with serving(shop) as web, pytest.raises(UnknownPlugin) as caught:
        Scanner(ScanConfig(target_url=web.url, plugins=("sqlinjektion",))).scan()
    assert "sqlinjection" in caught.value.remedy


def test_an_intrusive_plugin_asks_for_consent() -> None:
    class Loud(Echo):
        info = info("loud", intrusive=True)

    with serving(shop) as web:
        with pytest.raises(UsageError, match="intrusive"):
            scan(web.url, Loud())
        report = scan(web.url, Loud(), accept_risk=True)
    assert report.plugin_results[0].plugin_name == "loud"


def test_a_users_file_runs_as_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "custom_scan.py").write_text(
        "class Plugin:\n"
        "    async def check(self, point, ctx):\n"
        "        probe = await ctx.probe(point)\n"
        "        value = ctx.fresh.token()\n"
        "        exchange = await probe.send(value)\n"
        "        if value in exchange.response.text:\n"
        "            async def again():\n"
        "                other = ctx.fresh.token()\n"
        "                return other in (await probe.send(other)).response.text\n"
        "            yield ctx.claim(exchange, f'{value} came back', again, point=point, payload=value)\n"
    )
    (tmp_path / "torn.py").write_text("def Plugin(:\n")
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(tmp_path))
    with serving(shop) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("custom_scan",))).scan()
        with pytest.raises(PluginLoadError, match=r"SyntaxError.*torn\.py, line 1"):
            Scanner(ScanConfig(target_url=web.url, plugins=("torn",))).scan()
    assert any(finding.plugin == "custom_scan" and finding.parameter == "q" for finding in report.findings)
    assert any("torn" in text for text in report.metadata.warnings)


def test_a_target_without_input_says_so() -> None:
    with serving(lambda _: "<p>hello</p>") as web:
        report = scan(web.url, Title())
    assert isinstance(report, ScanReport)
    assert not report.findings


def test_credentials_that_are_refused_end_the_scan_with_exit_3() -> None:
    def guarded(request: Request) -> Response | str:
        right = request.header("authorization") == "Bearer good-token"
        return shop(request) if right else html("who?", 401, www_authenticate="Bearer")

    with serving(guarded) as web:
        with pytest.raises(Exception, match="answers 401") as caught:
            scan(web.url, Echo(), auth="bearer", token="bad-token")
        assert caught.value.exit_code == 3  # type: ignore[attr-defined]
        report = scan(web.url, Echo(), auth="bearer", token="good-token")
    assert report.findings
    assert "good-token" not in render(report, "json").decode()


def test_a_user_in_the_url_logs_in_and_stays_out_of_the_report() -> None:
    def guarded(request: Request) -> Response | str:
        right = request.header("authorization") == "Basic YW5uYTpwYXNzd29yZA=="
        return shop(request) if right else html("who?", 401, www_authenticate="Basic")

    with serving(guarded) as web:
        report = scan(web.url.replace("://", "://anna:password@"), Echo())
    assert report.findings
    assert report.target_url == web.url
    assert "password@" not in render(report, "json").decode()


def test_warnings_name_pages_that_failed() -> None:
    events: list[Event] = []

    def half(request: Request) -> Response | str:
        if request.path == "/quiet":
            raise ConnectionError
        return shop(request)

    with serving(half) as web:
        Scanner(ScanConfig(target_url=web.url, plugins=("title",)), [Title()], events.append).scan()
    assert any(isinstance(event, Warned) and "could not be fetched" in event.text for event in events)


def test_a_trace_that_only_an_attack_provokes_is_found() -> None:
    trace = 'Traceback (most recent call last):\n  File "/srv/app.py", line 12, in show\n    1 / 0'

    def fragile(request: Request) -> Response | str:
        if request.path == "/search" and params(request).get("q") != "tea":
            return html(f"<pre>{trace}</pre>", 500)
        return shop(request)

    with serving(fragile) as web:
        config = ScanConfig(target_url=web.url, plugins=("stack_trace", "echo"))
        (finding,) = Scanner(config, [Echo()]).scan().findings
        alone = Scanner(ScanConfig(target_url=web.url, plugins=("stack_trace",))).scan()
    assert (finding.plugin, finding.title) == ("stack_trace", "Stack trace of Python")
    assert not alone.findings


class Stopper:
    """Makes the site stop at the first point that it is given."""

    info = info("stopper", max_requests=10)

    def __init__(self) -> None:
        self.places: list[str] = []

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        self.places.append(point.request.path)
        if len(self.places) == 1:
            await ctx.send(Request("POST", point.request.origin, "/stop", body=b"it=now"))
        await ctx.send(point.request)


def stopped(*, comes_back: bool) -> tuple[ScanReport, Restarted, Stopper]:
    async def go() -> ScanReport:
        await site.start()
        scan = ScanConfig(target_url=site.url, plugins=("stopper",), browser="never", plugin_timeout=1.0)
        scanner = Scanner(scan, [stopper])

        async def connects(_: Transport, origin: Origin) -> bool:
            return await site.connects(origin)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Transport, "connects", connects)
            report = await scanner.scan_async()
        await site.stop()
        return report

    site, stopper = Restarted(shop, comes_back=comes_back), Stopper()
    return asyncio.run(go()), site, stopper


def test_a_target_that_stops_and_comes_back_is_tested_to_the_end() -> None:
    report, site, stopper = stopped(comes_back=True)
    assert site.stops == 1
    told = [text for text in report.metadata.warnings if "stopped answering" in text]
    assert len(told) == 1
    assert "UTC, after POST /stop it=now" in told[0]
    assert told[0].endswith("; it came back after 0 s")
    assert report.summary.points_not_tested == 0
    assert stopper.places.count(stopper.places[0]) > 1
    assert {result.status for result in report.plugin_results} == {PluginStatus.SUCCESS}


def test_a_target_that_does_not_come_back_is_told_with_what_that_costs() -> None:
    report, _, _ = stopped(comes_back=False)
    told = [text for text in report.metadata.warnings if "away" in text or "stopped" in text]
    assert "it did not come back within 0.5 s" in told[0]
    missing = report.summary.points_not_tested
    assert missing > 0
    assert told[1].endswith(f": {missing} checks there failed and are not tested")
    assert {result.status for result in report.plugin_results} == {PluginStatus.PARTIAL}
