"""A running scan, from its first event to its report, however it ends."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from msgspec import Struct

from s2n.cli.progress import Display
from s2n.cli.runtime.base import Session, agreed
from s2n.errors import RuntimeFailed, S2nError
from s2n.model import ScanReport, ScanStatus
from s2n.protocol import Catalogue, Event, Failed
from s2n.report.assemble import Assembler

_SIGNALS: Sequence[signal.Signals] = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Outcome(Struct, frozen=True):
    """How a scan ended. ``failure`` is what to tell the user besides the report."""

    report: ScanReport
    failure: S2nError | None = None
    catalogue: Catalogue = Catalogue()


class Listener(Protocol):
    """Whoever takes in events as well: the store, or the site model that grows."""

    def feed(self, event: Event) -> None:
        """Take one event in."""
        ...


def follow(session: Session, assembler: Assembler, display: Display, listener: Listener) -> Outcome:
    """Take in every event of ``session``; a runner that dies leaves a partial report and says so."""
    failure: S2nError | None = None
    catalogue = Catalogue()
    with stopping(session) as interrupted:
        try:
            for event in agreed(session.events()):
                assembler.feed(event)
                listener.feed(event)
                display.event(event)
                if isinstance(event, Failed):
                    failure = as_error(event)
                elif isinstance(event, Catalogue):
                    catalogue = event
        except RuntimeFailed as problem:
            failure = problem
        finally:
            session.close()
            display.close()
    if interrupted.is_set():
        by_hand = "stopped by the user"
        return Outcome(assembler.report(ScanStatus.INTERRUPTED, by_hand), None, catalogue)
    if failure is not None and assembler.done is None:
        return Outcome(assembler.report(ScanStatus.FAILED, str(failure)), failure, catalogue)
    return Outcome(assembler.report(), failure, catalogue)


def as_error(event: Failed) -> S2nError:
    """The runner's error on this side, with its exit code; its traceback is a note."""
    error = S2nError(event.message, event.remedy)
    error.exit_code = event.exit_code
    if event.traceback:
        error.add_note(event.traceback)
    return error


@contextmanager
def stopping(session: Session) -> Iterator[threading.Event]:
    """The first Ctrl-C (or SIGTERM, SIGHUP) asks the runner to end, the second kills it.

    The event is set when that happened. Outside the main thread signals stay as they are.
    """
    interrupted = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if interrupted.is_set():
            session.kill()
            return
        interrupted.set()
        # Not through sys.stderr: a handler may run in the middle of one of its writes.
        os.write(2, b"\ns2n: stopping; again to kill\n")
        session.stop()

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
