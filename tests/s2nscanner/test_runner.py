import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from s2n import __version__
from s2n.model import Request, Response, ScanStatus
from s2n.protocol import (
    PROTOCOL_VERSION,
    Catalogue,
    Done,
    Event,
    Failed,
    Found,
    Hello,
    Job,
    Mapped,
    PluginEnded,
    ScanRequest,
    decode_event,
)
from s2n.report.as_json import parse
from s2n.report.as_site_json import parse as parse_site
from s2n.s2nscanner import runner
from support.site import html
from support.webserver import serving

RUNNER = [sys.executable, "-m", "s2n.s2nscanner.runner"]

PLUGIN = """
from s2n.s2nscanner.sdk import PluginInfo, Severity, report

class Plugin:
    info = PluginInfo(id="hello", title="The word", severity=Severity.LOW, kind="passive")

    def inspect(self, exchange):
        print("printed by a plugin")
        if b"hello" in exchange.response.body:
            yield report(exchange, "it says hello")
"""


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "hello.py").write_text(PLUGIN.replace('        print("printed by a plugin")\n', ""))
    return folder


def environment(plugins: Path, app_env: str = "prod") -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "S2N_EXTERNAL_PLUGIN_DIR": str(plugins),
        "APP_ENV": app_env,
        "HOME": str(plugins),
    }


def run(
    plugins: Path, *words: str, job: bytes = b"", app_env: str = "prod"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*RUNNER, *words],
        input=job,
        env=environment(plugins, app_env),
        cwd=plugins,
        capture_output=True,
        timeout=60,
        check=False,
    )


def events_of(output: bytes) -> list[Event]:
    return [decode_event(line) for line in output.splitlines()]


def site(request: Request) -> str | Response:
    return "<p>hello</p><a href='/a?b=c'>a</a>" if request.path == "/" else html("plain")


def job(url: str, **fields: object) -> bytes:
    request = ScanRequest(target_url=url, plugins=("hello",))
    return msgspec.json.encode(Job(request=request, **fields)) + b"\n"  # type: ignore[arg-type]


def test_a_job_on_stdin_gives_events_on_stdout_and_nothing_else(plugins: Path) -> None:
    with serving(site) as web:
        done = run(plugins, "run", job=job(web.url))
    events = events_of(done.stdout)
    assert isinstance(events[0], Hello)
    assert (events[0].protocol, events[0].version, events[0].app_env) == (
        PROTOCOL_VERSION,
        __version__,
        "prod",
    )
    assert isinstance(events[-1], Done)
    assert [type(event) for event in events].count(Done) == 1
    assert events[-1].status is ScanStatus.COMPLETE
    assert [event.finding.plugin for event in events if isinstance(event, Found)] == ["hello"]
    assert done.returncode == 0
    assert done.stderr == b""


def test_what_a_plugin_prints_does_not_get_between_the_events(plugins: Path) -> None:
    (plugins / "hello.py").write_text(PLUGIN)
    with serving(site) as web:
        done = run(plugins, "run", job=job(web.url))
    assert isinstance(events_of(done.stdout)[-1], Done)
    assert b"printed by a plugin" in done.stderr


def answer(line: bytes) -> tuple[int, list[Event]]:
    sink = io.BytesIO()
    code = runner._run_job(io.BytesIO(line), sink)
    return code, events_of(sink.getvalue())


@pytest.mark.parametrize(
    ("line", "code", "kind", "message", "remedy"),
    [
        (b"", 4, "ProtocolMismatch", "no job came on stdin", "runner scan"),
        (b"  \n", 4, "ProtocolMismatch", "no job came on stdin", "runner scan"),
        (b"hello\n", 4, "ProtocolMismatch", "is not JSON", "one JSON line"),
        (b"\xff\xfe\n", 4, "ProtocolMismatch", "is not JSON", "one JSON line"),
        (b"[1]\n", 4, "ProtocolMismatch", "is not JSON", "one JSON line"),
        (b"{}\n", 4, "ProtocolMismatch", "the host speaks protocol 0", "pip install --upgrade s2n"),
        (b'{"protocol":99,"new":1}', 4, "ProtocolMismatch", "the host speaks protocol 99", "pull the image"),
        (b'{"protocol":2,"colour":1}', 2, "UsageError", "unknown field `colour`", "protocol.Job"),
        (b'{"protocol":2,"request":{}}', 2, "UsageError", "target_url", "protocol.Job"),
        (b'{"protocol":2}', 2, "UsageError", "a scan without a request", "protocol.Job"),
    ],
)
def test_a_bad_job_is_answered_with_events(
    line: bytes, code: int, kind: str, message: str, remedy: str
) -> None:
    found, events = answer(line)
    assert found == code
    assert [type(event) for event in events] == [Hello, Failed, Done]
    failed, done = events[1], events[2]
    assert isinstance(failed, Failed)
    assert (failed.exit_code, failed.error_type) == (code, kind)
    assert message in failed.message
    assert remedy in failed.remedy
    assert isinstance(done, Done)
    assert done.status is ScanStatus.FAILED


