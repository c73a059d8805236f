"""Cookies in which the client itself says who it is: a user's name, plain, percent-encoded or in base64."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from msgspec import Struct

MIN_NAME = 3
"""Characters of a user's name: shorter ones stand in many values by chance."""

_PRINTABLE = re.compile(r"[\x20-\x7e]{3,4000}")


class NamedCookie(Struct, frozen=True):
    """A cookie that holds the user's name. ``text`` is what ``value`` says, ``altchars`` are its base64's."""

    name: str
    value: str
    user: str
    text: str
    altchars: bytes | None = None

    def write(self, other: str) -> str:
        """The value with another name in it."""
        text = _word(self.user).sub(lambda _: other, self.text)
        if self.altchars is None:
            return quote(text, safe="") if "%" in self.value else text
        coded = base64.b64encode(text.encode(), self.altchars).decode()
        if len(unquote(self.value).strip('"')) % 4:  # whoever wrote it leaves the padding out
            coded = coded.rstrip("=")
        return quote(coded, safe="") if "%" in self.value else coded


def named_cookies(cookies: Mapping[str, str], user: str) -> Iterator[NamedCookie]:
    """The cookies whose readable value holds ``user`` as a word."""
    if len(user) < MIN_NAME:
        return
    for name, value in cookies.items():
        for text, altchars in _readings(value):
            if _word(user).search(text):
                yield NamedCookie(name, value, user, text, altchars)
                break


def _word(user: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(user)}(?![A-Za-z0-9])")


def _readings(value: str) -> Iterator[tuple[str, bytes | None]]:
    """What a value may say, each with the two odd characters of its base64."""
    plain = unquote(value)
    yield plain, None
    bare = plain.strip('"')
    for altchars in (b"+/", b"-_"):
        try:
            text = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
        if _PRINTABLE.fullmatch(text):
            yield text, altchars
