"""What may be touched. Nothing is ever sent outside of it."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import unquote

from s2n.errors import ConfigError, UsageError
from s2n.model import Origin, Request
from s2n.options.target import normalize_target
from s2n.protocol import ScanRequest

__all__ = ["Scope", "normalize_target"]

_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]*)://")
_HOST_AND_PORT = re.compile(
    r"(?:(?:\*\.)?(?P<name>\w(?:[\w.-]*\w)?\.?)|\[(?P<address>[^\[\]]+)\])(?::(?P<port>[0-9]{1,9}))?"
)
_ALLOW_HOST_HINT = "allow more hosts as shop.example, shop.example:8443 or *.shop.example"


class Scope:
    """Decides for each request whether it may be sent; see `of` for what the scan's options mean."""

    def __init__(
        self, target: Request, mode: str, allow_hosts: tuple[str, ...] = (), exclude: tuple[str, ...] = ()
    ) -> None:
        self.target = target
        self._mode = mode
        self._host = _canonical(target.origin.host)
        self._folder = _folder(target.path)
        self._extra = tuple(_parse_allowed(text) for text in allow_hosts)
        self._exclude = tuple(_compile(pattern) for pattern in exclude)
        self._verdicts: dict[Origin, bool] = {}  # bounded: origins come from pages

    @classmethod
    def of(cls, scan: ScanRequest) -> "Scope":
        """The scope a scan asks for.

        *origin*: the target's scheme, host and port. *folder*: of that only the target's folder and what
        lies under it. *host*: the target's host, any scheme and port. *domain*: the target's host and its
        subdomains (never its siblings: whether a parent is a registry or a company, a name does not say).
        ``allow_hosts`` adds ``HOST``, ``HOST:PORT`` or ``*.HOST``; ``exclude`` takes away the URLs in which
        a pattern is found, written as sent or percent-decoded.

        Raises:
            UsageError: the target or an allowed host cannot be understood.
            ConfigError: an exclude pattern is no regular expression.
        """
        target = Request.from_url(normalize_target(scan.target_url))
        return cls(target, scan.scope, scan.allow_hosts, scan.exclude)

    def allows(self, what: Request | str) -> bool:
        """May this request, or a GET of this URL, be sent?"""
        return not self.why_not(what)

    def why_not(self, what: Request | str) -> str:
        """Why it may not be sent, as half a sentence; empty if it may."""
        if isinstance(what, str):
            try:
                request = Request.from_url(what)
            except ValueError as error:
                return str(error)
        else:
            request = what
        if not request.target.startswith("/") and (reason := self._names_another(request)):
            return reason
        verdict = self._verdicts.get(request.origin)
        if verdict is None:
            verdict = self._judge(request.origin)
        if not verdict:
            return f"{request.origin} is not in the scope ({self._mode} of {self.target.origin})"
        if self._mode == "folder" and self._outside_folder(request):
            return f"{request.path} is not in the target's folder {self._folder}/"
        return self._excluded(request.url) if self._exclude else ""

    def _judge(self, origin: Origin) -> bool:
        if len(self._verdicts) >= 4096:
            self._verdicts.clear()
        host = _canonical(origin.host)
        if self._mode in {"origin", "folder"}:
            inside = self._is_target(origin)
        else:
            inside = host == self._host or (self._mode == "domain" and _is_subdomain(host, self._host))
        verdict = inside or any(allowed(host, origin.port) for allowed in self._extra)
        self._verdicts[origin] = verdict
        return verdict

    def _names_another(self, request: Request) -> str:
        """Absolute-form and CONNECT ask the server to talk to somebody: that one must be in scope as well."""
        named = f"http://{request.target}/" if request.method == "CONNECT" else request.target
        return self.why_not(named) if _SCHEME.match(named) else ""

    def _outside_folder(self, request: Request) -> bool:
        if not self._is_target(request.origin):
            return False  # an allowed host is allowed as a whole
        path = _resolved(request.path)
        return path != self._folder and not path.startswith(self._folder + "/")

    def _is_target(self, origin: Origin) -> bool:
        base = self.target.origin
        return (origin.scheme, _canonical(origin.host), origin.port) == (base.scheme, self._host, base.port)

    def _excluded(self, url: str) -> str:
        decoded = unquote(url) if "%" in url else url
        for pattern in self._exclude:
            if pattern.search(url) or pattern.search(decoded):
                return f"it matches the excluded pattern {pattern.pattern!r}"
        return ""


class _Allowed:
    """One ``--allow-host``."""

    def __init__(self, host: str, port: int | None, *, subdomains: bool) -> None:
        self._host = host
        self._port = port
        self._subdomains = subdomains

    def __call__(self, host: str, port: int) -> bool:
        if self._port is not None and port != self._port:
            return False
        return _is_subdomain(host, self._host) if self._subdomains else host == self._host


def _parse_allowed(text: str) -> _Allowed:
    bare = text.strip()
    subdomains = bare.startswith("*.")
    match = _HOST_AND_PORT.fullmatch(f"[{bare}]" if _is_ipv6(bare) else bare)
    if match is None or not (match["name"] or _is_ipv6(match["address"])) or ".." in bare:
        raise UsageError(f"--allow-host {text!r} is not HOST[:PORT]", _ALLOW_HOST_HINT)
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise UsageError(f"--allow-host {text!r}: {port} is not a port", _ALLOW_HOST_HINT)
    return _Allowed(_canonical(match["name"] or match["address"]), port, subdomains=subdomains)


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(
            f"--exclude {pattern!r} is not a regular expression: {error}",
            "escape special characters with a backslash, e.g. 'logout\\.php'",
        ) from error


def _is_ipv6(text: str | None) -> bool:
    try:
        return ipaddress.ip_address(text or "").version == 6
    except ValueError:
        return False


def _is_subdomain(host: str, of: str) -> bool:
    # An address has no subdomains: "1.127.0.0.1" is a name that anybody may own.
    return host.endswith("." + of) and not of.replace(".", "").isdigit()


@lru_cache(maxsize=1024)
def _canonical(host: str) -> str:
    """One spelling of a host: lower case, no final dot, IPv6 compressed, IDNA."""
    host = host.strip("[]").lower().rstrip(".")
    if ":" in host:
        try:
            return ipaddress.ip_address(host).compressed
        except ValueError:
            return host
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _folder(path: str) -> str:
    """The folder of a target's path, without its final slash: a last segment with a dot is a file."""
    resolved = _resolved(path)
    head, _, last = resolved.rpartition("/")
    return head if "." in last else resolved


def _resolved(path: str) -> str:
    """The path as the most obliging server would understand it, without a final slash.

    Escapes undone up to three times over, backslashes as slashes, ``;parameters`` dropped, dot segments
    resolved: whoever leaves the folder by any of these is outside.
    """
    for _ in range(3):
        if "%" not in path:
            break
        path = unquote(path, errors="replace")
    segments: list[str] = []
    for segment in path.replace("\\", "/").split("/"):
        name = segment.partition(";")[0]
        if name == "..":
            del segments[-1:]
        elif name not in {"", "."}:
            segments.append(name)
    return "".join(f"/{segment}" for segment in segments)
