"""Is an ASP.NET ViewState protected against changes? The code that protects it follows its last value.

The format is that of ``System.Web.UI.ObjectStateFormatter`` (.NET reference source), version 1.
"""

import base64
import binascii

_MAX_DEPTH = 200
_NOTHING = frozenset({12, 28, 100, 101, 102, 103, 104})
"""Tokens that are the whole value: empty colour and unit, null, "", 0, true, false."""

_FIXED = {1: 2, 3: 1, 4: 1, 6: 8, 7: 8, 8: 4, 9: 4, 27: 12, 31: 1}
"""Bytes of values that are always as long."""

_VALUES = {15: 2, 16: 3}
"""Pairs and triplets."""


class _Unreadable(ValueError):
    """A token that is not known, or the end before the value's."""


def left_over(value: str) -> int | None:
    """Bytes behind the object in a ViewState: 0 if nothing protects it; None if it cannot be read."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    if data[:2] != b"\xff\x01":
        return None
    reader = _Reader(data, 2)
    try:
        reader.skip(0)
    except _Unreadable:
        return None
    return len(data) - reader.at


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def skip(self, depth: int) -> None:
        """Go behind one value."""
        if depth > _MAX_DEPTH:
            raise _Unreadable
        token = self._byte()
        if token in _NOTHING:
            return
        if token in _FIXED:
            self._move(_FIXED[token])
        elif token in {5, 30, 50}:  # a string, one that is remembered, a BinaryFormatter's stream
            self._move(self._number())
        elif token in {2, 10}:
            self._number()
        elif token in _VALUES or token in {22, 23, 24}:
            count = _VALUES.get(token) or self._number() * (1 if token == 22 else 2)
            self._many(count, depth)
        else:
            self._typed(token, depth)

    def _typed(self, token: int, depth: int) -> None:
        if token == 21:
            for _ in range(self._number()):
                self._move(self._number())
            return
        if token not in {11, 20, 25, 40, 60}:
            raise _Unreadable
        self._type()
        if token == 11:
            self._number()
        elif token == 40:
            self._move(self._number())
        elif token == 20:
            self._many(self._number(), depth)
        elif token == 60:
            self._number()
            for _ in range(self._number()):
                self._number()
                self.skip(depth + 1)

    def _type(self) -> None:
        token = self._byte()
        if token == 43:
            self._number()
        elif token in {41, 42}:
            self._move(self._number())
        else:
            raise _Unreadable

    def _many(self, count: int, depth: int) -> None:
        for _ in range(count):
            self.skip(depth + 1)

    def _number(self) -> int:
        """Seven bits a byte, the lowest first."""
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number
            if shift > 35:
                raise _Unreadable

    def _byte(self) -> int:
        self._move(1)
        return self.data[self.at - 1]

    def _move(self, length: int) -> None:
        self.at += length
        if self.at > len(self.data):
            raise _Unreadable
