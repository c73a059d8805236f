"""Digest access authentication (RFC 7616): MD5, SHA-256 and SHA-512-256 with qop=auth, and RFC 2069's form.

Our own, because the libraries that have it are bound to their clients.
"""

import hashlib
import re
import secrets
from collections.abc import Callable

from s2n.errors import LoginFailed
from s2n.model import Exchange, Request
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.slots import to_octets

_PARAMETER = re.compile(r'(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)|([^\s,"]+))')
_SCHEME = re.compile(r"(?i)(?:^|,)\s*digest\s+")
_OTHER_SCHEME = re.compile(r",\s*[A-Za-z][\w-]*\s+[\w-]+\s*=")
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}
_PREFERRED = ("SHA-512-256", "SHA-256", "MD5")


class Digest:
    """The credentials: answers the challenge seen last. ``nonce_of_ours`` gives client nonces."""

    def __init__(
        self, username: str, password: str, nonce_of_ours: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._username = username
        self._password = password
        self._nonce_of_ours = nonce_of_ours
        self._challenge: dict[str, str] = {}
        self._count = 0

    def authorize(self, request: Request) -> Request:
        """``request`` with its own answer to the challenge, once there is one."""
        if not self._challenge or request.header("authorization") is not None:
            return request
        self._count += 1
        return request.with_header("Authorization", self._answer(request, f"{self._count:08x}"))

    def challenged(self, exchange: Exchange) -> bool:
        """Take in a 401; worth a second try if its nonce is new (ours was stale, or there was none)."""
        challenge = challenge_in(exchange.response.header_all("www-authenticate"))
        if not challenge or exchange.response.status != 401:
            return False
        used = re.search(r'nonce="([^"]*)"', exchange.request.header("authorization") or "")
        stale = challenge.get("stale", "").lower() == "true"
        if challenge["nonce"] != self._challenge.get("nonce"):
            self._challenge, self._count = challenge, 0
        # A server that gives a new nonce with each 401 and does not call ours stale refuses the password.
        return used is None or stale or used[1] != self._challenge["nonce"]

    def _answer(self, request: Request, count: str) -> str:
        challenge = self._challenge
        algorithm = challenge.get("algorithm", "MD5")
        name = algorithm.upper()
        digest = _HASHES[name.removesuffix("-SESS")]

        def h(*parts: str) -> str:
            return digest(":".join(parts).encode())

        realm, nonce = challenge.get("realm", ""), challenge["nonce"]
        ours = self._nonce_of_ours()
        secret = h(self._username, realm, self._password)
        if name.endswith("-SESS"):
            secret = h(secret, nonce, ours)
        what = h(request.method, request.target)
        qop = "auth" in re.split(r"[\s,]+", challenge.get("qop", "").lower())
        fields = [
            f'username="{_quoted(to_octets(self._username))}"',
            f'realm="{_quoted(realm)}"',
            f'nonce="{_quoted(nonce)}"',
            f'uri="{request.target}"',
        ]
        fields += [f"algorithm={algorithm}"] if "algorithm" in challenge else []
        if qop:
            response = h(secret, nonce, count, ours, "auth", what)
            fields += [f"qop=auth, nc={count}", f'cnonce="{ours}"']
        else:
            response = h(secret, nonce, what)
        fields.append(f'response="{response}"')
        fields += [f'opaque="{_quoted(challenge["opaque"])}"'] if "opaque" in challenge else []
        return "Digest " + ", ".join(fields)


class DigestLogin:
    """Asks for ``url`` and answers its challenge."""

    renewable = False

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url
        self._credentials = Digest(username, password)

    async def log_in(self, visitor: HttpClient) -> Digest:
        """Learn the first challenge, and see whether the answer to it is accepted."""
        visitor.authorize = self._credentials.authorize
        exchange = await visitor.send(Request.from_url(self._url), follow=True)
        if exchange.response.status == 401 and not self._credentials.challenged(exchange):
            offered = exchange.response.header("www-authenticate") or "no challenge"
            raise LoginFailed(
                f"{exchange.request.url} answers 401 without a digest challenge that s2n knows ({offered})",
                "use the --auth that it asks for",
            )
        if exchange.response.status == 401:
            exchange = await visitor.send(Request.from_url(self._url), follow=True)
        if exchange.response.status == 401:
            raise LoginFailed(
                f"{exchange.request.url} refuses the user or password of --auth digest",
                "check --username and --password",
            )
        return self._credentials


def challenge_in(headers: list[str]) -> dict[str, str]:
    """The parameters of the strongest digest challenge that can be answered; empty if there is none."""
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        for text in _SCHEME.split(header)[1:]:
            other = _OTHER_SCHEME.search(text)
            own = text[: other.start()] if other else text
            values = {
                name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
                for name, quoted, bare in _PARAMETER.findall(own)
            }
            qop = values.get("qop", "auth").lower()
            if "nonce" in values and "auth" in re.split(r"[\s,]+", qop):
                found[values.get("algorithm", "MD5").upper().removesuffix("-SESS")] = values
    return next((found[name] for name in _PREFERRED if name in found), {})


def _quoted(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)
