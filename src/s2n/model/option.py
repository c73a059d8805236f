"""How an option is described, where its field is declared."""

from typing import Any, Literal

from msgspec import Meta


def option(
    text: str,
    *flags: str,
    group: str,
    metavar: str = "",
    secret: bool = False,
    hidden: bool = False,
    unit: Literal["", "seconds", "bytes"] = "",
    commas: bool = False,
    **limits: Any,
) -> Meta:
    """Describe an option where its field is declared.

    ``flags`` are its names on the command line, the first long one is the canonical one. ``unit`` lets
    people write ``90s``, ``10m``, ``2h`` or ``512k``, ``8M``. ``secret`` values are masked wherever they
    would be shown. A list with ``commas`` may be written as one text, ``a,b``. ``limits`` are msgspec's
    (``ge``, ``le``, ``pattern`` …).
    """
    extra = {
        "flags": flags,
        "group": group,
        "metavar": metavar,
        "secret": secret,
        "hidden": hidden,
        "unit": unit,
        "commas": commas,
    }
    return Meta(description=text, extra=extra, **limits)
