"""No payload of any plugin leaves anything behind, not even where it reaches a real shell by accident."""

import asyncio
import contextlib
import subprocess
from pathlib import Path

import pytest

from s2n.model import Request
from s2n.s2nscanner.engine.discovery import discover
from s2n.s2nscanner.scan_engine import PLUGIN_PACKAGE
from support.site import MemorySender, context, params, point_at

FOUND = discover((), PLUGIN_PACKAGE, None).plugins
ACTIVE = {name: loaded for name, loaded in FOUND.items() if loaded.has("check")}
COMMANDS = {
    "bare": "echo {}",
    "single quotes": "echo '{}'",
    "double quotes": 'echo "{}"',
    "argument": "echo -n x={} y",
}
SECONDS = 0.2
"""A payload that waits has been started by then."""


class Shell:
    """A page that pastes a parameter into a command, run in a folder of its own."""

    def __init__(self, folder: Path, command: str) -> None:
        self._folder = folder
        self._command = command

    def __call__(self, request: Request) -> str:
        line = self._command.replace("{}", params(request).get("q", "").replace("\0", ""))
        ran: subprocess.CompletedProcess[bytes] | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):  # a payload that waits
            ran = subprocess.run(
                ["/bin/sh", "-c", line], cwd=self._folder, capture_output=True, timeout=SECONDS, check=False
            )
        return f"<pre>{ran.stdout.decode('latin-1') if ran else ''}</pre>"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", sorted(ACTIVE))
def test_nothing_is_written_through_a_shell(name: str, command: str, tmp_path: Path) -> None:
    loaded = ACTIVE[name]
    sender = MemorySender(Shell(tmp_path, COMMANDS[command]))

    async def go() -> None:
        ctx = context(sender, loaded.info)
        async for claim in loaded.plugin.check(point_at("http://site.test/?q=tea", "q"), ctx):
            ctx.allow(60)
            if claim.proof is not None:
                await claim.proof.again()

    asyncio.run(go())
    assert list(tmp_path.iterdir()) == []
