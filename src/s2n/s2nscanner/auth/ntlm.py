"""NTLM: each connection is logged in by three messages, by itself or inside Negotiate (MS-NTHT, RFC 4559)."""

import asyncio
import base64
import binascii
import hashlib
import re
import struct
from typing import TYPE_CHECKING

from s2n.errors import ConnectFailed, LoginFailed
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.greeting import Line, NotGreeted

if TYPE_CHECKING:
    import spnego

MAX_MESSAGES = 4
"""Of ours: NTLM needs two, Negotiate around it sometimes one more."""

_GARBLED = (ValueError, LookupError, ArithmeticError, struct.error)
"""What the library raises for tokens of nonsense."""

_OFFERED = re.compile(r"(?i)(?:^|,)\s*(ntlm|negotiate)(?:\s+([a-z0-9+/=]+))?\s*(?=,|$)")


class NtlmGreeter:
    """Logs connections in by asking for one page on them, one connection at a time.

    Once the server has refused, no other connection tries: each would count as a wrong password.
    ``refusal`` then says what it refused: ``password``, ``mechanism`` or ``connection``.
    """

    def __init__(self, scan: ScanRequest, page: Request, scheme: str, visitor: HttpClient) -> None:
        self.origin = page.origin
        self.refusal = ""
        self._scan = scan
        self._page = page
        self.scheme = scheme
        self._count = visitor.governor.count
        self._turn = asyncio.Lock()
        self._answer: Response | None = None

    async def greet(self, line: Line) -> None:
        """Exchange the messages.

        Raises:
            NotGreeted: the server refuses, or has refused before.
        """
        async with self._turn:
            if self._answer is not None:
                raise NotGreeted(self._answer)
            self.refusal, self._answer = await self._talk(line)
            if self._answer is not None:
                raise NotGreeted(self._answer)

    async def _talk(self, line: Line) -> tuple[str, Response | None]:
        """Nothing if the connection is ours now; else what was refused, and the answer that says so."""
        from spnego.exceptions import SpnegoError  # noqa: PLC0415 -- 0.2 s that only NTLM takes

        context = self._context(line.certificate)
        token = context.step()
        for number in range(MAX_MESSAGES):
            text = base64.b64encode(token or b"").decode()
            answer = await line.ask(self._page.with_header("Authorization", f"{self.scheme} {text}"))
            self._count()
            if answer.status != 401:
                return "", None
            challenge = offered(answer).get(self.scheme)
            if not challenge:
                return "password" if number else "mechanism", answer
            if line.closed:
                return "connection", answer
            try:
                token = context.step(challenge)
            except (SpnegoError, *_GARBLED):  # what it chose is not NTLM, or it says no in its own words
                return "password" if number else "mechanism", answer
        return "password", answer

    def _context(self, certificate: bytes) -> "spnego.ContextProxy":
        import spnego  # noqa: PLC0415 -- as above
        from spnego.channel_bindings import GssChannelBindings  # noqa: PLC0415 -- as above

        own = spnego.NegotiateOptions  # the library's own NTLM, on every system
        bindings = None
        if certificate:
            bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + _hash(certificate))
        return spnego.client(
            self._scan.username,
            self._scan.password,
            hostname=self.origin.host,
            service="HTTP",
            channel_bindings=bindings,
            protocol=self.scheme.lower(),
            options=own.use_ntlm if self.scheme == "NTLM" else own.use_negotiate,
        )