def test_a_known_error_has_a_traceback_in_the_dev_image_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for app_env, shown in (("dev", True), ("prod", False)):
        monkeypatch.setenv("APP_ENV", app_env)
        failed = answer(b"hello\n")[1][1]
        assert isinstance(failed, Failed)
        assert ("Traceback" in failed.traceback) is shown


def test_a_job_for_the_plugins_lists_them_and_the_broken_ones(
    plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plugins / "torn.py").write_text("1/0\n")
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(plugins))
    for request in (None, ScanRequest(target_url="h")):
        code, events = answer(msgspec.json.encode(Job(command="plugins", request=request)))
        assert code == 0
        hello, catalogue, done = events
        assert isinstance(hello, Hello)
        assert isinstance(catalogue, Catalogue)
        assert {"hello", "xss"} <= {info.id for info in catalogue.plugins}
        assert catalogue.broken["torn"].error_type == "ZeroDivisionError"
        assert isinstance(done, Done)


def test_a_plugin_folder_that_cannot_be_read_is_an_event_too(
    plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(plugins / "hello.py"))
    code, events = answer(msgspec.json.encode(Job(command="plugins")))
    assert code == 2
    assert [type(event) for event in events] == [Hello, Failed, Done]


def test_a_dead_target_is_exit_3_with_its_events(plugins: Path) -> None:
    done = run(plugins, "run", job=job(nobody()))
    events = events_of(done.stdout)
    assert done.returncode == 3
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert failed.error_type == "Unreachable"
    assert failed.traceback == ""
    assert isinstance(events[-1], Done)
    assert events[-1].status is ScanStatus.NOT_TESTED


class Hanging:
    """A site that answers its first page and then never again; ``asked`` is set when it hangs."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    async def __call__(self, request: Request) -> str | Response:
        if request.path != "/":
            self.asked.set()
            await asyncio.Event().wait()
        return site(request)


def stopped(
    plugins: Path, how: Callable[[subprocess.Popen[bytes]], None], *words: str, lifeline: bool = False
) -> tuple[int, bytes, str]:
    """Start a scan, stop it while it hangs; exit code, stdout, stderr."""
    hanging = Hanging()
    with serving(hanging) as web:
        process = subprocess.Popen(
            [*RUNNER, *(words or ("run",)), *(("-u", web.url) if words else ())],
            env=environment(plugins),
            cwd=plugins,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        if not words:
            process.stdin.write(job(web.url, lifeline=lifeline))
        before = b""
        while b"hello: GET" not in before and b'"type":"finding"' not in before:
            before += (process.stderr if words else process.stdout).readline()
        assert hanging.asked.wait(30)
        how(process)
        out, err = process.stdout.read(), process.stderr.read()
        with process:  # closes stdin only now: its end must not be what stops the scan
            pass
    return process.returncode, out if words else before + out, err.decode()


def hang_up(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (hang_up, "the host is gone"),
        (lambda process: process.send_signal(signal.SIGTERM), "stopped by SIGTERM"),
        (lambda process: process.send_signal(signal.SIGINT), "stopped by SIGINT"),
    ],
)
def test_a_scan_that_is_stopped_closes_its_books(
    plugins: Path, how: Callable[[subprocess.Popen[bytes]], None], reason: str
) -> None:
    code, out, err = stopped(plugins, how, lifeline=True)
    events = events_of(out)
    assert code == 130
    assert err == ""
    assert isinstance(events[-1], Done)
    assert (events[-1].status, events[-1].reason) == (ScanStatus.INTERRUPTED, reason)
    assert [event.finding.plugin for event in events if isinstance(event, Found)] == ["hello"]
    assert [event.reason for event in events if isinstance(event, PluginEnded)] == [reason]


def test_without_a_lifeline_the_end_of_stdin_means_nothing(plugins: Path) -> None:
    def hang_up_then_stop(process: subprocess.Popen[bytes]) -> None:
        hang_up(process)
        process.send_signal(signal.SIGTERM)

    _, out, _ = stopped(plugins, hang_up_then_stop)
    done = events_of(out)[-1]
    assert isinstance(done, Done)
    assert done.reason == "stopped by SIGTERM"


def test_a_person_who_stops_it_gets_the_partial_report(plugins: Path) -> None:
    code, out, err = stopped(
        plugins, lambda process: process.send_signal(signal.SIGINT), "scan", "-p", "hello"
    )
    partial = parse(out)
    assert code == 130
    assert partial.metadata.status is ScanStatus.INTERRUPTED
    assert len(partial.findings) == 1
    assert "Traceback" not in err


def test_a_reader_that_goes_away_ends_it_without_a_traceback(plugins: Path) -> None:
    with serving(site) as web:
        process = subprocess.Popen(
            [*RUNNER, "run"],
            env=environment(plugins),
            cwd=plugins,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(job(web.url), timeout=30)
    assert process.returncode == 4
    assert err == b""


def nobody() -> str:
    """A URL on loopback where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}/"


