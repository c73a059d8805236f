import os
import subprocess
import sys
from pathlib import Path

import pytest

from s2n import __version__, errors
from s2n.cli import main as host
from s2n.cli.main import ALIASES, COMMANDS, main


def test_help_is_plain_and_names_every_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)
    assert not any(alias in out for alias in ALIASES)


def test_help_imports_next_to_nothing():
    code = "import sys; from s2n.cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stderr.split())
    assert loaded & {"argparse", "typing", "msgspec", "rich", "asyncio", "json", "re", "s2n.errors"} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name, capsys):
    assert main([name, "--help"]) == 0
    assert f"usage: s2n {name}" in capsys.readouterr().out


def test_without_a_command_the_help_is_shown_as_an_error(capsys):
    assert main([]) == 2
    assert "commands:" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["scna"], ["frobnicate"], ["--verbos"]])
def test_an_unknown_command(words, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"s2n: error: unknown command '{words[0]}'\n  → ")


def test_version_flag(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"s2n {__version__}\n"


def test_the_codes_are_those_of_the_errors():
    assert (host.EXIT_USAGE, host.EXIT_UNEXPECTED, host.EXIT_INTERRUPTED) == (
        errors.EXIT_USAGE,
        errors.EXIT_RUNTIME,
        errors.EXIT_INTERRUPTED,
    )


def raising(monkeypatch, error):
    def run(argv):
        raise error

    monkeypatch.setattr("s2n.cli.version.run", run)


def test_an_error_is_explained_without_a_traceback(monkeypatch, capsys):
    raising(monkeypatch, errors.Unreachable("nobody home", "ring again"))
    assert main(["version"]) == 3
    assert capsys.readouterr().err == "s2n: error: nobody home\n  → ring again\n"


def test_the_unexpected_says_where_to_report_it(monkeypatch, capsys):
    raising(monkeypatch, KeyError("lost"))
    assert main(["version"]) == 4
    err = capsys.readouterr().err
    assert "KeyError: 'lost'" in err
    assert "issues" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["version", "-vv"], ["version", "-v", "--verbose"]])
def test_who_wants_everything_gets_the_traceback(monkeypatch, capsys, words):
    raising(monkeypatch, KeyError("lost"))
    assert main(words) == 4
    assert "Traceback" in capsys.readouterr().err


def test_developers_get_the_traceback(monkeypatch, capsys):
    monkeypatch.setenv("APP_ENV", "dev")
    raising(monkeypatch, errors.UsageError("bad"))
    assert main(["version"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c(monkeypatch):
    raising(monkeypatch, KeyboardInterrupt())
    assert main(["version"]) == 130


@pytest.mark.parametrize(
    ("words", "code"), [(["completion", "bash"], 141), (["--help"], 141), (["scan", "--help"], 0)]
)
def test_a_reader_that_goes_away_is_no_error(words, code):
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-m", "s2n", *words], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert ran.returncode == code
    assert ran.stderr == b""


def test_a_full_standard_output_is_explained():
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "s2n", "version"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 2
    assert b"cannot write standard output: No space left" in ran.stderr
    assert b"Traceback" not in ran.stderr
