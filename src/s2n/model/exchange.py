"""One HTTP request and what came back, exactly as they crossed the wire."""

import codecs
import re
from functools import cached_property
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

Headers = tuple[tuple[str, str], ...]
"""Name and value pairs in wire order, duplicates kept; each character is one byte (latin-1)."""

READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only ask: the safe ones of RFC 9110, 9.2.1, but for TRACE."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(r"(?i)(https?)://([^/?#\\]*)([^#]*)")
_AUTHORITY = re.compile(r"(?:[^@]*@)?(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(?::(\d*))?")
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MAX_HOST = 255
"""Characters of a host: a name has 253 at most (RFC 1035), and none grows shorter by being encoded."""

_NO_HOST = re.compile(r"[\x00-\x20\x7f<>\"^`{|}]")
"""What no host name holds (WHATWG URL, "forbidden domain code point"), so that none gets into a header."""
_NOT_WEB = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
"""Codecs of Python that no browser knows: slow, warning, or giving text that no file can hold."""


class Origin(Struct, frozen=True, order=True):
    """Scheme, host and port: ``http``, ``shop.example``, 80. IPv6 hosts carry no brackets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def authority(self) -> str:
        """What a Host header says: the port only where it is not the scheme's own."""
        return str(self).partition("://")[2]


class Request(Struct, frozen=True, dict=True):
    """A request, exact: ``target``, header names and values are sent as they stand (latin-1).

    ``headers`` are those the caller insists on. The client adds Host, User-Agent, cookies and the like
    unless the caller named them, or asked for an ``exact`` send.
    """

    method: str
    origin: Origin
    target: str = "/"
    headers: Headers = ()
    body: bytes = b""

    @classmethod
    def from_url(cls, url: str, method: str = "GET", headers: Headers = (), body: bytes = b"") -> Self:
        """Split ``url`` without normalising its path; the fragment is dropped.

        Characters that no request line can carry (spaces, non-ASCII) are percent-encoded as UTF-8.

        Raises:
            ValueError: not an absolute http(s) URL.
        """
        origin, target = split_url(url)
        return cls(method, origin, target, headers, body)

    @property
    def url(self) -> str:
        """The absolute URL."""
        return (
            f"{self.origin}{self.target}" if self.target.startswith("/") else f"{self.origin}/{self.target}"
        )

    @property
    def path(self) -> str:
        """The target up to ``?``."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after the first ``?``, undecoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of header ``name``, whatever its case."""
        return _first(self.headers, name)

    def with_header(self, name: str, value: str) -> Self:
        """This request with header ``name`` set once, in place if it was there."""
        return replace(self, headers=set_header(self.headers, name, value))

    def with_body(self, body: bytes, content_type: str) -> Self:
        """This request with another body and Content-Type."""
        return replace(self, body=body, headers=set_header(self.headers, "Content-Type", content_type))


class Response(Struct, frozen=True, dict=True):
    """What came back, however malformed.

    ``body`` is decoded (Content-Encoding undone, capped). ``notes`` name what was odd about the answer
    ("bad chunk", "truncated", "body capped"). ``ttfb`` and ``elapsed`` are seconds from the moment the
    request was written to the first byte and to the end.
    """

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    ttfb: float = 0.0
    elapsed: float = 0.0
    notes: tuple[str, ...] = ()
    version: str = "1.1"

    def header(self, name: str) -> str | None:
        """The first value of header ``name``, whatever its case."""
        return _first(self.headers, name)

    def header_all(self, name: str) -> list[str]:
        """Every value of header ``name``, in order."""
        lower = name.lower()
        return [value for key, value in self.headers if key.lower() == lower]

    @cached_property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def text(self) -> str:
        """The body as text: by its byte order mark, the declared charset, else UTF-8; bad bytes replaced."""
        if self.body[:2] in _UTF16:
            return self.body.decode("utf-16", "replace")
        match = _CHARSET.search(self.header("content-type") or "")
        try:
            return self.body.decode(_codec(match[1]) if match else "utf-8", "replace")
        except (LookupError, UnicodeError):  # an unknown charset, or a codec that decodes no text
            return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Would a browser render it as a page? Without a type it is sniffed: does it look like one?"""
        if self.content_type:
            return self.content_type in {"text/html", "application/xhtml+xml"}
        return (
            "nosniff" not in (self.header("x-content-type-options") or "").lower() and b"<" in self.body[:512]
        )

    @property
    def is_redirect(self) -> bool:
        """A 3xx that names where to go."""
        return self.status in {301, 302, 303, 307, 308} and self.header("location") is not None


class Exchange(Struct, frozen=True, dict=True):
    """A request and its response. ``hops`` are the redirects that were followed to get here, oldest first."""

    request: Request
    response: Response
    hops: tuple["Exchange", ...] = ()

    @property
    def first(self) -> "Exchange":
        """The exchange of the request that was asked for, before any redirect."""
        return self.hops[0] if self.hops else self


def split_url(url: str) -> tuple[Origin, str]:
    """``http://h:81/a?b#c`` → (Origin, ``/a?b``), the path untouched.

    Raises:
        ValueError: not an absolute http(s) URL, or a port out of range.
    """
    match = _URL.match(url.strip())
    if match is None:
        raise ValueError(f"not an http(s) URL: {url!r}")
    scheme = match[1].lower()
    authority = _AUTHORITY.fullmatch(match[2])
    if authority is None or not authority[1]:
        raise ValueError(f"no host in URL: {url!r}")
    if len(authority[1]) > _MAX_HOST or _NO_HOST.search(authority[1]):
        raise ValueError(f"no such host can be: {url!r}")
    host = authority[1].strip("[]").lower().rstrip(".")
    port = int(authority[2]) if authority[2] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65536 or not host:
        raise ValueError(f"bad host or port in URL: {url!r}")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    target = _UNSENDABLE.sub(_percent, match[3])
    return Origin(scheme, host, port), target if target.startswith("/") else "/" + target


def set_header(headers: Headers, name: str, value: str) -> Headers:
    """``headers`` with ``name`` set once, in the place of its first occurrence or at the end."""
    lower = name.lower()
    out: list[tuple[str, str]] = []
    done = False
    for key, old in headers:
        if key.lower() != lower:
            out.append((key, old))
        elif not done:
            out.append((key, value))
            done = True
    if not done:
        out.append((name, value))
    return tuple(out)


def _codec(charset: str) -> str:
    name = codecs.lookup(charset).name
    return "utf-8" if name.replace("_", "-") in _NOT_WEB else name


def _first(headers: Headers, name: str) -> str | None:
    lower = name.lower()
    for key, value in headers:
        if key.lower() == lower:
            return value
    return None


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
