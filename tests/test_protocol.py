import json
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from s2n.model import (
    Coverage,
    Finding,
    Location,
    Place,
    PluginError,
    PluginInfo,
    PluginStatus,
    ScanStatus,
    Severity,
    Tested,
)
from s2n.model.site import (
    Endpoint,
    How,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    SocketMessage,
    ValueType,
)
from s2n.protocol import (
    PROTOCOL_VERSION,
    Also,
    Catalogue,
    Covered,
    Crawled,
    Done,
    Event,
    Failed,
    Found,
    Hello,
    Job,
    Mapped,
    Phase,
    PluginEnded,
    Progress,
    Seen,
    Spoke,
    Started,
    Warned,
    decode_event,
    encode_event,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)
ERROR = PluginError(error_type="ValueError", message="no", traceback="T\n", count=3)
FINDING = Finding(
    id="xss-1",
    plugin="xss",
    severity=Severity.HIGH,
    title="t",
    description="d",
    url="http://h/?q=\u2028<>",
    location=Location.QUERY,
    payload="'\"<\x00\x1b",
    cvss_score=6.1,
    timestamp=TIME,
)
EVENTS: list[Event] = [
    Hello(version="1", python_version="3.11", os_info="Linux", app_env="prod"),
    Catalogue(
        plugins=(PluginInfo(id="xss", title="XSS", severity=Severity.HIGH, references=("https://e/",)),),
        broken={"torn": ERROR},
    ),
    Started(scan_id="1", target_url="http://h/", time=TIME, config={"depth": 5}, plugins=("xss",)),
    Phase("crawl"),
    Progress(requests=1, failed=2, rate=3.5, pages=4, queued=5, done=6, total=7, current="x"),
    Found(FINDING),
    Also("0a1b", Place("GET", "http://h/b")),
    Covered(
        Coverage(
            endpoint="GET http://h/",
            parameter="q",
            location="query",
            results={"xss": Tested.BLOCKED},
            reasons={"xss": "why"},
        )
    ),
    Mapped(
        Endpoint(
            method="POST",
            url="http://h/users/7",
            template="/users/{id}",
            parameters=(
                Parameter(name="id", location=Location.PATH, type=ValueType.INTEGER, values=("7",)),
                Parameter(name="s", location=Location.FORM, type=ValueType.ENUM, choices=("a", "b")),
            ),
            requests=(
                Replay(
                    method="POST", url="http://h/users/7?x", headers=(("A", "b"),), body="AA==", base64=True
                ),
            ),
            found=(Sighting(How.FORM, "http://h/"),),
            status=401,
            content_type="text/html",
            login=True,
        )
    ),
    Seen(PageState("http://h/#a", "http://h/", ('click "a"',))),
    Spoke(SocketMessage("ws://h/live", sent=True, text="hello")),
    Crawled(
        LeftOut(
            skipped={"depth": 2}, failures={"TimedOut": 1}, failed=(("http://h/x", "late"),), limits=("d",)
        )
    ),
    PluginEnded(
        plugin="xss",
        status=PluginStatus.PARTIAL,
        duration_seconds=1.5,
        urls_scanned=2,
        requests_sent=3,
        errors=(ERROR,),
        reason="r",
    ),
    Warned("careful"),
    Failed(message="m", remedy="r", exit_code=3, error_type="Unreachable", traceback="t"),
    Done(status=ScanStatus.INTERRUPTED, time=TIME, reason="r", requests=1, failed=2, pages=3),
]


def test_each_kind_of_event_is_tried_here() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was_from_one_line(event: Event) -> None:
    line = encode_event(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


@pytest.mark.parametrize("line", [b"", b"{}", b"hello\n", b'{"type":"nonsense"}', b'{"type":"finding"}'])
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(line)


def test_a_job_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.json.decode(b'{"protocol":2,"colour":"red"}', type=Job)
    with pytest.raises(msgspec.ValidationError, match="unknown field `dpeth`"):
        msgspec.json.decode(b'{"request":{"target_url":"h","dpeth":1}}', type=Job)


def test_a_job_always_names_its_protocol() -> None:
    assert json.loads(msgspec.json.encode(Job()))["protocol"] == PROTOCOL_VERSION
