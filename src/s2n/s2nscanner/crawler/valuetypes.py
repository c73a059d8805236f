"""What kind of values a parameter takes: by the control that asks for it, or by a value that was seen."""

import re
from collections.abc import Iterable

from msgspec import Struct

from s2n.model.site import ValueType
from s2n.s2nscanner.crawler.controls import Control, Form, option_value

MAX_CHOICES = 20
"""More values than these are a list to search in, not a choice between kinds."""

_CHECKED = frozenset({"", "on", "1", "true", "yes", "y"})
"""What a box says that stands for yes or no."""

_BY_CONTROL = {
    "number": ValueType.INTEGER,
    "range": ValueType.INTEGER,
    "date": ValueType.DATE,
    "datetime-local": ValueType.DATE_TIME,
    "email": ValueType.EMAIL,
    "url": ValueType.URL,
    "password": ValueType.PASSWORD,
    "file": ValueType.FILE,
}
_BY_VALUE = (
    (ValueType.BOOLEAN, re.compile(r"true|false")),
    (ValueType.INTEGER, re.compile(r"-?(?:0|[1-9]\d{0,17})")),
    (ValueType.NUMBER, re.compile(r"-?(?:0|[1-9]\d{0,17})\.\d+(?:[eE][+-]?\d{1,3})?")),
    (ValueType.DATE, re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")),
    (
        ValueType.DATE_TIME,
        re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"),
    ),
    (ValueType.UUID, re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    (ValueType.EMAIL, re.compile(r"[^\s@/]+@[^\s@/]+\.[A-Za-z]{2,}")),
    (ValueType.URL, re.compile(r"https?://\S+")),
)
_LITERALS = frozenset({ValueType.BOOLEAN, ValueType.INTEGER, ValueType.NUMBER})


class Hint(Struct, frozen=True):
    """What a form says of one of its parameters; without a type its values tell."""

    type: ValueType | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


def type_of(value: str, *, quoted: bool = False) -> ValueType:
    """The type of a value; one that stands ``quoted`` in JSON is neither number nor truth value."""
    for kind, pattern in _BY_VALUE:
        if pattern.fullmatch(value) and not (quoted and kind in _LITERALS):
            return kind
    return ValueType.STRING


def hints_of(form: Form) -> dict[str, Hint]:
    """What the controls of ``form`` say, by name."""
    by_name: dict[str, list[Control]] = {}
    for control in form.controls:
        if control.name:
            by_name.setdefault(control.name, []).append(control)
    return {name: _hint(controls) for name, controls in by_name.items()}


def _hint(controls: list[Control]) -> Hint:
    required = any("required" in control.attributes for control in controls)
    first = controls[0]
    match first.kind:
        case "select":
            values = [option_value(option) for option in first.options if not option.disabled]
            return _choice(values, required=required)
        case "radio":
            return _choice((control.attributes.get("value", "on") for control in controls), required=required)
        case "checkbox":
            values = [control.attributes.get("value", "on") for control in controls]
            if len(values) == 1 and values[0].lower() in _CHECKED:
                return Hint(ValueType.BOOLEAN, required=required)
            return _choice(values, required=required)
        case "number" | "range" if not first.attributes.get("step", "1").isdigit():
            return Hint(ValueType.NUMBER, required=required)
    return Hint(_BY_CONTROL.get(first.kind), required=required)


def _choice(values: Iterable[str], *, required: bool) -> Hint:
    choices = tuple(dict.fromkeys(value for value in values if value))
    if not 0 < len(choices) <= MAX_CHOICES:
        return Hint(required=required)
    return Hint(ValueType.ENUM, choices, required)
