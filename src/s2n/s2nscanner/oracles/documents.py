"""Objects in place of values: how each kind of place holds one, and what MongoDB's operators make of it."""

import json
import re
from collections.abc import Iterator

from msgspec.structs import replace

from s2n.model import Location, Request
from s2n.s2nscanner.http.points import InputPoint, extend_name, inject, points_of, replace_literal
from s2n.s2nscanner.oracles.complaint import Message, holds
from s2n.s2nscanner.oracles.difference import Condition
from s2n.s2nscanner.oracles.probe import Fresh, Probe

_JSON = frozenset({Location.JSON, Location.GRAPHQL})
_NAMED = frozenset({Location.QUERY, Location.FORM})
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_LOGIN = re.compile(r"(?i)user|login|e?mail|account|name|pass|pwd|secret")

_DRIVER = r"(?:\bMongo\w{0,60}(?:Error|Exception)|MongoDB\\Driver\\Exception\\\w+|OperationFailure)"

# What drivers and servers say of an operator or a script that they cannot run. A CastError is none of them:
# it is how Mongoose refuses an object.
_MESSAGES = tuple(
    re.compile(pattern)
    for pattern in (
        r"unknown (?:top level )?operator:? ?'?\$\w+",
        r"Can't use \$\w+",
        r"[Ii]nvalid operator:? ?'?\$\w+",
        rf"{_DRIVER}[^\n<]{{0,80}}(?:SyntaxError|ReferenceError|operator|\$where|regular expression)[^\n<]*",
        r"JSInterpreterFailure|\$where[^\n<]{0,60}(?:SyntaxError|ReferenceError)",
    )
)


_NEEDLES = ("operator", "can't use $", "mongo", "operationfailure", "jsinterpreterfailure", "$where")


def with_object(point: InputPoint, value: str) -> Request:
    """The request with ``value``; an object in the way in which the place can hold one."""
    if not value.startswith("{") or not takes_objects(point):
        return inject(point, value)
    if point.location in _JSON:
        return replace_literal(point, value)
    if point.location is Location.COOKIE:
        return inject(point, f"j:{value}")  # cookie-parser of Express
    return extend_name(point, {f"[{name}]": str(part) for name, part in json.loads(value).items()})


def takes_objects(point: InputPoint) -> bool:
    """Is this a place where an object can stand in for the value?"""
    if point.value.startswith(("{", "[")) or (point.location is Location.QUERY and point.name == "?"):
        return False
    return point.location in _JSON | _NAMED | {Location.COOKIE}


def document_errors(text: str) -> list[Message]:
    """The database's complaints in a page."""
    if not holds(text, _NEEDLES):
        return []
    found = ((kind, pattern.search(text)) for kind, pattern in enumerate(_MESSAGES))
    return [Message("MongoDB", kind, match[0]) for kind, match in found if match]


def same_documents(value: str) -> Iterator[Condition]:
    """Operators that leave the value's own documents; the false ones hold the same words."""
    if _NUMBER.fullmatch(value):
        number = json.loads(value)

        def between(fresh: Fresh, low: str, high: str) -> str:
            return json.dumps({low: number, high: number, "$ne": fresh.number()})

        yield Condition(
            true=lambda fresh: between(fresh, "$gte", "$lte"),
            false=lambda fresh: between(fresh, "$gt", "$lt"),
            broken=lambda fresh: between(fresh, "$gtq", "$ltq"),
        )
    if value:
        yield _pattern(re.escape(value))


def any_document() -> Iterator[Condition]:
    """Operators that take whatever is there, for a value that finds nothing."""
    yield _pattern(".*")
    yield Condition(
        true=lambda fresh: json.dumps({"$ne": fresh.letters()}),
        false=lambda fresh: json.dumps({"$eq": fresh.letters()}),
        broken=lambda fresh: json.dumps({"$qe": fresh.letters()}),
    )


def _pattern(pattern: str) -> Condition:
    """``a|b`` finds what ``a,b`` does not, though any search for words takes them for the same."""

    def regex(form: str, fresh: Fresh) -> str:
        return json.dumps({"$regex": form.replace("F", fresh.letters()).replace("P", pattern)})

    return Condition(
        true=lambda fresh: regex("^(?:F|P)$", fresh),
        false=lambda fresh: regex("^(?:F,P)$", fresh),
        broken=lambda fresh: regex("^(?:F|P$", fresh),
    )


def as_login(probe: Probe) -> Probe | None:
    """The probe with "anything" for a login's other fields, which would refuse whoever is found here."""
    point = probe.point
    request = point.request
    word = json.dumps({"$ne": probe.fresh.letters()})
    for other in points_of(request):
        same = (other.name, other.index) == (point.name, point.index)
        if other.location is point.location and not same and _LOGIN.search(other.name):
            request = with_object(replace(other, request=request), word)
    if request is point.request or not takes_objects(point):
        return None
    moved = replace(point, request=request)
    return probe.writing(lambda value: with_object(moved, value))
