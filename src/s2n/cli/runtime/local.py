"""The runner as a child process of this machine's Python."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from s2n.cli.runtime.base import Log, Session
from s2n.errors import RuntimeFailed
from s2n.protocol import PLUGIN_DIR_VARIABLE, Done, Event, Job, decode_event

COMMAND = (sys.executable, "-P", "-m", "s2n.s2nscanner.runner", "run")
"""-P: a module of the current folder must not stand in for one of the library."""

GRACE_SECONDS = 10.0
"""How long a runner may take to end an interrupted scan; its own report-out takes well under a second."""

EXIT_SECONDS = 3.0
"""After its last event, or without its lifeline, a runner has nothing left to do."""

MAX_LINE = 64 << 20
"""No event is larger: bodies are cut to evidence. A longer line is not from our runner."""

LAST_WORDS = 8
"""So many lines of the log are shown when the runner dies."""

_KEPT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "APP_ENV"}
_KEPT |= {"PYTHONPATH", "PYTHONWARNINGS", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR"}
_KEPT |= {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}


class LocalRuntime:
    """Starts the runner that is installed beside this host."""

    name = "local"

    def __init__(self, command: tuple[str, ...] | None = None, env: Mapping[str, str] | None = None) -> None:
        self._command = command or COMMAND
        self._env = os.environ if env is None else env

    def start(self, job: Job, plugin_dir: Path | None, log: Log) -> Session:
        """Start the child in a session of its own, so that Ctrl-C reaches only the host."""
        try:
            process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_child_env(self._env, plugin_dir),
                start_new_session=True,
            )
        except OSError as problem:
            raise RuntimeFailed(
                f"cannot start the scanner process: {problem.strerror}: {self._command[0]}", "reinstall s2n"
            ) from problem
        return LocalSession(process, job, log)


class LocalSession:
    """One child process: the job goes in, events come out, its log is drained by a thread."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job, log: Log) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._stdin: IO[bytes] = process.stdin
        self._stdout: IO[bytes] = process.stdout
        self._last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._timer: threading.Timer | None = None
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
        raise RuntimeFailed(f"the scanner process ended early: {self._how_it_ended()}", self._remedy())

    def stop(self) -> None:
        """SIGTERM now, SIGKILL after the grace time."""
        self._signal(signal.SIGTERM)
        if self._timer is None:
            self._timer = threading.Timer(GRACE_SECONDS, self.kill)
            self._timer.daemon = True
            self._timer.start()

    def kill(self) -> None:
        """SIGKILL to the child and whatever it started."""
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def close(self) -> None:
        """Close the lifeline, wait for the child, and end it if it does not go by itself."""
        with contextlib.suppress(OSError):  # what was left in the buffer has no reader any more
            self._stdin.close()
        try:
            self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.stop()
            self._process.wait()
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        self._drain.join(timeout=1)
        self._stdout.close()

    def _signal(self, number: int) -> None:
        if self._process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):  # it ended in between
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)

    def _drain_log(self, stream: IO[bytes], log: Log) -> None:
        with stream:
            for line in stream:
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                self._last_words.append(text)
                log(text)

    def _how_it_ended(self) -> str:
        code = self._process.returncode
        if code >= 0:
            return f"exit code {code}"
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"

    def _remedy(self) -> str:
        if self._process.returncode == -getattr(signal, "SIGKILL", 0):
            return "if nobody killed it, the machine may have run out of memory; try a lower --concurrency"
        if self._last_words:
            return "its last words:\n    " + "\n    ".join(self._last_words)
        return "run it again with -vv to see its log"


def _child_env(env: Mapping[str, str], plugin_dir: Path | None) -> dict[str, str]:
    """What the child may know of this environment: where things are, no secrets."""
    kept = {name: value for name, value in env.items() if name.upper() in _KEPT or name.startswith("LC_")}
    if plugin_dir is not None:
        kept[PLUGIN_DIR_VARIABLE] = str(plugin_dir)
    return kept
