"""The proxy that this machine's environment names, for a scan that names none itself."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec.structs import replace

from s2n.cli.runtime.reach import on_loopback
from s2n.errors import UsageError
from s2n.protocol import ScanRequest

_USABLE = re.compile(r"(?i)(http|socks4a?|socks5h?)://[^/?#\s]+")


def with_host_proxy(request: ScanRequest, env: Mapping[str, str]) -> tuple[ScanRequest, str]:
    """``request``, through the proxy of the environment if it has none; also the variable that named it.

    As everywhere: ``https_proxy`` or ``http_proxy`` by the target's scheme, else ``all_proxy``, in lower case
    or upper; ``no_proxy`` excepts hosts, domains and networks. This machine's loopback is never behind a
    proxy. The proxy travels in the request, so that its password shows nowhere.

    Raises:
        UsageError: the variable names no proxy that s2n can use.
    """
    target = urlsplit(request.target_url)
    host = target.hostname or ""
    if request.proxy or on_loopback(host) or _excepted(host, target.port, _value("no_proxy", env)[1]):
        return request, ""
    for wanted in (f"{target.scheme}_proxy", "all_proxy"):
        name, value = _value(wanted, env)
        if not value:
            continue
        url = value if "://" in value else f"http://{value}"
        if not _USABLE.fullmatch(url.rstrip("/")):
            raise UsageError(
                f"the variable {name} names a proxy that s2n cannot use",  # not shown: it may hold a password
                "use http://HOST:PORT, socks5://HOST:PORT or socks4://HOST:PORT, or unset it",
            )
        return replace(request, proxy=url.rstrip("/")), name
    return request, ""


def _value(name: str, env: Mapping[str, str]) -> tuple[str, str]:
    """Which spelling of the variable is set, and to what."""
    for spelling in (name, name.upper()):
        if spelling in env:
            return spelling, env[spelling].strip()
    return name, ""


def _excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Does ``no_proxy`` name ``host``: itself, a domain that it is in, or a network that its number is in?"""
    for entry in filter(None, (part.strip().lower() for part in exceptions.split(","))):
        name, _, wanted_port = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
        if wanted_port and wanted_port != str(port):
            continue
        name = name.removeprefix("*").lstrip(".")
        if not name or host == name or host.endswith(f".{name}") or _in_network(host, name):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
