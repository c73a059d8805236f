"""Serialised objects: which language wrote a value, and how it is encoded."""

import base64
import binascii
import gzip
import json
import pickletools
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

Kind = Literal["java", "php", "python", "dotnet", "ruby", "json", "yaml"]

MAX_VALUE = 1 << 16
"""Longer values are not looked into."""

_PHP = re.compile(
    rb'(?:a:\d{1,6}:\{.*\}|[OC]:\d{1,4}:"[\w\\]+":\d{1,6}:\{.*\}|s:\d{1,6}:".*";)\s*\Z', re.DOTALL
)
_PICKLE_0 = re.compile(rb"(?:\(|c[\w.]+\n|\}q|\]q).*\.\Z", re.DOTALL)
_YAML = re.compile(r"---\s|(?:[\w-]+:[ \t]+\S[^\n]*\n)+|[\w-]+:[ \t]+!|!ruby/|!!\w", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_NRBF = b"\x00\x01\x00\x00\x00\xff\xff\xff\xff"


class Serialized(Struct, frozen=True):
    """A value that is a serialised object: the bytes, and how to write other bytes in the same encoding."""

    kind: Kind
    data: bytes
    encoding: str
    encode: Callable[[bytes], str]

    @property
    def text(self) -> str:
        """The bytes as text."""
        return self.data.decode("utf-8", "replace")


def recognise(value: str) -> Serialized | None:
    """What ``value`` holds; None if it is no serialised object."""
    if not 4 <= len(value) <= MAX_VALUE:
        return None
    for encoding, data, encode in _decodings(value):
        kind = kind_of(data, plain=encoding == "plain")
        if kind is not None:
            return Serialized(kind, data, encoding, encode)
    return None


def kind_of(data: bytes, *, plain: bool = False) -> Kind | None:
    """The language of a stream by how it begins and ends. ``plain``: it stood in the value as it is."""
    if data.startswith(b"\xac\xed\x00\x05"):
        return "java"
    if data.startswith(_NRBF):
        return "dotnet"
    if data.startswith(b"\x04\x08") and len(data) > 3:
        return "ruby"
    if _PHP.match(data):
        return "php"
    if _is_pickle(data):
        return "python"
    return _textual(data, plain=plain)


def _textual(data: bytes, *, plain: bool) -> Kind | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if text.startswith("{") and isinstance(_json(text), dict):
        return "json"
    printable = text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    return "yaml" if printable and (plain or "\n" in text) and _YAML.match(text) else None


def _decodings(value: str) -> Iterator[tuple[str, bytes, Callable[[bytes], str]]]:
    yield "plain", value.encode("utf-8", "surrogatepass"), lambda data: data.decode("latin-1")
    if _HEX.fullmatch(value):
        yield "hex", bytes.fromhex(value), bytes.hex
    if not _BASE64.fullmatch(value):
        return
    web = "-" in value or "_" in value
    padded = value.endswith("=") or len(value) % 4 == 0
    try:
        data = base64.b64decode(value + "=" * (-len(value) % 4), b"-_" if web else b"+/", validate=True)
    except (binascii.Error, ValueError):
        return

    def encode(data: bytes) -> str:
        text = base64.b64encode(data, b"-_" if web else b"+/").decode()
        return text if padded else text.rstrip("=")

    yield "base64", data, encode
    if data.startswith(b"\x1f\x8b"):
        yield "gzip in base64", _inflated(data, 31), lambda data: encode(gzip.compress(data, mtime=0))
    elif data[:1] == b"\x78":
        yield "zlib in base64", _inflated(data, 15), lambda data: encode(zlib.compress(data))


def _inflated(data: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(data, MAX_VALUE)
    except zlib.error:
        return b""


def _is_pickle(data: bytes) -> bool:
    if not data.endswith(b".") or not (
        _PICKLE_0.match(data) or (data[:1] == b"\x80" and data[1:2] in b"\2\3\4\5")
    ):
        return False
    return len(opcodes(data)) > 2


def opcodes(data: bytes) -> list[tuple[str, int]]:
    """Names and positions of a pickle's opcodes; none if it is no pickle."""
    try:
        return [(code.name, at or 0) for code, _, at in pickletools.genops(data)]
    except (ValueError, IndexError, UnicodeDecodeError):
        return []


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
