"""Where an API wants its credentials, and the scan's own in that place."""

import base64
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from s2n.protocol import ScanRequest

_SESSIONS = frozenset({"auto", "cookie", "script"})
"""Ways to log in that end in cookies of the scan's own."""


class Grant(Struct, frozen=True):
    """Credentials as parts of a request."""

    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()


class Access(Struct, frozen=True):
    """The scan's credentials. ``sent``: headers, in lower case, that every request has."""

    token: str = ""
    username: str = ""
    password: str = ""
    sent: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scan: ScanRequest) -> "Access":
        """The credentials of ``scan``."""
        sent = {line.partition(":")[0].strip().lower() for line in scan.headers}
        if scan.auth == "api-key":
            sent.add(scan.api_key_name.lower())
        elif scan.auth not in {"none", "header"}:
            sent.add("authorization")
        if scan.cookies or scan.auth in _SESSIONS:
            sent.add("cookie")
        return cls(scan.token, scan.username, scan.password, frozenset(sent))

    def grant(self, scheme: Mapping[str, Any]) -> Grant | None:
        """What satisfies an OpenAPI security scheme (2.0 or 3.x); None without the credentials for it."""
        kind = str(scheme.get("type", "")).lower()
        if kind == "apikey":
            return self._key(str(scheme.get("name", "")), str(scheme.get("in", "header")))
        basic = kind == "basic" or (kind == "http" and str(scheme.get("scheme", "")).lower() == "basic")
        if "authorization" in self.sent:
            return Grant()
        if basic:
            if not self.username:
                return None
            pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
            return Grant(headers=(("Authorization", f"Basic {pair}"),))
        return Grant(headers=(("Authorization", f"Bearer {self.token}"),)) if self.token else None

    def _key(self, name: str, place: str) -> Grant | None:
        if ("cookie" if place == "cookie" else name.lower()) in self.sent:
            return Grant()
        if not self.token or not name:
            return None
        pair = ((name, self.token),)
        if place == "query":
            return Grant(query=pair)
        return Grant(cookies=pair) if place == "cookie" else Grant(headers=pair)
