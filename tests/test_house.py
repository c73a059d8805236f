"""The rules of the house that no linter knows: see CONTRIBUTING."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "s2n"
TESTS = ROOT / "tests"

TESTED_ELSEWHERE = {
    "__init__.py": "test_public.py",
    "report/__init__.py": "report/test_render.py",
    "cli/runtime/__init__.py": "cli/runtime/test_runtimes.py",
    "lab/__main__.py": "lab/test_main.py",
    "s2nscanner/plugins/file_upload/__init__.py": "s2nscanner/plugins/test_file_upload.py",
}
"""``__init__`` and ``__main__`` say nothing of what they hold; their tests are named after it."""

LONGEST = 400
"""Lines; what is longer holds two ideas."""


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def has_behaviour(path: Path) -> bool:
    """Does it define what a function does? Values, tables, protocols and re-exports have nothing to fail."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return any(not all(map(_says_nothing, function.body)) for function in functions)


def _says_nothing(line: ast.stmt) -> bool:
    """A docstring, or the dots of a protocol."""
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def mirror(path: Path) -> Path:
    own = name(path)
    if own in TESTED_ELSEWHERE:
        return TESTS / TESTED_ELSEWHERE[own]
    return TESTS / Path(own).parent / f"test_{path.stem}.py"


def test_every_source_with_behaviour_has_its_test() -> None:
    missing = [name(path) for path in sources() if has_behaviour(path) and not mirror(path).is_file()]
    assert missing == []


def test_the_exceptions_are_real() -> None:
    for source, test in TESTED_ELSEWHERE.items():
        assert (SOURCE / source).is_file()
        assert has_behaviour(SOURCE / source)
        assert (TESTS / test).is_file()


def test_no_source_is_too_long() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


_NOQA = re.compile(r"# (?:ruff: )?noqa(?P<codes>: [A-Z0-9, ]+)?(?P<why>.*)")
_IGNORE = re.compile(r"# type: ignore(?P<codes>\[[a-z, -]+\])?(?P<why>.*)")


def exceptions(text: str) -> list[str]:
    """The lint exceptions of a file that name no rule or give no reason."""
    bad = []
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, reason in ((_NOQA, r"\s*-- \S.+"), (_IGNORE, r"\s*# \S.+")):
            match = pattern.search(line)
            if match and (match["codes"] is None or not re.fullmatch(reason, match["why"])):
                bad.append(f"{number}: {line.strip()}")
    return bad


def test_every_lint_exception_names_its_rule_and_gives_its_reason() -> None:
    bad = [f"{name(path)}:{line}" for path in sources() for line in exceptions(path.read_text("utf-8"))]
    assert bad == []


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("x = 1", True),
        ("x()  # noqa: S101 -- a reason", True),
        ("x()  # noqa: S101, E501 -- a reason", True),
        ("x()  # type: ignore[misc]  # a reason", True),
        ("x()  # noqa: S101", False),
        ("x()  # noqa", False),
        ("x()  # noqa -- a reason", False),
        ("x()  # type: ignore[misc]", False),
        ("x()  # type: ignore", False),
        ("# ruff: noqa: D100", False),
    ],
)
def test_the_check_sees_what_it_is_to_see(line: str, good: bool) -> None:
    assert (exceptions(line) == []) is good
