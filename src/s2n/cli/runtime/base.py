"""What the host wants from a runtime: the runner started somewhere, its events, and a way to end it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from s2n.errors import ProtocolMismatch, RuntimeFailed
from s2n.protocol import PROTOCOL_VERSION, Event, Hello, Job

Log = Callable[[str], None]
"""Takes one line of the runner's log, without its newline."""


class Session(Protocol):
    """A runner at work."""

    def events(self) -> Iterator[Event]:
        """Its events as they come, to the end of the stream.

        Raises:
            RuntimeFailed: it ended without `s2n.protocol.Done`; the message says how.
        """
        ...

    def stop(self) -> None:
        """Ask it to end; it is killed if it has not after a grace time. Safe in a signal handler."""
        ...

    def kill(self) -> None:
        """End it now. Safe in a signal handler."""
        ...

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        ...


class Runtime(Protocol):
    """Where runners run."""

    name: str

    def start(self, job: Job, plugin_dir: Path | None, log: Log) -> Session:
        """Start a runner on ``job``, with the user's plugins from ``plugin_dir``.

        Raises:
            RuntimeFailed: it cannot be started; the remedy says what to do.
        """
        ...


def agreed(events: Iterator[Event]) -> Iterator[Event]:
    """``events``, after making sure that the runner speaks this host's protocol.

    Raises:
        ProtocolMismatch: it speaks another version.
        RuntimeFailed: it does not introduce itself.
    """
    for number, event in enumerate(events):
        if number == 0:
            if not isinstance(event, Hello):
                raise RuntimeFailed(
                    f"the runner began with {type(event).__name__} instead of introducing itself",
                    "reinstall s2n",
                )
            if event.protocol != PROTOCOL_VERSION:
                raise ProtocolMismatch(
                    f"the runner (s2n {event.version or 'unknown'}) speaks protocol {event.protocol}, "
                    f"this s2n speaks {PROTOCOL_VERSION}",
                    "bring both to the same version: pip install --upgrade s2n",
                )
        yield event
