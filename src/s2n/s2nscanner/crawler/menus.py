"""Menus: forms that lead to another page for each option of their list ("go to …").

One answer says little: the first option may be a heading. A few, from all over the list, are tried, and where
two of them lead to two pages, all are.
"""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

from s2n.s2nscanner.crawler.danger import endangers
from s2n.s2nscanner.crawler.forms import Form, option_value
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import identity
from s2n.s2nscanner.http.points import inject, points_of
from s2n.s2nscanner.http.urls import Base

MIN_OPTIONS = 3
MAX_OPTIONS = 300
SAMPLE = 4
MAX_MENUS = 100
MAX_ALIKE = 2
"""Forms with one and the same list that are tried: the menu at the top of all pages is one."""


class _Menu(Struct):
    """A list: its form's first request, what its further options would send, and where they led."""

    first: Entry
    name: str
    waiting: list[str]
    places: set[str] = field(default_factory=set)
    sampled: bool = False


class Menus:
    """Remembers forms with a list until they are answered."""

    def __init__(self) -> None:
        self._menus: dict[int, _Menu] = {}
        self._alike: Counter[int] = Counter()

    def keep(self, entry: Entry, form: Form | None) -> None:
        """Remember that ``entry`` sends ``form``; of several lists the longest counts."""
        lists = [each for each in form.controls if each.kind == "select" and each.name] if form else []
        longest = max(lists, key=lambda each: len(each.options), default=None)
        if longest is None or len(longest.options) < MIN_OPTIONS or len(self._alike) >= MAX_MENUS:
            return
        safe = (each for each in longest.options if not each.disabled and not endangers(each.text))
        values = list(dict.fromkeys(map(option_value, safe)))[:MAX_OPTIONS]
        alike = hash((longest.name, *values))
        if self._alike[alike] < MAX_ALIKE:
            self._alike[alike] += 1
            self._menus[_key(entry)] = _Menu(entry, longest.name, values)

    def follow(self, entry: Entry, redirect: str) -> list[Entry]:
        """What else to send where ``entry`` was answered with ``redirect``: some options, all or none."""
        menu = self._menus.get(_key(entry))
        if menu is None:
            return []
        place = _place(Base(entry.url).join(redirect) or entry.url)
        if place not in {_place(entry.url), _place(menu.first.page)}:
            menu.places.add(place)
        if len(menu.places) > 1:
            chosen = menu.waiting
        elif not menu.sampled:
            menu.sampled = True
            chosen = menu.waiting[1 :: max(1, len(menu.waiting) // SAMPLE)][: SAMPLE + 1]
        else:
            return []
        out = list(self._entries(menu, chosen))
        menu.waiting = [value for value in menu.waiting if value not in chosen]
        return out

    def _entries(self, menu: _Menu, values: list[str]) -> Iterator[Entry]:
        points = [each for each in points_of(menu.first.request) if each.name == menu.name]
        for value in values if points else ():
            request = inject(points[0], value)
            entry = menu.first._replace(url=request.url, body=request.body)
            self._menus[_key(entry)] = menu
            yield entry


def _key(entry: Entry) -> int:
    return identity(entry.url, entry.method, entry.body)


def _place(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
