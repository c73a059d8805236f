"""Times and sizes as people write them: ``90s``, ``10m``, ``1.5h``; ``512k``, ``8M``."""

import re
from typing import Never

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)")
_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {
    "": 1,
    "b": 1,
    "k": 1 << 10,
    "kb": 1 << 10,
    "m": 1 << 20,
    "mb": 1 << 20,
    "g": 1 << 30,
    "gb": 1 << 30,
}


def seconds(text: str) -> float:
    """``90``, ``90s``, ``10m``, ``2h`` in seconds.

    Raises:
        ValueError: not a time.
    """
    number, unit = _split(text)
    return float(number) * _SECONDS[unit] if unit in _SECONDS else _refuse(text)


def size(text: str) -> int:
    """``4096``, ``512k``, ``8M`` in bytes; k, M and G are powers of 1024.

    Raises:
        ValueError: not a size.
    """
    number, unit = _split(text)
    return int(float(number) * _BYTES[unit]) if unit in _BYTES else _refuse(text)


def show_seconds(value: float) -> str:
    """The shortest way to write a time: ``2m`` for 120.0."""
    for unit, factor in (("h", 3600), ("m", 60)):
        if value >= factor and value % factor == 0:
            return f"{value / factor:g}{unit}"
    return f"{value:g}s" if value else "0"


def show_size(value: int) -> str:
    """The shortest way to write a size: ``8M`` for 8388608."""
    for unit, shift in (("G", 30), ("M", 20), ("k", 10)):
        if value >= 1 << shift and value % (1 << shift) == 0:
            return f"{value >> shift}{unit}"
    return str(value)


def _split(text: str) -> tuple[str, str]:
    match = _NUMBER.fullmatch(text.strip())
    return (match[1], match[2].lower()) if match else _refuse(text)


def _refuse(text: str) -> Never:
    raise ValueError(text)
