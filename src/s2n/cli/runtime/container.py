"""The runner in a container of docker, podman or nerdctl."""

import contextlib
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from s2n.cli.runtime.base import Log, Session
from s2n.cli.runtime.command import Settings, run_command
from s2n.cli.runtime.engine import Engine, last_line
from s2n.cli.runtime.image import Notice
from s2n.cli.runtime.leftovers import REMOVE_SECONDS, own_labels
from s2n.cli.runtime.process import RunnerProcess, spawn
from s2n.cli.runtime.reach import (
    Mount,
    files_mounted,
    host_certificates,
    local_hosts,
    must_be_readable,
    seen_from_machine,
)
from s2n.cli.runtime.trouble import run_trouble
from s2n.errors import RuntimeFailed
from s2n.options.units import show_size
from s2n.protocol import EXTERNAL_PLUGIN_DIR, Catalogue, Event, Job

GRACE_SECONDS = 10.0
"""How long a runner may take to end an interrupted scan; its own report-out takes well under a second."""

EXIT_SECONDS = 5.0
"""After its last event a runner ends at once; the engine then takes the container away."""

RETRY_SECONDS = 0.2
"""Between attempts to signal a container that is still being created."""

ENGINE_FAILED = 125
"""`docker run`'s exit code when the engine, not the program in the container, failed."""

NOT_RUN = {126, 127}
"""Its exit codes when the program cannot be run, or is not there."""

KILLED = 137
"""128 + SIGKILL."""


class Container(Struct, frozen=True):
    """A container: its engine, what was asked of it, its name, and whose plugins are mounted."""

    engine: Engine
    settings: Settings
    name: str
    plugin_dir: Path | None = None


