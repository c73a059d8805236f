"""A runner that plays a scene instead of scanning; the target's path names the scene.

Run as a script in place of ``python -m s2n.s2nscanner.runner run``.
"""

import os
import signal
import sys
from datetime import UTC, datetime

import msgspec

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
from s2n.model.site import Endpoint, How, LeftOut, Parameter, Sighting
from s2n.protocol import (
    PROTOCOL_VERSION,
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
    Started,
    Warned,
    encode_event,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOME = Endpoint(
    method="GET",
    url="http://standin.test/",
    template="/",
    found=(Sighting(How.START),),
    status=200,
    content_type="text/html",
)
SEARCH = Endpoint(
    method="GET",
    url="http://standin.test/search",
    template="/search",
    parameters=(Parameter(name="q", location=Location.QUERY, values=("\x1b[2Jtea",)),),
    found=(Sighting(How.FORM, "http://standin.test/"),),
    status=200,
    content_type="text/html",
)
PLUGINS = (
    PluginInfo(
        id="xss",
        title="Cross-site scripting",
        severity=Severity.HIGH,
        cwe="CWE-79",
        what="Input becomes code.",
        why="It runs as the visitor.",
        fix="Encode it.",
        references=("https://cwe.mitre.org/data/definitions/79.html",),
    ),
    PluginInfo(id="custom_scan", title="Mine", severity=Severity.LOW, source="/plugins/custom_scan.py"),
)


def emit(*events: Event) -> None:
    for event in events:
        sys.stdout.buffer.write(encode_event(event))
    sys.stdout.buffer.flush()


def finding(name: str, severity: Severity, **fields: str) -> Found:
    return Found(
        Finding(
            id=name,
            plugin="xss",
            severity=severity,
            title=f"flaw {name}",
            description="d",
            url="http://standin.test/a?q=1",
            parameter="q",
            location=Location.QUERY,
            fingerprint=name,
            timestamp=TIME,
            **fields,
        )
    )


def done(status: ScanStatus = ScanStatus.COMPLETE, reason: str = "") -> Done:
    return Done(status=status, time=TIME, reason=reason, requests=9, pages=3)


def covered(outcome: Tested) -> Covered:
    row = Coverage(endpoint="GET http://standin.test/a", parameter="q", location="query")
    return Covered(msgspec.structs.replace(row, results={"xss": outcome}))


SCENES: dict[str, tuple[Event, ...]] = {
    "map": (Mapped(HOME), Mapped(SEARCH), Crawled(LeftOut(skipped={"static file": 2}))),
    "deep": (Mapped(HOME), Crawled(LeftOut(skipped={"depth": 2}, limits=("--depth",)))),
    "untested": (covered(Tested.BLOCKED),),
}


def main() -> int:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    if job.command == "plugins":
        broken = {"bad": PluginError(error_type="SyntaxError", message="line 3: invalid syntax")}
        emit(Hello(version="1"), Catalogue(plugins=PLUGINS, broken=broken), done())
        return 0
    assert job.request is not None
    scene = job.request.target_url.rpartition("/")[2]
    if scene == "mute":
        sys.stderr.write("no module named yesterday\n")
        return 1
    emit(Hello(protocol=99 if scene == "old" else PROTOCOL_VERSION, version="1"), Catalogue(plugins=PLUGINS))
    if scene == "unreachable":
        message = "nothing answers at http://standin.test/"
        emit(
            Failed(message=message, remedy="is it running?", exit_code=3, traceback="Traceback: line 1"),
            done(ScanStatus.NOT_TESTED, message),
        )
        return 3
    if scene == "unknown":
        emit(Failed(message="no plugin 'xs'", remedy="did you mean xss?", exit_code=2))
        emit(done(ScanStatus.FAILED, "no plugin 'xs'"))
        return 2
    maps = job.command == "crawl"
    emit(Started(scan_id="s-1", target_url=job.request.target_url, time=TIME, config={"depth": 5}, maps=maps))
    emit(Phase("crawl"), Progress(requests=4, pages=2), Phase("test"))
    return play(scene)


def play(scene: str) -> int:
    match scene:
        case "findings":
            emit(finding("one", Severity.HIGH), finding("two", Severity.LOW), covered(Tested.TESTED))
        case "large":
            emit(finding("big", Severity.LOW, response="x" * 1_000_000), covered(Tested.TESTED))
        case "escape":
            emit(finding("one", Severity.LOW, payload="\x1b]0;owned\x07"), Warned("a\x1b[2Jb"))
        case "map" | "deep" | "untested":
            emit(*SCENES[scene])
        case "budget":
            emit(done(ScanStatus.OUT_OF_BUDGET, "--max-time is used up"))
            return 0
        case "garbage":
            sys.stdout.write("hello from a plugin\n")
            emit(covered(Tested.TESTED))
        case "environment":
            emit(Warned(" ".join(sorted(os.environ))), Warned(" ".join(sys.argv)), covered(Tested.TESTED))
        case "log":
            sys.stderr.write("INFO requesting /a\n")
            emit(covered(Tested.TESTED))
        case "crash" | "shot":
            emit(finding("one", Severity.HIGH), Mapped(HOME))
            sys.stderr.write("out of luck\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL if scene == "shot" else signal.SIGABRT)
        case "hang" | "deaf":
            return hang(deaf=scene == "deaf")
        case _:
            emit(covered(Tested.TESTED))
    emit(PluginEnded(plugin="xss", status=PluginStatus.SUCCESS, requests_sent=9), done())
    return 0


def hang(*, deaf: bool) -> int:
    """Wait for SIGTERM, like a scan in its middle; the deaf one does not care for it."""
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    emit(finding("one", Severity.HIGH), Mapped(HOME))
    if deaf:
        while True:
            signal.pause()
    signal.sigwait({signal.SIGTERM})
    emit(finding("late", Severity.LOW), done(ScanStatus.INTERRUPTED, "stopped by SIGTERM"))
    return 130


if __name__ == "__main__":
    sys.exit(main())
