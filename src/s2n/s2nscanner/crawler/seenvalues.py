"""Values that the site itself uses, by name, for fields and blanks that have none of their own."""

import re
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from s2n.model import Response
from s2n.s2nscanner.crawler.names import MAX_LENGTH, is_id, leaves, nouns, plain
from s2n.s2nscanner.crawler.recognise import Variety, variety

MAX_NAMES = 5000
MAX_LEAVES = 1000
"""Values of one answer that are taken in."""

MAX_URL = 2048
"""Characters of a URL that is worth reading: what is longer was not written for people to share."""

MAX_IDS = 20
"""Ids of one path that are taken in."""

_TELLING = re.compile(r"\?|/[^/]*\d")
"""What a reference has that names a value at all: most are let through by this one search."""

_WITH_DIGIT = re.compile(r"(?:^|/)([^/]*\d[^/]*)")
_PRIVATE = re.compile(
    r"pass|pwd|secret|token|csrf|xsrf|session|sid$|nonce|captcha|e-?mail|phone|mobile|card|iban|cvv|otp",
    re.IGNORECASE,
)
"""Values that are good for one person, once, or not s2n's to use."""

_VAGUE = frozenset({"id", "uuid", "guid", "name", "title", "type", "value", "text", "key", "data", "code"})
"""Names that mean nothing without what they are the names of."""

_MADE_UP = frozenset({"1", "s2n"})
"""What s2n writes where it knows nothing: met again in a page, it says nothing of the site."""

_SEGMENT_NAMES = ("id", "uuid", "slug", "name")


class Need(NamedTuple):
    """A value that is wanted: the parameter's name (``""``: a path segment without one), and where it is.

    ``created``: nothing will do but what the crawl has made itself, as it is going to be changed.
    """

    name: str
    path: str
    created: bool = False


class SeenValues:
    """At most `MAX_NAMES` names, each with the first value seen of it; an id just created comes before it."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._created: set[str] = set()

    def add(self, name: str, value: str, *, created: bool = False) -> None:
        """Remember ``value``, unless one of its name is known."""
        renewed = created and name in self._values and name not in self._created
        if renewed or (name not in self._values and not self._full):
            self._values[name] = value
            if created:
                self._created.add(name)

    def find(self, need: Need) -> str | None:
        """A value for ``need``: by what its path is about, else by its name alone."""
        names = (plain(need.name),) if need.name else _SEGMENT_NAMES
        keys = [f"{noun}{name}" for name in names for noun in nouns(need.path)[:2]]
        keys += [name for name in names if need.name and name not in _VAGUE]
        known = self._created if need.created else self._values
        return next((self._values[key] for key in keys if key in known), None)

    @property
    def _full(self) -> bool:
        return len(self._values) >= MAX_NAMES

    def see(self, name: str, value: str, path: str) -> None:
        """Take in that the site uses ``value`` for ``name`` at ``path``."""
        if not value or value in _MADE_UP or len(value) > MAX_LENGTH or _PRIVATE.search(name):
            return
        for noun in nouns(path)[:1]:
            self.add(f"{noun}{plain(name)}", value)
        if plain(name) not in _VAGUE:
            self.add(plain(name), value)

    def see_url(self, url: str, *, created: bool = False) -> None:
        """Take in a URL's parameters and the ids in its path: the 17 of ``/orders/17`` is an ``orderid``."""
        if len(url) > MAX_URL or (self._full and not created) or not _TELLING.search(url):
            return
        rest, _, query = url.partition("#")[0].partition("?")
        path = rest.partition("://")[2].partition("/")[2] if "://" in rest else rest
        for match in islice(_WITH_DIGIT.finditer(path), MAX_IDS):
            for noun in nouns(path[: match.start()])[:1]:
                name, segment = f"{noun}id", match[1]
                known = name in self._values and not created
                if not known and segment not in _MADE_UP and variety(segment) >= Variety.NUMBER:
                    self.add(name, unquote(segment)[:MAX_LENGTH], created=created)
        if query:
            self._see_query(query, _WITH_DIGIT.sub("", path))

    def _see_query(self, query: str, path: str) -> None:
        noun = next(iter(nouns(path)), "")
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            own = plain(name)
            # Pages are full of links with the same parameters.
            if f"{noun}{own}" not in self._values or (own not in _VAGUE and own not in self._values):
                self.see(unquote_plus(name), unquote_plus(value), path)

    def see_data(self, value: Any, path: str, *, created: bool = False) -> None:
        """Take in JSON that was answered at ``path``; ``created``: as the outcome of a creating request."""
        noun = next(iter(nouns(path)), "")
        for number, (names, text) in enumerate(leaves(value, noun)):
            if number >= MAX_LEAVES:
                return
            own = names[-1]
            if text in _MADE_UP or _PRIVATE.search(own):
                continue
            for name in names:
                if name not in _VAGUE:
                    self.add(name, text, created=created and own in {"id", "uuid", "guid"})

    def see_location(self, method: str, response: Response) -> None:
        """Take in where the answer to a request says that things are: after a POST, what it created."""
        location = response.header("location") or response.header("content-location") or ""
        self.see_url(location, created=method == "POST" and response.status < 400)


def wanted(name: str) -> bool:
    """Is a value for ``name`` worth waiting for: does it have to be one that exists?"""
    return is_id(name) and not _PRIVATE.search(name)
