"""An nginx on loopback, in the clear and with TLS, for as long as a measurement takes."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from bench.table import Unavailable

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
"""Debian keeps nginx where ordinary users don't look."""

_START_SECONDS = 5.0

_CONFIG = """
worker_processes 1; daemon off; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 65; default_type text/html;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  server {{
    listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl; server_name localhost; root {root}/www;
    ssl_certificate {root}/chain.pem; ssl_certificate_key {root}/key.pem;
  }}
}}
"""


def need(tool: str, package: str) -> None:
    """Raise `Unavailable` unless ``tool`` is installed."""
    if shutil.which(tool, path=PATH) is None:
        raise Unavailable(f"{tool} is missing; on Debian: apt install {package}")


@contextmanager
def nginx(root: Path, page: bytes) -> Iterator[dict[str, str]]:
    """Serve ``page``: yields scheme → URL. ``root/ca.pem`` is the authority behind the certificate."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(root / "ca.pem")
    certificate.private_key_pem.write_to_path(root / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(root / "chain.pem", append=True)
    (root / "www").mkdir()
    (root / "www" / "index.html").write_bytes(page)
    for folder in (root, root / "www"):
        folder.chmod(0o755)  # started by root, nginx's worker reads as another user
    ports = dict(zip(("http", "https"), _free_ports(2), strict=True))
    (root / "nginx.conf").write_text(_CONFIG.format(root=root, **ports))
    with subprocess.Popen(
        ["nginx", "-e", str(root / "error.log"), "-c", str(root / "nginx.conf")], env={"PATH": PATH}
    ) as server:
        try:
            _wait_for(ports["https"], server, root)
            yield {scheme: f"{scheme}://localhost:{port}/" for scheme, port in ports.items()}
        finally:
            server.terminate()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def _wait_for(port: int, server: subprocess.Popen[bytes], root: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nginx did not start:\n{(root / 'error.log').read_text()}")
