import copy
import inspect
import pickle
import re

import pytest

from s2n import errors
from s2n.errors import NetworkError, S2nError

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == errors.__name__
]


def drawn() -> dict[str, tuple[str, str]]:
    """Name → (parent, exit code or nothing), read from the tree in the module's docstring."""
    tree: dict[str, tuple[str, str]] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    ((?:│   |    |├── |└── )*)(\w+)\s*(\d|–)?", line)
        if match is None:
            continue
        depth = len(match[1]) // 4
        del above[depth:]
        tree[match[2]] = (above[-1] if above else "Exception", match[3] or "")
        above.append(match[2])
    return tree


def test_the_tree_in_the_docstring_is_the_real_one() -> None:
    assert {name: parent for name, (parent, _) in drawn().items()} == {
        kind.__name__: kind.__base__.__name__ for kind in KINDS
    }


def test_the_exit_codes_in_the_docstring_are_the_real_ones() -> None:
    codes = {name: code for name, (_, code) in drawn().items()}
    for kind in KINDS:
        if issubclass(kind, NetworkError):
            assert codes[kind.__name__] in {"", "–"}
        else:
            assert codes[kind.__name__] == str(kind.exit_code), kind


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling_with_its_remedy(kind: type[S2nError]) -> None:
    error = kind("what happened", "what to do")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is kind
        assert (str(twin), twin.remedy, twin.exit_code) == ("what happened", "what to do", kind.exit_code)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_it_is(kind: type[S2nError]) -> None:
    assert inspect.getdoc(kind)
    assert kind("x").remedy == ""
    assert kind.exit_code in {2, 3, 4}


def test_the_exit_codes_are_those_of_the_design() -> None:
    assert (
        errors.EXIT_OK,
        errors.EXIT_FINDINGS,
        errors.EXIT_USAGE,
        errors.EXIT_NOT_TESTED,
        errors.EXIT_RUNTIME,
        errors.EXIT_INTERRUPTED,
    ) == (0, 1, 2, 3, 4, 130)
