"""A site for members: the ways to log in that sites have, and the ways in which that fails."""

import itertools
import json

from s2n.model import Request, Response
from s2n.s2nscanner.auth.totp import totp
from support.site import html, params

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def cookies(request: Request) -> dict[str, str]:
    """The cookies that a request carries."""
    pairs = (piece.strip().partition("=") for piece in (request.header("cookie") or "").split(";"))
    return {name: value for name, sign, value in pairs if sign}


def redirect(path: str, **headers: str) -> Response:
    """A 302."""
    return html("", 302, location=path, **headers)


class Members:
    """``anna`` with password ``s3cret`` may enter.

    ``lifetime``: requests until a session ends. ``two_pages``: the user first, then the password.
    ``code``: the clock (seconds since 1970) for a one-time code. ``captcha``: a puzzle that nobody solves.
    ``lock_after``: wrong passwords. ``changed``: the form is gone after the first login. ``one_login``:
    later ones do not hold.
    """

    def __init__(
        self,
        *,
        lifetime: int = 10**9,
        two_pages: bool = False,
        code: float | None = None,
        captcha: bool = False,
        lock_after: int = 100,
        changed: bool = False,
        one_login: bool = False,
    ) -> None:
        self.lifetime = lifetime
        self.two_pages = two_pages
        self.code = code
        self.captcha = captcha
        self.lock_after = lock_after
        self.changed = changed
        self.one_login = one_login
        self.logins = 0
        self.wrong = 0
        self.left: list[str] = []
        self._inside: dict[str, int] = {}
        self._tokens: dict[str, str] = {}
        self._users: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._number = itertools.count(1)

    def __call__(self, request: Request) -> Response | str:
        session = cookies(request).get("sid", "")
        match request.method, request.path:
            case "GET", "/login":
                return self._form(session=session)
            case "POST", "/login":
                return self._log_in(request, session)
            case "POST", "/code":
                return self._check_code(request, session)
            case _, "/public":
                return "<p>For everybody</p>"
        if not self._is_in(session):
            return redirect("/login?next=" + request.path)
        return self._page(request, session)

    def _page(self, request: Request, session: str) -> Response | str:
        bar = "<a href='/logout'>Log out</a>"
        match request.path:
            case "/":
                return f"<h1>Hello anna</h1>{bar}<a href='/search?q=tea'>s</a><a href='/bye'>Good bye</a>"
            case "/search":
                return f"<p>You searched for {params(request).get('q')}</p>{bar}"
            case "/logout" | "/bye":
                self.left.append(request.path)
                del self._inside[session]
                return redirect("/login")
        return html(f"not here {bar}", 404)

    def _is_in(self, session: str) -> bool:
        if session not in self._inside:
            return False
        self._inside[session] += 1
        if self._inside[session] > self.lifetime:
            del self._inside[session]
            return False
        return True

    def _form(self, said: str = "", session: str = "") -> Response:
        if self.changed and self.logins:
            return html("<p>Please use our app</p>")
        if not session:
            session = f"a{next(self._number)}"
        token = self._tokens[session] = f"t{next(self._number)}x"
        puzzle = "<div class='g-recaptcha'></div>" if self.captcha else ""
        password = "<input type='password' name='secret'>" if not self.two_pages or said == "password" else ""
        user = "" if said == "password" else "<input type='email' name='who'>"
        page = (
            f"<p>{said}</p><form action='/search'><input name='q'></form>"
            f"<form method='post' action='/login'><input type='hidden' name='csrf' value='{token}'>"
            f"{user}{password}{puzzle}<button>Log in</button></form>"
        )
        return html(page, set_cookie=f"sid={session}; Path=/")

    def _log_in(self, request: Request, session: str) -> Response | str:
        sent = params(request)
        if not session or sent.get("csrf") != self._tokens.get(session):
            return html("bad token", 403)
        if self.two_pages and "secret" not in sent:
            self._users[session] = sent.get("who", "")
            return self._form("password", session)
        who = self._users.get(session) or sent.get("who")
        if self.wrong >= self.lock_after:
            return self._form("Your account is locked", session)
        if (who, sent.get("secret")) != ("anna", "s3cret") or self.captcha:
            self.wrong += 1
            return self._form("Invalid user or password", session)
        if self.code is not None:
            self._waiting.add(session)
            return self._code_form()
        return self._enter(session)

    def _code_form(self, said: str = "") -> str:
        return (
            f"<p>{said}</p><form method='post' action='/code'><input name='otp' inputmode='numeric'></form>"
        )

    def _check_code(self, request: Request, session: str) -> Response | str:
        assert self.code is not None
        if session not in self._waiting or params(request).get("otp") != totp(SECRET, self.code):
            self.wrong += 1
            return self._code_form("Wrong code")
        return self._enter(session)

    def _enter(self, session: str) -> Response:
        self.logins += 1
        if self.one_login and self.logins > 1:
            return redirect("/public", set_cookie="sid=nobody; Path=/")
        new = f"s{next(self._number)}"
        self._inside[new] = 0
        return redirect("/", set_cookie=f"sid={new}; Path=/; HttpOnly")


def as_json(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, "", (("Content-Type", "application/json"),), json.dumps(value).encode())
