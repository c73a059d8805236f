"""What one way of the browser's maze is made of."""

from collections.abc import Mapping
from typing import NamedTuple


class Hidden(NamedTuple):
    """A part of a page, and the request that its script makes for the endpoint ``hidden('LEAF')``.

    ``sends``: what the query or the body must hold (a regular expression). ``header``: name and a part of the
    value of a header that must be there. ``serves``: documents of the way, name → media type and body; in
    these ``GOAL`` is the endpoint's path.
    """

    markup: str
    script: str
    method: str = "GET"
    sends: str = ""
    header: tuple[str, str] = ("", "")
    serves: Mapping[str, tuple[str, str]] = {}


Ways = dict[str, Hidden]
"""Name of the way → what it is made of."""