class NtlmLogin:
    """Asks for a page that wants NTLM, and then for the same one as the user."""

    renewable = True

    def __init__(self, scan: ScanRequest) -> None:
        self._scan = scan
        self._attempts = Attempts()

    async def log_in(self, visitor: HttpClient) -> Session:
        """Make the visitor's new connections log in."""
        self._attempts.check()
        request = Request.from_url(self._scan.auth_check_url or self._scan.target_url)
        asked = await visitor.send(request, follow=True, learn=True)
        page = asked.request
        visitor.greeter = greeter = NtlmGreeter(self._scan, page, _scheme_of(asked), visitor)
        try:
            answer = await visitor.send(Request.from_url(page.url), follow=True, learn=True)
        except ConnectFailed as error:
            raise self._without_tunnel(error) from error
        if greeter.refusal:
            raise self._refusal(greeter, page, asked)
        if answer.response.status == 401:
            raise LoginFailed(
                f"{page.url} lets the connection in and still answers 401: the server wants NTLM with each "
                "request, not once for a connection",
                "let it keep a connection's login (in IIS: authPersistSingleRequest=false)",
            )
        return Session(token=True)

    def _refusal(self, greeter: NtlmGreeter, page: Request, asked: Exchange) -> LoginFailed:
        if greeter.refusal == "mechanism" and greeter.scheme == "NTLM":
            return LoginFailed(
                f"{page.url} offers NTLM but does not answer its first message with a challenge",
                "check the server's set-up, or give a session of yours with --auth cookie or header",
            )
        if greeter.refusal == "mechanism":
            return LoginFailed(
                f"{page.url} takes no NTLM inside Negotiate: it wants Kerberos, which s2n does not speak",
                "let it offer NTLM, or give a session of yours with --auth cookie or header",
            )
        if greeter.refusal == "connection":
            return LoginFailed(
                f"{page.url} closes the connection between the messages of NTLM, which logs connections in",
                "something between may not keep connections alive: ask the server itself",
            )
        self._attempts.count()
        domain = "" if "\\" in self._scan.username or "@" in self._scan.username else r", as DOMAIN\NAME"
        return LoginFailed(
            f"{page.url} refuses the user or password of --auth ntlm (it offers {_shown(asked)})",
            f"check --username{domain} and --password",
        )

    def _without_tunnel(self, error: ConnectFailed) -> LoginFailed | ConnectFailed:
        if not self._scan.proxy:
            return error
        return LoginFailed(
            f"NTLM logs connections in, so it needs one of its own through the proxy: {error}",
            "let the proxy tunnel (CONNECT) to this port, use a SOCKS proxy, or none",
        )


def offered(response: Response) -> dict[str, bytes]:
    """``NTLM`` and ``Negotiate``, as far as ``response`` offers them, and the token that came with each."""
    found: dict[str, bytes] = {}
    for header in response.header_all("www-authenticate"):
        for name, text in _OFFERED.findall(header):
            scheme = "NTLM" if name.lower() == "ntlm" else "Negotiate"
            try:
                found[scheme] = base64.b64decode(text) or found.get(scheme, b"")
            except binascii.Error:
                found.setdefault(scheme, b"")
    return found


def _scheme_of(asked: Exchange) -> str:
    """NTLM itself before NTLM inside Negotiate."""
    schemes = offered(asked.response)
    if asked.response.status == 401 and schemes:
        return "NTLM" if "NTLM" in schemes else "Negotiate"
    if asked.response.status != 401:
        raise LoginFailed(
            f"{asked.request.url} asks nobody to log in (status {asked.response.status})",
            "name a page that answers 401 without a login with --auth-check-url",
        )
    raise LoginFailed(
        f"{asked.request.url} does not offer NTLM (it offers {_shown(asked)})",
        "use the --auth that it offers",
    )


def _shown(asked: Exchange) -> str:
    return ", ".join(asked.response.header_all("www-authenticate")) or "nothing"


def _hash(certificate: bytes) -> bytes:
    """The certificate under its own signature's hash, SHA-256 for the weak ones (RFC 5929, section 4.1)."""
    from cryptography import x509  # noqa: PLC0415 -- as above
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 -- as above

    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        algorithm = None
    name = algorithm.name if algorithm is not None else "sha256"
    return hashlib.new("sha256" if name in {"md5", "sha1"} else name, certificate).digest()
