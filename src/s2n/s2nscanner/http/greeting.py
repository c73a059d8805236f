"""Servers that know their users by the connection: what is said on a new one before it carries requests."""

from typing import Protocol

from s2n.model import Origin, Request, Response


class NotGreeted(Exception):
    """The server did not let the connection in. Its ``answer`` is what every request on it would get."""

    def __init__(self, answer: Response) -> None:
        super().__init__(f"answered {answer.status}")
        self.answer = answer


class Line(Protocol):
    """A new connection, whose messages follow one another on it."""

    certificate: bytes
    """The server's, in DER; empty without TLS."""

    @property
    def closed(self) -> bool:
        """Has the server closed it?"""
        ...

    async def ask(self, request: Request) -> Response:
        """Send ``request`` as it stands, and return the answer.

        Raises:
            NetworkError: nothing usable came.
        """
        ...


class Greeter(Protocol):
    """Logs in each new connection to ``origin``; connections that it let in carry nobody else's requests."""

    origin: Origin

    async def greet(self, line: Line) -> None:
        """Log the connection in.

        Raises:
            NotGreeted: the server refuses, or would not be asked again.
            NetworkError: the connection broke.
        """
        ...
