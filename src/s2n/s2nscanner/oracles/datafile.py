"""What detections look for, where it is a list: a TOML file beside the module."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


@cache
def entries(module: str, kind: type[T]) -> tuple[T, ...]:
    """The entries of the data file beside ``module`` (its ``__file__``): an array of tables, of any name.

    Raises:
        msgspec.ValidationError: an entry is not of this kind.
        ValueError: the file has more than one array.
    """
    content = Path(module).with_suffix(".toml").read_bytes()
    shape = dict[str, tuple[kind, ...]]  # type: ignore[valid-type]  # known when called
    (found,) = msgspec.toml.decode(content, type=shape).values()
    return found
