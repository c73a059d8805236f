"""The public names of the package, ``src/s2n/__init__.py``."""

import subprocess
import sys

import pytest

import s2n


def test_every_public_name_is_there_and_is_what_it_says() -> None:
    for name in s2n.__all__:
        assert getattr(s2n, name) is not None
    assert s2n.ScanConfig is s2n.ScanRequest
    assert dir(s2n) == sorted(s2n.__all__)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Sacnner'"):
        s2n.Sacnner  # noqa: B018 -- reading it is the test


def test_importing_the_package_loads_nothing_else_of_it() -> None:
    code = "import sys, s2n; print([m for m in sys.modules if m.startswith('s2n.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
