"""What a fetching site can reach: its own pages, the listener, files; everything else is an error."""

import re
from urllib.parse import urlsplit

from support.callbacks import call, look_up

HOME = (
    "<!doctype html><title>Harbour View Inn</title><h1>Rooms with a view of the harbour</h1>"
    "<p>Breakfast is served on the terrace from seven.</p><p>Dogs are welcome in all garden rooms.</p>"
)
PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "127.1", "::1", "0.0.0.0", "2130706433", "site.test"})

REFUSED = {
    "python": "HTTPConnectionPool(host='{host}', port={port}): Max retries exceeded (Caused by "
    "NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
    "node": "connect ECONNREFUSED {host}:{port}",
    "php": "Warning: file_get_contents(http://{host}:{port}/): failed to open stream: Connection refused",
    "java": "java.net.ConnectException: Connection refused (Connection refused)",
    "go": 'Get "http://{host}:{port}/": dial tcp {host}:{port}: connect: connection refused',
    "curl": "curl: (7) Failed to connect to {host} port {port} after 0 ms",
    "dotnet": "No connection could be made because the target machine actively refused it. ({host}:{port})",
    "ruby": 'Failed to open TCP connection to {host}:{port} (Connection refused - connect(2) for "{host}")',
}
"""A closed port, as each stack reports it."""

UNKNOWN = {
    "python": "HTTPConnectionPool(host='{host}', port={port}): Max retries exceeded (Caused by "
    "NameResolutionError(\"Failed to resolve '{host}' ([Errno -2] Name or service not known)\"))",
    "node": "getaddrinfo ENOTFOUND {host}",
    "php": "file_get_contents(): php_network_getaddresses: getaddrinfo failed: Name or service not known",
    "java": "java.net.UnknownHostException: {host}",
    "go": 'Get "http://{host}/": dial tcp: lookup {host}: no such host',
    "curl": "curl: (6) Could not resolve host: {host}",
    "dotnet": "No such host is known. ({host}:{port})",
    "ruby": "Failed to open TCP connection to {host}:{port} (getaddrinfo: Name or service not known)",
}
"""A name that does not exist."""


class Unreachable(Exception):
    """Nobody answers; the text is the stack's."""


def fetch(url: str, stack: str = "python", *, port: int = 80, files: bool = False) -> str:
    """The body behind ``url``.

    Raises:
        Unreachable: refused, unknown, or not a URL.
    """
    if files and url.startswith("file://"):
        if re.fullmatch(r"file://(localhost)?/+etc/passwd", url):
            return PASSWD
        raise Unreachable("no such file")
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.hostname or ""
    try:
        there = parts.port or 80
    except ValueError:
        raise Unreachable("bad port") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Unreachable("unsupported scheme")
    look_up(host)
    if host in LOOPBACK:
        if there == port:
            return HOME if parts.path in {"", "/"} else "404 page not found"
        raise Unreachable(REFUSED[stack].format(host=host, port=there))
    if host == "cdn.test":
        return "a picture"
    answer = call(f"http://{host}:{there}{parts.path}")
    if answer is None:
        raise Unreachable(UNKNOWN[stack].format(host=host, port=there))
    return answer.decode()
