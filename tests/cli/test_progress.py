import io

import pytest

from s2n.cli import progress
from s2n.cli.progress import LINE_SECONDS, Lines, Live, Silent, choose_display, finding_line
from s2n.model import Finding, Location, ScanStatus, Severity, now
from s2n.model.site import Endpoint
from s2n.protocol import Done, Found, Mapped, Phase, Progress, Started, Warned

FINDING = Finding(
    id="f",
    plugin="xss",
    severity=Severity.HIGH,
    title="Script\x1b[2J in a page",
    description="d",
    url="http://h/a?q=1",
    parameter="q",
    location=Location.QUERY,
)
EVENTS = [
    Started(scan_id="s", target_url="http://h/", time=now()),
    Phase("crawl"),
    Progress(requests=5, rate=2.4, pages=3, failed=1, done=1, total=8),
    Found(FINDING),
    Warned("odd\nthing"),
    Done(status=ScanStatus.COMPLETE, time=now()),
]


def test_a_finding_is_one_line_that_drives_no_terminal():
    assert finding_line(FINDING) == "HIGH      xss: Script�[2J in a page  GET http://h/a?q=1 (query q)"


def test_plain_lines_say_what_happens_and_figures_now_and_then():
    said = []
    times = iter([0.0, LINE_SECONDS - 0.1, LINE_SECONDS, LINE_SECONDS])
    display = Lines(said.append, lambda: next(times))
    for event in [EVENTS[2], *EVENTS]:
        display.event(event)
    assert said == [
        "scanning http://h/",
        "crawling",
        "crawling 1/8 · 5 requests · 2/s · 3 pages · 1 failed · no findings",
        finding_line(FINDING),
        "warning: odd thing",
        "done · 5 requests · 2/s · 3 pages · 1 failed · 1 HIGH",
    ]


def test_a_crawl_counts_endpoints_each_once():
    said = []
    display = Lines(said.append, lambda: 0.0)
    display.event(Started(scan_id="s", target_url="http://h/", time=now(), maps=True))
    for template in ("/a", "/b", "/a"):
        display.event(Mapped(Endpoint(method="GET", url=f"http://h{template}", template=template)))
    display.event(EVENTS[-1])
    assert said == ["crawling http://h/", "done · 0 requests · 0/s · 0 pages · 2 endpoints"]


def test_a_terminal_gets_a_moving_line_and_keeps_the_findings(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.stderr", terminal)
    display = choose_display(quiet=False)
    assert isinstance(display, Live)
    for event in EVENTS:
        display.event(event)
    display.log("DEBUG asked")
    display.close()
    shown = terminal.getvalue()
    assert "xss: Script�[2J in a page" in shown
    assert "5 requests" in shown
    assert "DEBUG asked" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h"), "the cursor is shown again"


def test_quiet_says_nothing(capfd):
    display = choose_display(quiet=True)
    assert isinstance(display, Silent)
    for event in EVENTS:
        display.event(event)
    display.log("x")
    display.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_no_terminal_gets_lines(monkeypatch, term):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(progress, "is_terminal", lambda: term == "x")
    assert isinstance(choose_display(quiet=False), Lines)
