import json
from datetime import UTC, datetime
from typing import get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Meta
from msgspec.structs import fields

from s2n.model import (
    Coverage,
    Finding,
    Location,
    PluginError,
    PluginInfo,
    PluginStatus,
    ScanStatus,
    Severity,
    Tested,
)
from s2n.protocol import (
    PROTOCOL_VERSION,
    Catalogue,
    Covered,
    Done,
    Event,
    Failed,
    Found,
    Hello,
    Job,
    Phase,
    PluginEnded,
    Progress,
    ScanRequest,
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
    Covered(
        Coverage(
            endpoint="GET http://h/",
            parameter="q",
            location="query",
            results={"xss": Tested.BLOCKED},
            reasons={"xss": "why"},
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
        msgspec.json.decode(b'{"protocol":1,"colour":"red"}', type=Job)
    with pytest.raises(msgspec.ValidationError, match="unknown field `dpeth`"):
        msgspec.json.decode(b'{"request":{"target_url":"h","dpeth":1}}', type=Job)


def test_a_request_as_json_holds_only_what_was_asked_for() -> None:
    assert json.loads(msgspec.json.encode(ScanRequest(target_url="h"))) == {"target_url": "h"}
    request = ScanRequest(target_url="h", depth=0, headers=("A: b",))
    written = msgspec.json.encode(request)
    assert json.loads(written) == {"target_url": "h", "depth": 0, "headers": ["A: b"]}
    assert msgspec.json.decode(written, type=ScanRequest) == request


def test_a_job_always_names_its_protocol() -> None:
    assert json.loads(msgspec.json.encode(Job()))["protocol"] == PROTOCOL_VERSION


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("depth", -1),
        ("concurrency", 0),
        ("timeout", 0),
        ("scope", "everything"),
        ("max_body", 1),
        ("auth", "x"),
    ],
)
def test_a_value_outside_its_limits_is_refused(field: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"target_url": "h", field: value}, ScanRequest)


def test_every_option_is_described_where_it_is_declared() -> None:
    hints = get_type_hints(ScanRequest, include_extras=True)
    flags: list[str] = []
    for field in fields(ScanRequest):
        metas = [meta for meta in get_args(hints[field.name])[1:] if isinstance(meta, Meta)]
        assert len(metas) == 1, field.name
        (meta,) = metas
        assert meta.description
        assert meta.description.rstrip().endswith("."), field.name
        assert meta.extra is not None
        assert meta.extra["group"] in {"target", "plugins", "crawl", "http", "limits", "auth"}, field.name
        assert any(flag.startswith("--") for flag in meta.extra["flags"]), field.name
        if get_origin(get_args(hints[field.name])[0]) is tuple and meta.extra["commas"]:
            assert "comma" in meta.description, field.name
        flags += meta.extra["flags"]
    assert len(flags) == len(set(flags))


def test_what_may_hold_a_credential_is_marked_secret() -> None:
    hints = get_type_hints(ScanRequest, include_extras=True)
    secret = {name for name, hint in hints.items() if get_args(hint)[1].extra["secret"]}
    assert secret == {"headers", "cookies", "proxy", "password", "token"}