class ContainerRuntime:
    """Starts runners in containers of one engine, from an image that is here and speaks our protocol."""

    def __init__(
        self, engine: Engine, settings: Settings, notice: Notice, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = engine.name
        self.engine = engine
        self.settings = settings
        self._notice = notice
        self._env = os.environ if env is None else env

    def start(self, job: Job, plugin_dir: Path | None, log: Log) -> Session:
        """Start a container for ``job``; it goes when its runner ends, or this process does."""
        hosts = local_hosts(job.request) if job.request is not None else ()
        job, files = files_mounted(job)
        mounts = [*files]
        if plugin_dir is not None:
            mounts.append(Mount(plugin_dir, EXTERNAL_PLUGIN_DIR))
        must_be_readable(mounts)
        if hosts and self.engine.machine and self.settings.network != "host":
            job = seen_from_machine(job, hosts, self.engine.host_name)
        env = {}
        if certificates := host_certificates(self._env):
            mounts.append(certificates)
            env["SSL_CERT_FILE"] = certificates.target
        name = new_name()
        command = run_command(
            self.engine,
            self.settings,
            name,
            network=self._network_for(job, hosts),
            mounts=tuple(mounts),
            labels=own_labels(name),
            env=env,
        )
        try:
            process = spawn(command, _client_env(self._env))
        except OSError as problem:
            raise RuntimeFailed(
                f"cannot run {self.engine.path}: {problem.strerror}", f"reinstall {self.engine.name}"
            ) from problem
        return ContainerSession(process, job, log, Container(self.engine, self.settings, name, plugin_dir))

    def _network_for(self, job: Job, hosts: tuple[str, ...]) -> str:
        """A listing needs no network; a target that is to call back must find the scanner at our address."""
        if job.request is None:
            return "none"
        return self.network(to_this_machine=bool(hosts or job.request.callback))

    def network(self, *, to_this_machine: bool) -> str:
        """The network for a scan; empty: the engine's default.

        On Linux a target on this machine's loopback is reached over its own network; a machine of the engine
        has a name for us instead. An engine without its default network leaves only the host's.
        """
        if self.settings.network:
            return self.settings.network
        if to_this_machine and not self.engine.machine:
            return "host"
        if not self.engine.podman and not self.engine.machine and self._lacks_bridge():
            self._notice(f"{self.engine.name} has no bridge network: the container uses this machine's")
            return "host"
        return ""

    def _lacks_bridge(self) -> bool:
        answer = self.engine.call("network", "inspect", "bridge")
        return not answer.ok and ("not found" in answer.err or "No such network" in answer.err)


class ContainerSession(RunnerProcess):
    """The child process is the engine's client; the runner is signalled through the engine."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job, log: Log, container: Container) -> None:
        super().__init__(process, job, log)
        self.container = container.name
        self._engine = container.engine
        self._settings = container.settings
        self._plugin_dir = container.plugin_dir
        self._began = int(time.time())
        self._ending: list[threading.Thread] = []

    def events(self) -> Iterator[Event]:
        """As they come; a plugin of the user's own is where it lies on this machine."""
        for event in super().events():
            yield self._on_this_machine(event) if isinstance(event, Catalogue) else event

    def stop(self) -> None:
        """SIGTERM to the runner, and the end of the container after the grace time."""
        if not self._ending:
            self._in_background(self._stop)

    def kill(self) -> None:
        """The end of the container, now."""
        self._in_background(self._remove)

    def close(self) -> None:
        """Close the lifeline, wait for the client, and leave no container behind."""
        self._close_lifeline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS + EXIT_SECONDS if self._ending else EXIT_SECONDS)
        self._remove()
        try:
            self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:  # the engine hangs: the client is all that we can end
            self._process.kill()
            self._process.wait()
        for thread in self._ending:
            thread.join()
        self._close_output()

    def _on_this_machine(self, catalogue: Catalogue) -> Catalogue:
        if self._plugin_dir is None:
            return catalogue
        inside = PurePosixPath(EXTERNAL_PLUGIN_DIR)
        plugins = tuple(
            replace(info, source=str(self._plugin_dir / PurePosixPath(info.source).relative_to(inside)))
            if PurePosixPath(info.source).is_relative_to(inside)
            else info
            for info in catalogue.plugins
        )
        return replace(catalogue, plugins=plugins)

    def _in_background(self, work: Callable[[], None]) -> None:
        """In a thread: a signal handler must not wait for the engine."""
        thread = threading.Thread(target=work, daemon=True)
        self._ending.append(thread)
        thread.start()

    def _stop(self) -> None:
        limit = time.monotonic() + GRACE_SECONDS
        asked = False
        while self._process.poll() is None and time.monotonic() < limit:
            if not asked:
                with contextlib.suppress(RuntimeFailed):  # asked again, until the container is removed
                    asked = self._engine.call("kill", "--signal", "TERM", self.container).ok
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(RETRY_SECONDS)
        if self._process.poll() is None:
            self._remove()

    def _remove(self) -> None:
        """`rm --force` is no error where nothing is left."""
        with contextlib.suppress(RuntimeFailed):  # an engine that is gone has no containers to remove
            self._engine.call("rm", "--force", self.container, timeout=REMOVE_SECONDS)

    def _how_it_ended(self) -> RuntimeFailed:
        code = self._process.returncode
        said = "\n".join(self._last_words)
        image = self._settings.image
        if code in {ENGINE_FAILED, *NOT_RUN}:
            return run_trouble(self._engine.name, image, said) or RuntimeFailed(
                f"{self._engine.name} cannot start the container: {last_line(said)}", self._told()
            )
        if code == KILLED:
            return self._how_it_was_killed()
        return RuntimeFailed(f"the scanner's container ended early: exit code {code}", self._told())

    def _how_it_was_killed(self) -> RuntimeFailed:
        if self._out_of_memory():
            limit = show_size(self._settings.memory)
            return RuntimeFailed(
                f"the scanner's container was killed: out of memory, its limit is {limit}",
                "give it more with --memory, or ask less with --concurrency and --max-body",
            )
        return RuntimeFailed(
            "the scanner's container was killed (SIGKILL)",
            "if nobody did, the machine may have run out of memory; the findings so far are in the report",
        )

    def _out_of_memory(self) -> bool:
        """The engine's log of events remembers it after the container is gone."""
        span = ["--since", str(self._began), "--until", str(int(time.time()) + 1)]
        try:
            answer = self._engine.call(
                *("events", *span, "--filter", f"container={self.container}", "--filter", "event=oom"),
                *("--format", "{{.Status}}"),
            )
        except RuntimeFailed:
            return False
        return answer.ok and "oom" in answer.out


def _client_env(env: Mapping[str, str]) -> dict[str, str]:
    """For the engine's client: how it reaches its daemon, but none of our options, which may be secret."""
    return {name: value for name, value in env.items() if not name.startswith("S2N_")}


def new_name() -> str:
    """A name no other container has."""
    return f"s2n-{secrets.token_hex(6)}"
