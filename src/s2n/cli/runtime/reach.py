"""What a job has to be told, and what has to be mounted, so that it means the same inside a container."""

import ipaddress
import os
import socket
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from s2n.errors import UsageError
from s2n.protocol import Job, ScanRequest

FILES_DIR = "/run/s2n"
"""Where single files of the host appear in the container."""

LOOK_UP_SECONDS = 2.0
"""A name that takes longer to resolve is not on loopback."""

_FILES = ("ca_bundle", "client_cert", "client_key", "cookie_file", "login_recording")
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class Mount(Struct, frozen=True):
    """A file or folder of the host and where the container sees it, read-only."""

    source: Path
    target: str


def on_loopback(host: str) -> bool:
    """Does ``host`` mean this machine itself, by its number, its name, or what the name resolves to?"""
    bare = host.strip("[]").partition("%")[0].rstrip(".").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return _resolves_to_loopback(bare)
    return address.is_loopback or address.is_unspecified


def local_hosts(request: ScanRequest) -> tuple[str, ...]:
    """The hosts of the request that are this machine: target, seeds, logins, wider scope, proxy."""
    logins = (request.login_url, request.token_url, request.auth_check_url)
    urls = (request.target_url, *request.seeds, *logins, request.proxy)
    named = [urlsplit(url).hostname or "" for url in urls]
    named += [_host_of(entry) for entry in request.allow_hosts]
    mapped = {entry.partition(":")[0].lower() for entry in request.resolve}
    return tuple(
        dict.fromkeys(host for host in named if host and host.lower() not in mapped and on_loopback(host))
    )


def seen_from_machine(job: Job, hosts: Iterable[str], machine_host: str) -> Job:
    """``job`` for a container in a virtual machine: ``hosts`` are connected to as ``machine_host``.

    URLs and so the Host header stay as they are; only where the connection goes changes.
    """
    if job.request is None:
        return job
    request = job.request
    proxy = urlsplit(request.proxy)
    hosts = tuple(hosts)
    if proxy.hostname and proxy.hostname in hosts:
        user, at, _ = proxy.netloc.rpartition("@")
        port = f":{proxy.port}" if proxy.port else ""
        request = replace(request, proxy=proxy._replace(netloc=f"{user}{at}{machine_host}{port}").geturl())
    mapped = tuple(f"{f'[{host}]' if ':' in host else host}:{machine_host}" for host in hosts)
    return replace(job, request=replace(request, resolve=(*request.resolve, *mapped)))


def files_mounted(job: Job) -> tuple[Job, tuple[Mount, ...]]:
    """``job`` with the paths that its files have in the container, and the mounts that put them there."""
    if job.request is None:
        return job, ()
    changed, mounts = {}, []
    for field in _FILES:
        path = getattr(job.request, field)
        if path:
            changed[field] = f"{FILES_DIR}/{field.replace('_', '-')}.pem"
            mounts.append(Mount(Path(path), changed[field]))
    return replace(job, request=replace(job.request, **changed)), tuple(mounts)


def host_certificates(env: Mapping[str, str]) -> Mount | None:
    """The certificate authorities that this machine was told to trust by a variable."""
    for name in _CA_VARIABLES:
        path = Path(env.get(name, "")).expanduser()
        if env.get(name) and path.is_file():
            return Mount(path.resolve(), f"{FILES_DIR}/host-ca.pem")
    return None


def must_be_readable(mounts: Iterable[Mount]) -> None:
    """Where root calls, the container's user is another one: what only root may read would be missing.

    Raises:
        UsageError: names what cannot be read there.
    """
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return
    for mount in mounts:
        needed = 0o5 if mount.source.is_dir() else 0o4
        if mount.source.stat().st_mode & needed != needed:
            raise UsageError(
                f"only root may read {mount.source}, and the scanner's container does not run as root",
                "call s2n as the user it belongs to, make it readable to others, or use --runtime local",
            )


def _host_of(entry: str) -> str:
    """The host of ``HOST``, ``HOST:PORT`` or ``[V6]:PORT``."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry if entry.count(":") > 1 else entry.partition(":")[0]


def _resolves_to_loopback(host: str) -> bool:
    """By the system's resolver, which reads the hosts file too; in a thread, because it may take long."""
    found: list[str] = []

    def look_up() -> None:
        try:
            found.extend(str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return  # the scanner itself says what is wrong with a name

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(LOOK_UP_SECONDS)
    addresses = list(found)
    return bool(addresses) and all(
        ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in addresses
    )
