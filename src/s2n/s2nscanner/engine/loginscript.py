"""A login that the user wrote: ``async def log_in(ctx)`` in the plugin folder, on a thread of its own."""

import inspect
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from s2n.errors import LoginFailed, S2nError, UsageError
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.totp import totp
from s2n.s2nscanner.engine.discovery import import_file
from s2n.s2nscanner.engine.isolation import ThreadStage
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.cookies import Cookie
from s2n.s2nscanner.oracles.probe import Sender

_NAME = re.compile(r"[\w-]+(?:\.py)?")
_FORM = "application/x-www-form-urlencoded"


class Given(msgspec.Struct, forbid_unknown_fields=True):
    """What ``log_in`` may return; the cookies of its requests are kept in any case."""

    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    token: str = ""


class LoginContext:
    """What a login script is given: the user's options, and the means to send requests in one session."""

    def __init__(self, scan: ScanRequest, sender: Sender) -> None:
        self.target_url = scan.target_url
        self.login_url = scan.login_url or scan.target_url
        self.username = scan.username
        self.password = scan.password
        self.token = scan.token
        self._secret = scan.totp_secret
        self._sender = sender

    def totp(self, at: float) -> str:
        """The one-time code of ``--totp-secret`` at ``at`` seconds since 1970."""
        return totp(self._secret, at)

    async def send(self, request: Request, *, follow: bool = True) -> Exchange:
        """Send a request; redirects are followed, cookies kept."""
        return await self._sender.send(request, follow=follow)

    async def get(self, url: str) -> Exchange:
        """GET an absolute URL."""
        return await self.send(Request.from_url(url))

    async def post(self, url: str, *, form: dict[str, str] | None = None, json: Any = None) -> Exchange:
        """POST a form or a JSON value."""
        if form is not None:
            body, kind = urlencode(form).encode(), _FORM
        else:
            body, kind = msgspec.json.encode(json), "application/json"
        return await self.send(Request.from_url(url, "POST").with_body(body, kind))


class ScriptLogin:
    """Runs the script. It may block its own thread, and only that.

    Raises:
        UsageError: there is no such file in the plugin folder, or it cannot be loaded.
    """

    renewable = True

    def __init__(self, scan: ScanRequest, folder: Path) -> None:
        self._scan = scan
        self._log_in = _load(scan.login_script, folder)

    async def log_in(self, visitor: HttpClient) -> Session:
        """Call it, with the visitor's session."""
        stage = ThreadStage("login-script")
        context = LoginContext(self._scan, stage.bridge(_Learning(visitor)))
        try:
            result = await stage.call(lambda: _awaited(self._log_in(context)), self._scan.plugin_timeout)
            given = msgspec.convert(result or {}, Given)
        except S2nError as error:
            raise LoginFailed(f"the login script failed: {error}", error.remedy) from error
        except TimeoutError as error:
            raise LoginFailed(
                f"the login script took more than {self._scan.plugin_timeout:g} s", "raise --plugin-timeout"
            ) from error
        except Exception as error:
            raise LoginFailed(
                f"the login script failed: {type(error).__name__}: {error}", f"mend {self._scan.login_script}"
            ) from error
        finally:
            stage.close()
        host = Request.from_url(self._scan.target_url).origin.host
        for name, value in given.cookies.items():
            visitor.jar.add(Cookie(name, value, host))
        headers = tuple(given.headers.items())
        if given.token:
            headers += (("Authorization", f"Bearer {given.token}"),)
        return Session(headers=headers, token=bool(headers or given.cookies))


class _Learning:
    """A visitor that keeps the cookies of all answers."""

    def __init__(self, visitor: HttpClient) -> None:
        self._visitor = visitor

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- as in `Sender`
    ) -> Exchange:
        return await self._visitor.send(
            request, follow=follow, exact=exact, alone=alone, timeout=timeout, learn=True
        )


async def _awaited(result: Any) -> Any:
    return await result if inspect.isawaitable(result) else result


def _load(name: str, folder: Path) -> Any:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--login-script {name!r} is not the name of a file",
            "put it into the plugin folder, give its name",
        )
    path = folder / f"{name.removesuffix('.py')}.py"
    if not path.is_file():
        raise UsageError(
            f"there is no login script {path.name} in the plugin folder",
            "put it into ./s2n-plugins or name its folder with --plugin-dir; "
            "begin its name with _ so that it is not taken for a plugin",
        )
    try:
        module = import_file(path)
    except (Exception, SystemExit) as error:
        raise UsageError(f"the login script {path.name} cannot be loaded: {error}", "mend it") from error
    log_in = getattr(module, "log_in", None)
    if not callable(log_in):
        raise UsageError(f"{path.name} has no log_in", "write: async def log_in(ctx): …")
    return log_in
