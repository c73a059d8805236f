"""What ``--auth`` stands for: credentials that travel with every request, or a login."""

import base64
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from msgspec.structs import replace

from s2n.errors import LoginFailed, UsageError
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin
from s2n.s2nscanner.auth.cookiefile import read_cookies
from s2n.s2nscanner.auth.digest import DigestLogin
from s2n.s2nscanner.auth.ntlm import NtlmLogin
from s2n.s2nscanner.auth.oauth import OAuth2Login
from s2n.s2nscanner.auth.recorded import RecordedLogin
from s2n.s2nscanner.auth.session import Login, Session
from s2n.s2nscanner.auth.totp import totp
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.cookies import Cookie
from s2n.s2nscanner.http.identity import Identity

_USERINFO = re.compile(r"(?i)(https?://)([^/?#\\@]*)@")


class Given:
    """Credentials that the user has: nothing is asked, and nothing can be renewed."""

    renewable = False

    def __init__(self, scan: ScanRequest, session: Session, cookies: tuple[Cookie, ...] = ()) -> None:
        self._scan = scan
        self._session = session
        self._cookies = cookies

    async def log_in(self, visitor: HttpClient) -> Session:
        """Make sure that the target takes them."""
        for cookie in self._cookies:
            visitor.jar.add(cookie)
        visitor.authorize = self._session.authorize
        url = self._scan.auth_check_url or self._scan.target_url
        exchange = await visitor.send(Request.from_url(url), follow=True, learn=True)
        if exchange.response.status == 401:
            challenge = exchange.response.header("www-authenticate") or "no challenge"
            raise LoginFailed(
                f"{url} answers 401 to the credentials of --auth {self._scan.auth} ({challenge})",
                "check the user, password or token, and whether another --auth is meant",
            )
        return self._session


def out_of_the_url(scan: ScanRequest) -> ScanRequest:
    """``scan`` without ``user:password@`` in its URL: that is basic authentication unless `auth` is another.

    So that the password stands in one field, where it is known as a secret, and not in every report. A cookie
    file alone means ``--auth cookie``, a recording ``--auth recorded``.
    """
    if scan.auth == "none" and scan.login_recording:
        scan = replace(scan, auth="recorded")
    match = _USERINFO.match(scan.target_url)
    if match is None:
        return scan if scan.auth != "none" or not scan.cookie_file else replace(scan, auth="cookie")
    bare = replace(scan, target_url=match[1] + scan.target_url[match.end() :])
    user, _, password = match[2].partition(":")
    if scan.auth != "none" or not user:
        return bare
    return replace(bare, auth="basic", username=unquote(user), password=unquote(password))


def without_credentials(scan: ScanRequest) -> ScanRequest:
    """``scan`` as it is for a visitor who is not logged in: without the headers or cookies that log in."""
    if scan.auth == "header":
        return replace(scan, headers=())
    if scan.auth == "cookie":
        headers = tuple(line for line in scan.headers if not line.lower().startswith("cookie:"))
        return replace(scan, cookies=(), headers=headers)
    return scan


def login_of(scan: ScanRequest, shared: SharedProcess | None = None) -> Login | None:
    """The way to log in that ``scan`` asks for; None for none, and for a script, which the engine runs.

    ``shared``: the browser process of the scan, for logins that are made in one.

    Raises:
        UsageError: what ``auth`` needs is missing or cannot be used, or others cannot log in in this way.
    """
    if scan.auth_as and scan.auth not in _BY_NAME:
        raise UsageError(
            f"--auth-as does not go with --auth {scan.auth}: others log in by user and password",
            f"use --auth {', '.join(sorted(_BY_NAME))}",
        )
    make = _LOGINS.get(scan.auth)
    if make is None:
        return None
    for field, how in _NEEDED.get(scan.auth, {}).items():
        if not getattr(scan, field):
            what = {"username": "a user", "headers": "a header"}.get(field, "a " + field.replace("_", " "))
            raise UsageError(f"--auth {scan.auth} needs {what}", f"give {how}")
    if scan.totp_secret:
        totp(scan.totp_secret, 0)  # a wrong one is found before anything is sent
    if make is AutoLogin:
        return AutoLogin(scan, shared=shared)
    return RecordedLogin(scan, shared=shared) if make is RecordedLogin else make(scan)


def _basic(scan: ScanRequest) -> Given:
    pair = base64.b64encode(f"{scan.username}:{scan.password}".encode()).decode()
    return Given(scan, _with_header("Authorization", f"Basic {pair}"))


def _bearer(scan: ScanRequest) -> Given:
    return Given(scan, _with_header("Authorization", f"Bearer {scan.token}"))


def _digest(scan: ScanRequest) -> DigestLogin:
    return DigestLogin(scan.auth_check_url or scan.target_url, scan.username, scan.password)


def _header(scan: ScanRequest) -> Given:
    return Given(scan, Session(headers=Identity(scan).named))


def _api_key(scan: ScanRequest) -> Given:
    name, value = scan.api_key_name, scan.token
    if scan.api_key_in == "query":
        return Given(scan, Session(query=f"{quote(name, safe='')}={quote(value, safe='')}"))
    if scan.api_key_in == "cookie":
        return Given(scan, Session(), (Cookie(name, value, Request.from_url(scan.target_url).origin.host),))
    return Given(scan, _with_header(name, value))


def _cookie(scan: ScanRequest) -> Given:
    cookies = tuple(Identity(scan).new_jar())
    if scan.cookie_file:
        cookies += tuple(read_cookies(scan.cookie_file, Request.from_url(scan.target_url).origin))
    if not cookies:
        raise UsageError("--auth cookie needs a cookie", "give --cookie NAME=VALUE or --cookie-file FILE")
    return Given(scan, Session(), cookies)


def _with_header(name: str, value: str) -> Session:
    """Read like a header of the user's: an impossible one is wrong use, whatever option made it."""
    given = ScanRequest(target_url="http://localhost/", headers=(f"{name}: {value}",))
    return Session(headers=Identity(given).named)


_USER = {"username": "--username and --password (or S2N_PASSWORD)"}
_TOKEN = {"token": "--token, or better S2N_TOKEN"}
_BY_NAME = frozenset({"auto", "basic", "digest", "ntlm", "oauth2", "recorded"})
_NEEDED: dict[str, dict[str, str]] = {
    "basic": _USER,
    "digest": _USER,
    "ntlm": _USER,
    "auto": {**_USER, "password": "--password, or better S2N_PASSWORD"},
    "recorded": {"login_recording": "--login-recording FILE"},
    "bearer": _TOKEN,
    "api-key": _TOKEN,
    "header": {"headers": "-H 'Authorization: …'"},
    "oauth2": {"token_url": "--token-url", "client_id": "--client-id and --client-secret"},
}
"""What each kind of ``auth`` cannot do without, and how it is given."""

_LOGINS: dict[str, Callable[[ScanRequest], Login]] = {
    "basic": _basic,
    "digest": _digest,
    "ntlm": NtlmLogin,
    "auto": AutoLogin,
    "recorded": RecordedLogin,
    "bearer": _bearer,
    "api-key": _api_key,
    "header": _header,
    "cookie": _cookie,
    "oauth2": OAuth2Login,
}
