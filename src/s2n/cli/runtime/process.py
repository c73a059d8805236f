"""A child process that is, or leads to, a runner: the job goes in, events come out, its log is drained."""

import contextlib
import subprocess
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

import msgspec

from s2n.cli.runtime.base import Log
from s2n.errors import RuntimeFailed
from s2n.protocol import Done, Event, Job, decode_event

MAX_LINE = 64 << 20
"""No event is larger: bodies are cut to evidence. A longer line is not from our runner."""

LAST_WORDS = 8
"""So many lines of the log are shown when the runner dies."""


def spawn(command: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, so that Ctrl-C reaches only the host.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 -- made of our own words, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )


class RunnerProcess(ABC):
    """One process and its three pipes."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job, log: Log) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._stdin: IO[bytes] = process.stdin
        self._stdout: IO[bytes] = process.stdout
        self._last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._drain = threading.Thread(target=self._drain_log, args=(process.stderr, log), daemon=True)
        self._drain.start()
        with contextlib.suppress(BrokenPipeError):  # it died at once: `events` says how
            self._stdin.write(msgspec.json.encode(job) + b"\n")
            self._stdin.flush()

    def events(self) -> Iterator[Event]:
        """Its events up to `Done`; what is no event is left out, and told if the runner dies."""
        while line := self._stdout.readline(MAX_LINE):
            try:
                event = decode_event(line)
            except msgspec.DecodeError:
                self._last_words.append(f"not an event: {line[:200]!r}")
                continue
            yield event
            if isinstance(event, Done):
                return
        self._process.wait()
        self._drain.join(timeout=1)
        raise self._how_it_ended()

    @abstractmethod
    def _how_it_ended(self) -> RuntimeFailed:
        """Why there was no `Done`; the process is over."""

    def _close_lifeline(self) -> None:
        with contextlib.suppress(OSError):  # what was left in the buffer has no reader any more
            self._stdin.close()

    def _close_output(self) -> None:
        self._drain.join(timeout=1)
        self._stdout.close()

    def _told(self) -> str:
        """Its last words, as a remedy."""
        if self._last_words:
            return "its last words:\n    " + "\n    ".join(self._last_words)
        return "run it again with -vv to see its log"

    def _drain_log(self, stream: IO[bytes], log: Log) -> None:
        with stream:
            for line in stream:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                self._last_words.append(text)
                log(text)
