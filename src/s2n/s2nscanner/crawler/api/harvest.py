"""Values that the target hands out, by name: the id of what was created serves where an id is wanted."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.api.operation import Operation, segment
from s2n.s2nscanner.crawler.names import leaves, nouns
from s2n.s2nscanner.crawler.seenvalues import MAX_LEAVES, Need, SeenValues

_BLANK = re.compile(r"\{([^{}/]+)\}")


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Creating before reading, collections before their members; else as they came."""
    return sorted(
        operations,
        key=lambda operation: (len(_BLANK.findall(operation.template)), operation.request.method != "POST"),
    )


class Harvest:
    """Values by name; the first one known of a name is kept, what was created comes first."""

    def __init__(self) -> None:
        self._values = SeenValues()

    def learn(self, operation: Operation, response: Response) -> None:
        """Take in an answer, and what was sent to get it, if it was a success."""
        if not 200 <= response.status < 300:
            return
        noun = next(iter(nouns(operation.template or operation.request.path)), "")
        for source in (response.body, operation.request.body):
            for number, (names, value) in enumerate(leaves(_decoded(source, operation.request), noun)):
                if number >= MAX_LEAVES:
                    break
                for name in names:
                    self._values.add(name, value)

    def fill(self, operation: Operation, *, named: bool = False) -> Operation:
        """``operation`` with values the target knows, where its own were made up.

        ``named``: also in place of those that the description names as an example.
        """
        found: dict[str, str] = {}
        for name in operation.values if named else operation.guessed:
            known = self._values.find(Need(name, operation.template.partition(f"{{{name}}}")[0]))
            if known is not None:
                found[name] = segment(known)
        return operation.filled(found) if found else operation


def _decoded(body: bytes, request: Request) -> Any:
    if not body:
        return None
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        if "urlencoded" in (request.header("content-type") or "") and body is request.body:
            return dict(parse_qsl(body.decode("latin-1")))
        return None
