"""Options from a config file and from ``S2N_*`` variables."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from s2n.errors import ConfigError
from s2n.options.fields import Option
from s2n.options.values import Given

DEFAULT_FILES = ("s2n.toml", "s2n.yaml", "s2n.yml")


def from_variables(options: Sequence[Option], env: Mapping[str, str]) -> dict[str, Given]:
    """What ``S2N_MAX_PAGES`` and the like say, by field name.

    An option answers to its flags' names and to its field's; the canonical flag's wins.
    """
    given: dict[str, Given] = {}
    for option in options:
        for name in (f"S2N_{name.upper()}" for name in option.names):
            if env.get(name):
                given[option.name] = Given(env[name], name, by_line=True, error=ConfigError)
                break
    return given


def config_path(named: str, cwd: Path) -> Path | None:
    """The config file: the one that was named, or the first default that is there."""
    if named:
        return cwd / Path(named).expanduser()
    return next((cwd / name for name in DEFAULT_FILES if (cwd / name).is_file()), None)


def from_file(options: Sequence[Option], path: Path) -> dict[str, Given]:
    """What a config file says, by field name. Keys are flags without dashes, or field names.

    Raises:
        ConfigError: unreadable, not TOML or YAML, or a key nobody knows; says in which line.
    """
    text = _read(path)
    if path.suffix == ".toml":
        table, lines = _toml(text, path)
    elif path.suffix in {".yaml", ".yml"}:
        table, lines = _yaml(text, path)
    else:
        raise ConfigError(f"{path.name}: neither TOML nor YAML by its name", "call it .toml, .yaml or .yml")
    known = {name: option for option in options for name in option.names if option.name != "config"}
    given: dict[str, Given] = {}
    for key, raw in table.items():
        option = known.get(str(key).replace("-", "_"))
        where = f"{path.name}, line {lines.get(key, 1)}"
        if option is None:
            near = difflib.get_close_matches(str(key).replace("-", "_"), known, n=1)
            remedy = f"did you mean {near[0]}?" if near else "docs/cli.md lists every key"
            raise ConfigError(f"{where}: unknown key {key!r}", remedy)
        if option.name in given:
            raise ConfigError(f"{where}: {key} is set a second time", "keep one of the two")
        given[option.name] = Given(raw, f"{where}: {key}", textual=False, error=ConfigError)
    return given


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise ConfigError(
            f"cannot read the config file {path}: {problem.strerror}", "check the path and its permissions"
        ) from problem
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise ConfigError(f"{path.name}, line {line}: not UTF-8 text", "save the file as UTF-8") from problem


def _toml(text: str, path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"line (\d+)", str(problem))
        line = int(place[1]) if place else text.count("\n") + 1
        what = re.sub(r" \(at .*\)$", "", str(problem))
        raise ConfigError(f"{path.name}, line {line}: not TOML: {what}", "mend that line") from problem
    lines = {}
    for key in table:
        match = re.search(rf"""^[ \t\[]*["']?{re.escape(key)}["']?[ \t]*[=.\]]""", text, re.MULTILINE)
        lines[key] = text.count("\n", 0, match.start()) + 1 if match else 1
    return table, lines


def _yaml(text: str, path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        table = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(problem, "problem", None) or "unreadable"
        raise ConfigError(f"{path.name}, line {line}: not YAML: {what}", "mend that line") from problem
    if root is None:
        return {}, {}
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{path.name}, line 1: expected `key: value` lines", "docs/cli.md lists every key")
    lines: dict[str, int] = {}
    for key, _ in root.value:
        line = key.start_mark.line + 1
        if key.value in lines:
            raise ConfigError(
                f"{path.name}, line {line}: {key.value} is set a second time", "keep one of the two"
            )
        lines[key.value] = line
    return table, lines
