import sys
from pathlib import Path

import pytest

from s2n.cli.runtime import local
from support import standin_runner

STANDIN = (sys.executable, "-P", standin_runner.__file__)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the current one and as everybody's home; no S2N_ variable from outside."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("S2N_URL", "S2N_PLUGIN_DIR", "S2N_CONFIG", "APP_ENV"):
        monkeypatch.delenv(name, raising=False)
    # No test of the host's own behaviour may depend on an engine; tests/containers has those that want one.
    monkeypatch.setenv("S2N_RUNTIME", "local")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> str:
    """The stand-in runner is started instead of the real one; returns the URL that scenes hang on."""
    monkeypatch.setattr(local, "COMMAND", STANDIN)
    return "http://standin.test"
