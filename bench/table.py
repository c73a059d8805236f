"""What a bench module returns, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass


class Unavailable(Exception):
    """A measurement cannot be made here; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Row:
    """One figure. ``bar`` says what it has to reach, in words; ``ok`` is None where there is no bar."""

    name: str
    value: float
    unit: str
    bar: str = ""
    ok: bool | None = None


def bounded(name: str, value: float, unit: str, limit: float) -> Row:
    """A figure that must not exceed ``limit``."""
    return Row(name, value, unit, f"≤ {limit:g} {unit}".rstrip(), value <= limit)


def render(rows: Sequence[Row]) -> str:
    """The rows as a table."""
    verdicts = {True: "ok", False: "MISSED", None: ""}
    cells = [(row.name, f"{row.value:,.4g}", row.unit, row.bar, verdicts[row.ok]) for row in rows]
    cells.insert(0, ("measured", "value", "unit", "bar", ""))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d:<{widths[3]}}  {e}".rstrip()
        for a, b, c, d, e in cells
    )
