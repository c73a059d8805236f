"""An option, read from the field that defines it; every way to give one starts here."""

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from s2n.options.units import show_seconds, show_size

Kind = Literal["flag", "count", "list", "choice", "value"]


class Option(Struct, frozen=True, kw_only=True):
    """One option. ``type`` is what `msgspec.convert` takes; ``name`` is the field's.

    ``flags`` are as written on the command line, ``flag`` is the canonical one.
    """

    name: str
    type: Any
    kind: Kind
    help: str
    flags: tuple[str, ...]
    group: str
    default: Any
    required: bool = False
    metavar: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    hidden: bool = False
    unit: str = ""
    commas: bool = False
    expects: str = "text"

    @property
    def flag(self) -> str:
        """The canonical name on the command line: the first long one."""
        return next((flag for flag in self.flags if flag.startswith("--")), self.flags[0])

    @property
    def names(self) -> tuple[str, ...]:
        """The names it has in a config file and, in upper case, after ``S2N_``: the flag's, the field's."""
        long = (flag[2:].replace("-", "_") for flag in (self.flag, *self.flags) if flag.startswith("--"))
        return tuple(dict.fromkeys((*long, self.name)))

    @property
    def shown_default(self) -> str:
        """The default as a person would write it; empty when there is nothing to show."""
        if self.required or self.default in (None, "", (), False):
            return ""
        if self.unit == "seconds":
            return show_seconds(self.default)
        if self.unit == "bytes":
            return show_size(self.default)
        if self.kind == "flag":
            return "yes"
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)


def options_of(owner: type[Struct]) -> Iterator[Option]:
    """The options that the fields of ``owner`` define, in their order."""
    for field in msgspec.structs.fields(owner):
        bare, meta = get_args(field.type)
        extra: dict[str, Any] = meta.extra
        kind, choices = _kind(bare, extra["metavar"])
        yield Option(
            name=field.name,
            type=field.type,
            kind=kind,
            help=meta.description or "",
            flags=extra["flags"],
            group=extra["group"],
            default=None if field.default is NODEFAULT else field.default,
            required=field.required,
            metavar=extra["metavar"],
            choices=choices,
            secret=extra["secret"],
            hidden=extra["hidden"],
            unit=extra["unit"],
            commas=extra["commas"],
            expects=_expects(bare, choices, meta, extra["unit"]),
        )


def _kind(bare: Any, metavar: str) -> tuple[Kind, tuple[str, ...]]:
    """How it is given, and from what. A whole number without a metavar is counted: ``-vv``."""
    origin = get_origin(bare)
    if origin in (Union, types.UnionType):
        bare = next(part for part in get_args(bare) if part is not type(None))
        origin = get_origin(bare)
    if origin is Literal:
        return "choice", get_args(bare)
    if origin is tuple:
        return "list", ()
    if bare is bool:
        return "flag", ()
    return ("count" if bare is int and not metavar else "value"), ()


def _expects(bare: Any, choices: tuple[str, ...], meta: Meta, unit: str) -> str:
    """What a value must be, in words, for messages."""
    if choices:
        return f"one of {', '.join(choices)}"
    words = {
        "seconds": "a time such as 90s, 10m or 2h",
        "bytes": "a size such as 512k or 8M",
    }.get(unit) or {int: "a whole number", float: "a number", bool: "true or false"}.get(
        bare, "a list of texts" if get_origin(bare) is tuple else "text"
    )
    limits = (("at least", meta.ge), ("above", meta.gt), ("at most", meta.le), ("below", meta.lt))
    bounds = [f"{word} {_bound(value, unit)}" for word, value in limits if value is not None]
    return f"{words}, {' and '.join(bounds)}" if bounds else words


def _bound(value: float, unit: str) -> str:
    return show_size(int(value)) if unit == "bytes" else f"{value:g}"