def test_only_the_report_goes_to_stdout(plugins: Path) -> None:
    with serving(site) as web:
        done = run(plugins, "scan", "-u", web.url, "-p", "hello", "--output-format", "json")
    written = parse(done.stdout)
    assert [found.plugin for found in written.findings] == ["hello"]
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "s2n: crawl\n" in said
    assert f"s2n: LOW hello: GET {web.url}\n" in said


def test_files_are_written_in_the_format_of_their_suffix(plugins: Path, tmp_path: Path) -> None:
    with serving(site) as web:
        done = run(
            plugins, "scan", "-u", web.url, "-p", "hello", "-q", "--fail-on", "medium",
            "-o", str(tmp_path / "r.json"), "-o", str(tmp_path / "r.sarif"), "-o", str(tmp_path / "r.html"),
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert parse((tmp_path / "r.json").read_bytes()).findings
    assert json.loads((tmp_path / "r.sarif").read_bytes())["version"] == "2.1.0"
    assert (tmp_path / "r.html").read_bytes().startswith(b"<!doctype html>")


def test_a_dead_host_is_exit_3_and_its_report_is_never_clean(plugins: Path) -> None:
    done = run(plugins, "scan", "-u", nobody(), "-p", "hello", "--output-format", "console")
    assert done.returncode == 3
    assert b"NOT TESTED" in done.stdout
    said = done.stderr.decode()
    assert "s2n: error: " in said
    assert "Traceback" not in said


def test_the_dev_image_logs_in_detail(plugins: Path) -> None:
    assert b"DEBUG" in run(plugins, "scan", "-u", nobody(), "-q", app_env="dev").stderr


@pytest.fixture
def quiet_home(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("S2N_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(plugins))
    monkeypatch.delenv("APP_ENV", raising=False)
    monkeypatch.chdir(plugins)
    return plugins


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sacn"], "unknown command 'sacn'"),
        (["scan"], "-u"),
        (["scan", "--nonsense"], "--nonsense"),
        (["scan", "-u", "h", "--depth", "many"], "--depth"),
        (["scan", "-u", "h", "--depth", "-1"], "depth"),
        (["scan", "-u", "ftp://h/"], "ftp"),
        (["scan", "-u", "http://127.0.0.1:1/", "-p", "helo"], "there is no plugin 'helo'"),
        (["scan", "-u", "http://127.0.0.1:1/", "-p", "torn"], "ZeroDivisionError"),
        (["scan", "-u", "http://127.0.0.1:1/", "--auth", "bearer"], "needs a token"),
        (["scan", "-u", "h", "--output-format", "pdf"], "pdf"),
        (["plugins"], "action"),
        (["plugins", "paint"], "paint"),
    ],
)
def test_wrong_use_is_exit_2_with_a_message(
    words: list[str], message: str, quiet_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (quiet_home / "torn.py").write_text("1/0\n")
    assert runner.main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(("s2n: error: ", "usage: ", "s2n: warning: "))
    assert message in told.err
    assert "Traceback" not in told.err


def test_a_report_that_cannot_be_written_is_exit_2(
    quiet_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(site) as web:
        words = ["scan", "-u", web.url, "-p", "hello", "-q", "-o", str(quiet_home / "no" / "r.json")]
        assert runner.main(words) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize(("app_env", "shown"), [("dev", True), ("prod", False)])
def test_a_fault_of_ours_is_exit_4_its_traceback_for_developers_only(
    app_env: str,
    shown: bool,
    quiet_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setenv("APP_ENV", app_env)
    monkeypatch.setattr(runner, "Scanner", fault)
    assert runner.main(["plugins", "list"]) == 4
    said = capsys.readouterr().err
    assert ("Traceback" in said) is shown
    assert "ZeroDivisionError: oh" in said


def test_the_plugins_are_listed_with_the_broken_ones(
    quiet_home: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (quiet_home / "torn.py").write_text("1/0\n")
    assert runner.main(["plugins", "list"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert any(line.split()[:2] == ["hello", "LOW"] and str(quiet_home) in line for line in lines)
    assert any(line.split()[:2] == ["xss", "HIGH"] and line.endswith("(built in)") for line in lines)
    assert "torn                 BROKEN    ZeroDivisionError: division by zero" in lines
    assert runner.main(["plugins", "list", "--output-format", "json"]) == 0
    shown = json.loads(capfdbinary.readouterr().out)
    assert "hello" in {info["id"] for info in shown["plugins"]}
    assert list(shown["broken"]) == ["torn"]


def test_what_a_plugin_prints_does_not_get_into_the_list(plugins: Path) -> None:
    (plugins / "loud.py").write_text("print('loud')\nimport os\nos.system('echo louder')\n")
    done = run(plugins, "plugins", "list", "--output-format", "json")
    assert list(json.loads(done.stdout)["broken"]) == ["loud"]
    assert sorted(done.stderr.split()) == [b"loud", b"louder"]


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_the_commands(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(words) == 0
    assert capsys.readouterr().out == runner.USAGE


def test_version_names_both_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["version"]) == 0
    assert capsys.readouterr().out == f"s2n {__version__}, protocol {PROTOCOL_VERSION}\n"


def test_a_scan_that_tested_nothing_is_not_a_clean_one(plugins: Path) -> None:
    with serving(site) as web:
        done = run(plugins, "scan", "-u", web.url, "-p", "xss", "--max-requests", "1", "-q")
    assert (done.returncode, parse(done.stdout).findings) == (3, ())


def test_a_job_may_be_a_crawl_alone(plugins: Path) -> None:
    with serving(site) as web:
        line = msgspec.json.encode(Job(command="crawl", request=ScanRequest(target_url=web.url))) + b"\n"
        done = run(plugins, "run", job=line)
    events = events_of(done.stdout)
    assert {"/", "/a"} == {event.endpoint.template for event in events if isinstance(event, Mapped)}
    assert not any(isinstance(event, (Found, PluginEnded)) for event in events)
    assert isinstance(events[-1], Done)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_crawl_that_used_up_its_limits_has_not_failed(plugins: Path) -> None:
    with serving(site) as web:
        request = ScanRequest(target_url=web.url, max_requests=1)
        done = run(plugins, "run", job=msgspec.json.encode(Job(command="crawl", request=request)) + b"\n")
    last = events_of(done.stdout)[-1]
    assert isinstance(last, Done)
    assert (last.status, done.returncode) == (ScanStatus.OUT_OF_BUDGET, 0)


def test_a_crawl_without_a_request_is_no_job() -> None:
    code, events = answer(msgspec.json.encode(Job(command="crawl")) + b"\n")
    assert code == 2
    assert isinstance(events[1], Failed)
    assert "a crawl without a request" in events[1].message


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        ((), b'{\n  "s2n_site"'),
        (("--output-format", "tree"), b"s2n "),
        (("--output-format", "openapi"), b'{\n  "openapi"'),
    ],
)
def test_a_person_gets_the_site_model_on_stdout(plugins: Path, words: tuple[str, ...], begin: bytes) -> None:
    with serving(site) as web:
        done = run(plugins, "crawl", "-u", web.url, *words)
    assert done.stdout.startswith(begin)
    assert b"s2n: crawl" in done.stderr
    assert done.returncode == 0


def test_a_person_s_site_model_goes_to_files(plugins: Path) -> None:
    with serving(site) as web:
        done = run(plugins, "crawl", "-u", web.url, "-q", "-o", "a.json", "-o", "a.yaml", "-o", "a.txt")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len(parse_site((plugins / "a.json").read_bytes()).endpoints) == 2
    assert (plugins / "a.yaml").read_bytes().startswith(b"openapi:")
    assert b"complete" in (plugins / "a.txt").read_bytes()


def test_a_crawl_of_nobody_is_told_and_not_an_empty_site(plugins: Path) -> None:
    done = run(plugins, "crawl", "-u", nobody(), "--output-format", "tree")
    assert done.returncode == 3
    assert b"NOTHING WAS SEEN" in done.stdout
    assert b"nothing listens" in done.stderr


@pytest.mark.parametrize("words", [("-o", "a.html"), ("--fail-on", "low"), ("--runtime", "local")])
def test_a_crawl_s_wrong_use(plugins: Path, words: tuple[str, ...]) -> None:
    with serving(site) as web:
        assert run(plugins, "crawl", "-u", web.url, *words).returncode == 2
    assert web.requests == []
