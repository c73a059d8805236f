import pytest

from s2n import __version__
from s2n.cli.version import run
from s2n.errors import UsageError


def test_it_takes_nothing():
    with pytest.raises(UsageError):
        run(["--long"])


def test_the_version(capsys):
    assert run([]) == 0
    assert capsys.readouterr().out == f"s2n {__version__}\n"
