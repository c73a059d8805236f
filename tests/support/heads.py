"""Responses from a head as it is written to the wire."""

from s2n.model import Response
from s2n.s2nscanner.http.head import Head


def answered(status: str, *fields: str, body: str = "") -> Response:
    """The response that the scanner's own parser reads from ``status`` and ``fields``, line ends and all.

    Characters that are no bytes lose all but their low one, as in servers that don't look.
    """
    text = "\r\n".join((f"HTTP/1.1 {status}", *fields, "", body))
    head, _, rest = bytes(ord(char) & 0xFF for char in text).replace(b"\r\n", b"\n").partition(b"\n\n")
    parsed = Head(head)
    return Response(parsed.status, parsed.reason, parsed.headers, rest)
