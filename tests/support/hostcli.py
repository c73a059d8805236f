"""The command line as a process of its own, with its runtime in a real engine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from support.container_engine import Engine

PLUGIN = """
from s2n.s2nscanner.sdk import PluginInfo, Severity, report

class Plugin:
    info = PluginInfo(id="custom_scan", title="The word", severity=Severity.LOW, kind="passive")

    def inspect(self, exchange):
        if b"hello" in exchange.response.body:
            yield report(exchange, "it says hello")
"""

AS_ANOTHER_USER = """
import os, pkgutil, sys
import encodings.idna, importlib, sqlite3
import s2n.cli, s2n.report, s2n.store
for package in (s2n.cli, s2n.report, s2n.store):  # this interpreter may lie where only root reads
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
os.setgroups(groups)
os.setgid(user)
os.setuid(user)
from s2n.cli.main import main
sys.exit(main())
"""


async def endless(request):
    """A site without an end: each page says hello and links ten more."""
    import asyncio

    await asyncio.sleep(0.02)
    here = request.target.rstrip("/")
    return "hello" + "".join(f'<a href="{here}/{n}">more</a>' for n in range(10))


class Host:
    """``s2n`` as somebody calls it from ``folder``, with the image of the test and nothing else around it."""

    def __init__(self, engine: Engine, image: str, folder: Path) -> None:
        self.engine = engine
        self.image = image
        self.folder = folder
        name = "podman" if engine.is_podman else "docker"
        home = folder / "home"
        (home / "docker").mkdir(parents=True, exist_ok=True)
        (home / "docker" / "config.json").write_text("{}")  # podman wants it where DOCKER_CONFIG is set
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("S2N_")} | {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "DOCKER_CONFIG": str(home / "docker"),
            "PATH": f"{Path(engine.path).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "S2N_RUNTIME": name,
            "S2N_IMAGE": image,
        }

    def plugin(self, text: str = PLUGIN, name: str = "custom_scan") -> Path:
        """Put a plugin into the folder that s2n looks into by itself."""
        plugins = self.folder / "s2n-plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / f"{name}.py").write_text(text)
        return plugins

    def start(
        self,
        *words: str,
        env: Mapping[str, str] | None = None,
        as_user: int = 0,
        groups: Sequence[int] = (),
    ) -> subprocess.Popen[str]:
        """Call it; ``as_user``, with these groups, if the test's own user is root."""
        program = ["-m", "s2n"]
        if as_user:
            program = ["-c", f"user, groups = {as_user}, {list(groups)}\n{AS_ANOTHER_USER}"]
        return subprocess.Popen(
            [sys.executable, "-P", *program, *words],
            cwd=self.folder,
            env=self.env | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, code: int, **options: Any) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, f"{process.returncode}: {out}{err}"
        assert "Traceback" not in err
        return subprocess.CompletedProcess(words, code, out, err)

    def report(self, name: str = "out.json") -> Any:
        return json.loads((self.folder / name).read_text())

    def containers(self, process: subprocess.Popen[str]) -> list[str]:
        """The containers that ``process`` started, running or not."""
        label = f"label=io.s2n.host-pid={process.pid}"
        return self.engine.text("ps", "--all", "--quiet", "--filter", label).split()

    def scanning(
        self, url: str, *words: str, until: str = "The word", **options: Any
    ) -> subprocess.Popen[str]:
        """A scan that lasts, once it says ``until``: as a rule, its first finding."""
        if not (self.folder / "s2n-plugins").exists():
            self.plugin()
        usual = ("-p", "custom_scan", "--concurrency", "1", "--no-store", "-o", "out.json")
        process = self.start("scan", "-u", url, *usual, *words, **options)
        assert process.stderr is not None
        seen = []
        for line in process.stderr:
            seen.append(line)
            if until in line:
                return process
        raise AssertionError(f"no finding was shown, exit code {process.wait()}: {''.join(seen)}")


def eventually(true: Callable[[], object], seconds: float = 30) -> bool:
    """Whether it becomes true in time: the engine works in processes we cannot wait for."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.1)
    return False
