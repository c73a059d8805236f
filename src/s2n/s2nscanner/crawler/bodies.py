"""Form data as a browser serialises it: urlencoded, multipart, plain text."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote_plus

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
"""One transparent pixel."""


class Field(NamedTuple):
    """A name and a value of form data; a file has a ``filename`` and a media type."""

    name: str
    value: str
    filename: str = ""
    media_type: str = ""
    content: bytes = b""


def file_field(name: str, accept: str) -> Field:
    """A tiny harmless file that the control's ``accept`` allows: a text, or a picture of one pixel."""
    if "image" in accept or any(suffix in accept for suffix in (".png", ".jpg", ".jpeg", ".gif")):
        return Field(name, "s2n.png", "s2n.png", "image/png", _PNG)
    return Field(name, "s2n.txt", "s2n.txt", "text/plain", b"s2n")


def urlencoded(fields: Sequence[Field]) -> str:
    """``application/x-www-form-urlencoded``; of files only the name is sent, as browsers do."""
    return "&".join(f"{_quoted(field.name)}={_quoted(field.value)}" for field in fields)


def multipart(fields: Sequence[Field], boundary: str) -> bytes:
    """``multipart/form-data`` with names escaped as in the HTML standard."""
    out = bytearray()
    for field in fields:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(field.name)}"'.encode()
        if field.filename:
            out += f'; filename="{_escaped(field.filename)}"\r\nContent-Type: {field.media_type}'.encode()
        out += b"\r\n\r\n" + (field.content if field.filename else _crlf(field.value).encode()) + b"\r\n"
    return bytes(out + f"--{boundary}--\r\n".encode())


def plain(fields: Sequence[Field]) -> bytes:
    """``text/plain``: one ``name=value`` a line."""
    return "".join(f"{field.name}={_crlf(field.value)}\r\n" for field in fields).encode()


def _quoted(text: str) -> str:
    return quote_plus(_crlf(text), safe="*", errors="replace").replace("~", "%7E")


def _crlf(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def _escaped(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
