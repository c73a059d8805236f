"""A web server on loopback that knows its users by their connections: NTLM, spoken by pyspnego's server."""

import asyncio
import base64
import contextlib
import ssl
import threading
from collections.abc import Iterator
from itertools import count

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError


class Office:
    """``/`` and whatever lies below wants NTLM; ``/open/`` nothing. The users are those of NTLM_USER_FILE.

    ``per_connection``: requests until a connection is closed. ``offers``: what a 401 names. ``kerberos``:
    Negotiate is refused without a word. ``closing``: each 401 ends its connection. ``forgetful``: each
    request is to be logged in anew. ``bindings``: the certificate, hashed, that messages must be bound to.
    """

    def __init__(
        self,
        *,
        per_connection: int = 10**9,
        offers: tuple[str, ...] = ("Negotiate", "NTLM"),
        kerberos: bool = False,
        closing: bool = False,
        forgetful: bool = False,
        bindings: bytes = b"",
    ) -> None:
        self.per_connection = per_connection
        self.offers = offers
        self.kerberos = kerberos
        self.closing = closing
        self.forgetful = forgetful
        self.bindings = bindings
        self.url = ""
        self.heard: list[tuple[int, str, bool, bytes]] = []
        """Connection, target, whether it was logged in then, and body, of each request."""
        self.credentials: list[str] = []
        """The Authorization headers."""
        self.logins = 0
        self.refused = 0
        self.connections = count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, context, user = next(self.connections), None, ""
        for served in count(1):
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            target = head.split(" ")[1]
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:-2])
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            self.heard.append((number, target, bool(user), body))
            said = next((line[15:] for line in head.split("\r\n") if line.startswith("Authorization: ")), "")
            tokens, status = list(self.offers), "401 X"
            if said:
                self.credentials.append(said)
                scheme, _, text = said.partition(" ")
                context = context or self._context(scheme)
                tokens, user = self._step(context, scheme, text, tokens)
                context = None if user or len(tokens) != 1 else context
            if user or target.startswith("/open/"):
                status = "200 X"
            page = f"<p>{'Hello ' + user if user else 'Who are you?'}</p><a href='/a?q=1'>a</a>".encode()
            ends = served == self.per_connection or (self.closing and not user)
            lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(page)}"]
            lines += [f"WWW-Authenticate: {token}" for token in tokens if token and status[0] == "4"]
            lines += ["Connection: close"] if ends else []
            writer.write("\r\n".join([*lines, "", ""]).encode() + page)
            user = "" if self.forgetful else user
            if ends:
                break

    def _context(self, scheme: str) -> spnego.ContextProxy:
        bound = GssChannelBindings(application_data=b"tls-server-end-point:" + self.bindings)
        own = spnego.NegotiateOptions
        return spnego.server(
            hostname="127.0.0.1",
            service="HTTP",
            channel_bindings=bound if self.bindings else None,
            protocol=scheme.lower(),
            options=own.use_ntlm if scheme == "NTLM" else own.use_negotiate,
        )

    def _step(
        self, context: spnego.ContextProxy, scheme: str, text: str, offers: list[str]
    ) -> tuple[list[str], str]:
        """What the next answer offers, and who is in."""
        if self.kerberos:
            return offers, ""
        try:
            token = context.step(base64.b64decode(text))
        except SpnegoError:
            self.refused += 1
            return offers, ""
        if context.complete:
            self.logins += 1
            return [], context.client_principal or ""
        return [f"{scheme} {base64.b64encode(token or b'').decode()}"], ""


@contextlib.contextmanager
def open_office(office: Office, context: ssl.SSLContext | None = None) -> Iterator[Office]:
    """Serve ``office`` from a thread."""
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def main() -> None:
        running: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            running.add(task)
            try:
                await office.serve(reader, writer)
            finally:
                running.discard(task)
                writer.close()
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    await writer.wait_closed()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        office.url = f"{'https' if context else 'http'}://127.0.0.1:{port}/"
        ready.set()
        await stop.wait()
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)  # transports close their sockets in the loop's next round

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
