"""The browser that a scan would have: asked of the scanner itself, where it would run."""

import subprocess
import sys
from collections.abc import Mapping

from msgspec import Struct

from s2n.cli.runtime.command import run_command
from s2n.cli.runtime.container import ContainerRuntime, new_name
from s2n.cli.runtime.engine import last_line
from s2n.cli.runtime.leftovers import own_labels
from s2n.cli.runtime.local import child_env
from s2n.errors import RuntimeFailed

TRIAL = ("-P", "-m", "s2n.s2nscanner.crawler.browser.trial")
"""The scanner's module that starts the browser, and prints its version or ``none:`` and why."""

TRIAL_SECONDS = 90.0
"""A browser starts within a second or two; the scanner gives it 60."""


class Tried(Struct, frozen=True):
    """The ``version`` of a browser that starts, or why it is ``lacking``."""

    version: str = ""
    lacking: str = ""


def browser_in(runtime: ContainerRuntime) -> Tried:
    """The browser in a container that is started as for a scan.

    Raises:
        RuntimeFailed: there is one, and it does not start there.
    """
    engine, name = runtime.engine, new_name()
    command = run_command(
        engine,
        runtime.settings,
        name,
        network="none",
        labels=own_labels(name),
        entrypoint="python",
        words=TRIAL,
    )
    answer = engine.call(*command[1:], timeout=TRIAL_SECONDS)
    if not answer.ok:
        raise RuntimeFailed(last_line(answer.said), "get the image anew: s2n image pull --browser")
    return _understood(answer.out)


def browser_here(env: Mapping[str, str]) -> Tried:
    """The browser of this machine.

    Raises:
        RuntimeFailed: there is one, and it does not start.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- our own words, no shell
            [sys.executable, *TRIAL],
            env=child_env(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise RuntimeFailed(
            f"the browser does not start within {TRIAL_SECONDS:g} s", "try again when the machine is idle"
        ) from problem
    if done.returncode:
        raise RuntimeFailed(
            last_line(done.stderr), "reinstall Chromium and `pip install --upgrade 's2n[browser]'`"
        )
    return _understood(done.stdout)


def _understood(said: str) -> Tried:
    before, none, why = said.strip().partition("none: ")
    return Tried(lacking=why) if none else Tried(version=before)
