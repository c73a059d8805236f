"""The runner as a child process of this machine's Python."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from s2n.cli.runtime.base import Log, Session
from s2n.cli.runtime.process import RunnerProcess, spawn
from s2n.errors import RuntimeFailed
from s2n.protocol import PLUGIN_DIR_VARIABLE, Job

COMMAND = (sys.executable, "-P", "-m", "s2n.s2nscanner.runner", "run")
"""-P: a module of the current folder must not stand in for one of the library."""

GRACE_SECONDS = 10.0
"""How long a runner may take to end an interrupted scan; its own report-out takes well under a second."""

EXIT_SECONDS = 3.0
"""After its last event, or without its lifeline, a runner has nothing left to do."""

_KEPT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "APP_ENV"}
_KEPT |= {"PYTHONPATH", "PYTHONWARNINGS", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR"}
_KEPT |= {"S2N_CHROMIUM", "LD_LIBRARY_PATH", "FONTCONFIG_PATH"}


class LocalRuntime:
    """Starts the runner that is installed beside this host."""

    name = "local"

    def __init__(self, command: tuple[str, ...] | None = None, env: Mapping[str, str] | None = None) -> None:
        self._command = command or COMMAND
        self._env = os.environ if env is None else env

    def start(self, job: Job, plugin_dir: Path | None, log: Log) -> Session:
        """Start the child."""
        try:
            process = spawn(self._command, child_env(self._env, plugin_dir))
        except OSError as problem:
            raise RuntimeFailed(
                f"cannot start the scanner process: {problem.strerror}: {self._command[0]}", "reinstall s2n"
            ) from problem
        return LocalSession(process, job, log)


class LocalSession(RunnerProcess):
    """The child process itself is the runner."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job, log: Log) -> None:
        super().__init__(process, job, log)
        self._timer: threading.Timer | None = None

    def stop(self) -> None:
        """SIGTERM now, SIGKILL after the grace time.

        To the runner alone: its browser's driver would die of it, and leave the profile behind.
        """
        self._process.send_signal(signal.SIGTERM)
        if self._timer is None:
            self._timer = threading.Timer(GRACE_SECONDS, self.kill)
            self._timer.daemon = True
            self._timer.start()

    def kill(self) -> None:
        """SIGKILL to the child and whatever it started."""
        if self._process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):  # it ended in between
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def close(self) -> None:
        """Close the lifeline, wait for the child, and end it if it does not go by itself."""
        self._close_lifeline()
        try:
            self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.stop()
            self._process.wait()
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        self._close_output()

    def _how_it_ended(self) -> RuntimeFailed:
        code = self._process.returncode
        remedy = self._told()
        if code >= 0:
            how = f"exit code {code}"
        else:
            try:
                how = f"killed by {signal.Signals(-code).name}"
            except ValueError:
                how = f"killed by signal {-code}"
        if code == -getattr(signal, "SIGKILL", 0):
            remedy = "if nobody killed it, the machine may have run out of memory; try a lower --concurrency"
        return RuntimeFailed(f"the scanner process ended early: {how}", remedy)


def child_env(env: Mapping[str, str], plugin_dir: Path | None = None) -> dict[str, str]:
    """What the child may know of this environment: where things are, no secrets."""
    kept = {name: value for name, value in env.items() if name.upper() in _KEPT or name.startswith("LC_")}
    if plugin_dir is not None:
        kept[PLUGIN_DIR_VARIABLE] = str(plugin_dir)
    return kept
