"""Values that the target hands out, by name: the id of what was created serves where an id is wanted."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.api.operation import Operation, segment

MAX_LEAVES = 1000
MAX_LENGTH = 200
_BLANK = re.compile(r"\{([^{}/]+)\}")
_VERSION = re.compile(r"v\d+(?:\.\d+)*|api|rest", re.IGNORECASE)


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Creating before reading, collections before their members; else as they came."""
    return sorted(
        operations,
        key=lambda operation: (len(_BLANK.findall(operation.template)), operation.request.method != "POST"),
    )


class Harvest:
    """Values by name; the first one known of a name is kept, what was created comes first."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def learn(self, operation: Operation, response: Response) -> None:
        """Take in an answer, and what was sent to get it, if it was a success."""
        if not 200 <= response.status < 300:
            return
        noun = _noun(operation.template or operation.request.path)
        for source in (response.body, operation.request.body):
            for number, (names, value) in enumerate(_leaves(_decoded(source, operation.request), noun)):
                if number >= MAX_LEAVES:
                    break
                for name in names:
                    self._values.setdefault(name, value)

    def fill(self, operation: Operation, *, named: bool = False) -> Operation:
        """``operation`` with values the target knows, where its own were made up.

        ``named``: also in place of those that the description names as an example.
        """
        found: dict[str, str] = {}
        for name in operation.values if named else operation.guessed:
            plain = _plain(name)
            before = operation.template.partition(f"{{{name}}}")[0]
            for key in (f"{_noun(before)}{plain}", plain):
                if key in self._values and (key != plain or plain not in {"id", "uuid", "name"}):
                    found[name] = segment(self._values[key])
                    break
        return operation.filled(found) if found else operation


def _decoded(body: bytes, request: Request) -> Any:
    if not body:
        return None
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        if "urlencoded" in (request.header("content-type") or "") and body is request.body:
            return dict(parse_qsl(body.decode("latin-1")))
        return None


def _leaves(value: Any, noun: str, depth: int = 0) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text and number, with the names it answers to: ``id`` of a user is ``id`` and ``userid``."""
    if depth > 10:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                inner = (
                    noun
                    if _plain(key) in {"data", "result", "results", "items", "content"}
                    else _singular(key)
                )
                yield from _leaves(item, inner, depth + 1)
            elif isinstance(item, (str, int, float)) and not isinstance(item, bool):
                text = str(item)
                plain = _plain(key).lstrip("_")
                if text and len(text) <= MAX_LENGTH:
                    yield (f"{noun}{plain}", plain), text
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _leaves(item, noun, depth + 1)


def _noun(path: str) -> str:
    """What a path is about: its last fixed segment, in the singular."""
    fixed = [part for part in path.split("/") if part and "{" not in part and not _VERSION.fullmatch(part)]
    return _singular(fixed[-1]) if fixed else ""


def _singular(word: str) -> str:
    plain = _plain(word)
    if plain.endswith("ies") and len(plain) > 4:
        return f"{plain[:-3]}y"
    if plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
