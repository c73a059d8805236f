"""What a login gives: the headers, cookies and query parameters that make a request ours."""

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Exchange, Headers, Request
from s2n.s2nscanner.http.client import HttpClient

Storage = dict[str, dict[str, dict[str, str]]]
"""What pages keep in the browser: origin → ``local`` or ``session`` → key → value."""


class Credentials(Protocol):
    """Whatever authorises requests."""

    def authorize(self, request: Request) -> Request:
        """``request`` with the credentials; what it names itself is left alone."""
        ...

    def challenged(self, exchange: Exchange) -> bool:
        """Take in a 401; is it worth asking again at once, with what the answer taught?"""
        ...


class Session(Struct, frozen=True):
    """Credentials that are the same for every request. Cookies live in the jar of who logged in."""

    headers: Headers = ()
    query: str = ""
    """``name=value``, encoded, added to each URL."""
    landing: str = ""
    """The page that the login led to, if there is one."""
    token: bool = False
    """Was a token given? Then we are surely in, whatever the pages look like."""
    storage: Storage = {}
    """What pages in a browser need to find to know that we are in."""
    checks: tuple[str, ...] = ()
    """What the page asked for after the login: others may be refused it."""

    def authorize(self, request: Request) -> Request:
        """``request`` with headers and query parameter, unless it names them itself."""
        for name, value in self.headers:
            if request.header(name) is None:
                request = request.with_header(name, value)
        name = self.query.partition("=")[0]
        if name and not any(pair.partition("=")[0] == name for pair in request.query.split("&")):
            query = f"{request.query}&{self.query}" if request.query else self.query
            request = replace(request, target=f"{request.path}?{query}")
        return request

    def challenged(self, exchange: Exchange) -> bool:
        """A 401 teaches nothing here."""
        del exchange
        return False


class Login(Protocol):
    """A way to log in. ``renewable``: can it be done again when the session has ended?

    One that knows another way, for when nothing shows that it worked, has ``other_way()`` as well: it says
    whether there is one, which is then taken.
    """

    renewable: bool

    async def log_in(self, visitor: HttpClient) -> Credentials:
        """Log ``visitor``, who has no session yet, in.

        Raises:
            LoginFailed: it did not work, or must not be tried again.
            NetworkError: a request failed.
        """
        ...
