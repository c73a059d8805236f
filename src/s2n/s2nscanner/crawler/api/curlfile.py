"""A file of curl commands → their requests.

https://curl.se/docs/manpage.html
"""

import base64
from typing import NamedTuple
from urllib.parse import quote

from msgspec import Struct, field

from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported
from s2n.s2nscanner.crawler.api.payloads import BOUNDARY
from s2n.s2nscanner.crawler.api.recorded import operation_of, repeated
from s2n.s2nscanner.crawler.api.shellwords import commands_of
from s2n.s2nscanner.crawler.bodies import Field, file_field, multipart

_SHORT = {
    "X": "request",
    "d": "data",
    "H": "header",
    "F": "form",
    "G": "get",
    "I": "head",
    "b": "cookie",
    "u": "user",
    "A": "user-agent",
    "e": "referer",
}
_DATA = frozenset({"data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json"})
_TAKEN = _DATA | {
    "request",
    "header",
    "form",
    "form-string",
    "cookie",
    "user",
    "user-agent",
    "referer",
    "url",
}
_VALUE_SHORT = frozenset("oxmwTcErtCPQyYzKUhD" + "XdHFbuAe") - {"h"}
_VALUE_LONG = _TAKEN | frozenset(
    """
    output proxy max-time connect-timeout write-out upload-file cookie-jar cert key cacert capath cert-type
    key-type pass range retry retry-delay retry-max-time resolve connect-to interface proxy-user limit-rate
    max-redirs dump-header config ciphers tls-max dns-servers noproxy oauth2-bearer aws-sigv4 unix-socket
    request-target url-query max-filesize speed-limit speed-time stderr trace trace-ascii socks5
    socks5-hostname local-port netrc-file parallel-max rate
    """.split()  # noqa: SIM905 -- a word list reads better than fifty quoted strings
)


class _Data(NamedTuple):
    kind: str
    text: str


class _Command(Struct):
    """What the options of one command add up to."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[_Data] = field(default_factory=list)
    parts: list[Field] = field(default_factory=list)
    as_query: bool = False


def read_curl(text: str, ground: Ground, name: str) -> Imported:
    """The requests of the curl commands in ``text``; other commands are passed over.

    Raises:
        UsageError: a quote is not closed.
    """
    imported = Imported()
    for words, line in commands_of(text, name):
        words = words[1:] if words[0] == "$" else words  # noqa: PLW2901 -- a prompt that was copied along
        if not words or words[0].removesuffix(".exe") != "curl":
            continue
        try:
            command = _parsed(words[1:])
            for url in command.urls:
                ground.keep(imported, operation_of(_request(command, url, ground)))
        except ValueError as error:
            imported.left_out.append((f"line {line}", str(error)))
            continue
        if not command.urls:
            imported.left_out.append((f"line {line}", "it names no URL"))
    return imported


def _parsed(words: list[str]) -> _Command:
    command = _Command()
    left = iter(words)
    for word in left:
        if word.startswith("--"):
            name, mark, value = word[2:].partition("=")
            if name in _VALUE_LONG:
                _take(command, name, value if mark else next(left, ""))
            else:
                _flag(command, name)
        elif len(word) > 1 and word[0] == "-":
            for at, letter in enumerate(word[1:], 2):
                if letter in _VALUE_SHORT:
                    _take(command, _SHORT.get(letter, letter), word[at:] or next(left, ""))
                    break
                _flag(command, _SHORT.get(letter, letter))
        else:
            command.urls.append(word)
    return command


def _flag(command: _Command, name: str) -> None:
    if name == "get":
        command.as_query = True
    elif name == "head":
        command.method = command.method or "HEAD"


def _take(command: _Command, name: str, value: str) -> None:
    if name in _DATA:
        if value.startswith("@") and name != "data-raw":
            raise ValueError(f"its data is in the file {value[1:]!r}, which is not at hand")
        command.data.append(_Data(name, value))
        return
    match name:
        case "request":
            command.method = value.upper()
        case "header":
            key, mark, text = value.partition(":")
            if mark and text.strip():
                command.headers.append((key.strip(), text.strip()))
        case "form" | "form-string":
            command.parts.append(_part(value, literal=name == "form-string"))
        case "cookie":
            if "=" in value:  # without, it names a file
                command.headers.append(("Cookie", value))
        case "user" | "oauth2-bearer":
            command.headers.append(("Authorization", _authorization(name, value)))
        case "referer":
            command.headers.append(("Referer", value))
        case "url":
            command.urls.append(value)


def _authorization(name: str, value: str) -> str:
    if name == "oauth2-bearer":
        return f"Bearer {value}"
    pair = value if ":" in value else f"{value}:"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _part(value: str, *, literal: bool) -> Field:
    """``name=text``, ``name=@file;type=image/png`` or ``name=<file``: ours stands in for a file."""
    name, _, text = value.partition("=")
    if literal or text[:1] not in {"@", "<"}:
        return Field(name, text if literal else text.partition(";type=")[0])
    path, _, kind = text[1:].partition(";type=")
    if text[0] == "<":
        raise ValueError(f"its data is in the file {path!r}, which is not at hand")
    return file_field(name, f"{kind} {path}")


def _request(command: _Command, url: str, ground: Ground) -> Request:
    if "://" not in url:
        url = f"http://{url}"
    headers = list(repeated(command.headers, ground))
    body, content_type = _body(command)
    if command.as_query and body:
        url += ("&" if "?" in url else "?") + body.decode()
        body, content_type = b"", ""
    names = {key.lower() for key, _ in headers}
    if content_type and ("content-type" not in names or command.parts):
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
        headers.insert(0, ("Content-Type", content_type))
    if any(kind == "json" for kind, _ in command.data) and "accept" not in names:
        headers.append(("Accept", "application/json"))
    method = command.method or ("POST" if body else "GET")
    encoded = tuple((key, value.encode().decode("latin-1")) for key, value in headers)
    return Request.from_url(url, method, encoded, body)


def _body(command: _Command) -> tuple[bytes, str]:
    if command.parts:
        return multipart(command.parts, BOUNDARY), f"multipart/form-data; boundary={BOUNDARY}"
    if not command.data:
        return b"", ""
    if any(kind == "json" for kind, _ in command.data):
        return "".join(text for _, text in command.data).encode(), "application/json"
    texts = [
        _quoted(text) if kind == "data-urlencode" else _joined(kind, text) for kind, text in command.data
    ]
    return "&".join(texts).encode(), "application/x-www-form-urlencoded"


def _joined(kind: str, text: str) -> str:
    return text if kind in {"data-raw", "data-binary"} else text.replace("\n", "")


def _quoted(text: str) -> str:
    """``name=text``, ``=text`` or ``text``: only the text is encoded."""
    name, mark, value = text.partition("=")
    if not mark:
        return quote(text, safe="")
    return f"{name}={quote(value, safe='')}" if name else quote(value, safe="")
