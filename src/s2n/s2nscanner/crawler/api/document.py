"""JSON and YAML as their authors write them, with messages that name the line."""

import json
from typing import Any

import yaml

from s2n.errors import UsageError

MAX_CHARACTERS = 32 << 20
"""The largest public descriptions (Microsoft Graph) have about as many."""

HINT = "check the file in an editor that knows the format"

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Loader):  # type: ignore[misc]  # which loader it is depends on how PyYAML was built
    """Knows no dates: ``2026-01-15`` is the text that a request carries."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- PyYAML's own class attribute, set as PyYAML does
        first: [(tag, shape) for tag, shape in known if tag != "tag:yaml.org,2002:timestamp"]
        for first, known in _Loader.yaml_implicit_resolvers.items()
    }


def parse_document(text: str, name: str) -> Any:
    """The value of a JSON or YAML text.

    Raises:
        UsageError: it is neither; the message names ``name`` and the line.
    """
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"{name} is larger than {MAX_CHARACTERS >> 20} MB", "split it")
    if text.lstrip()[:1] in {"{", "["}:
        return parse_json(text, name)
    try:
        return yaml.load(text, _Plain)  # noqa: S506 -- a safe loader, without dates
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {min(mark.line, text.count(chr(10))) + 1}" if mark else ""
        raise UsageError(f"{name}{line}: not YAML: {error.problem or error.context}", HINT) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{name}: not YAML: {error}", HINT) from error
    except RecursionError as error:
        raise UsageError(f"{name}: nested too deeply", HINT) from error


def parse_json(text: str, name: str) -> Any:
    """The value of a JSON text.

    Raises:
        UsageError: it is none; the message names ``name`` and the line.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}, line {error.lineno}: not JSON: {error.msg}", HINT) from error
    except RecursionError as error:
        raise UsageError(f"{name}: nested too deeply", HINT) from error
