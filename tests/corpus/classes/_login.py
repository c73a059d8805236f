"""Sites with a login form, in the manners of several frameworks, for the classes about logging in."""

import hashlib
import itertools
import json
from urllib.parse import parse_qsl

from corpus.classes._members import cookies, reply
from s2n.model import Request
from s2n.s2nscanner.http.points import points_of
from support.site import html

FORM = "application/x-www-form-urlencoded"
INSIDE = (
    "<!doctype html><title>Home</title><h1>Welcome, {}</h1><p>Your orders.</p><a href='/logout'>Log out</a>"
)
OFFICE = INSIDE + (
    "<ul><li>Error log<li>Failed jobs<li>Invalid orders<li>Access denied list</ul>"
    "<form method=post action=/password><input type=password name=new></form>"
)
"""Inside, with words in its menu that a refusal may have as well, and a form for a new password."""
OUTSIDE = "<!doctype html><title>Shop</title><h1>Shop</h1><p>Tea and more.</p><a href='/login'>Log in</a>"


def login(body="username=ann&password=secret", kind=FORM, path="/login", method="POST"):
    """What the form sends, and the page it stands on."""
    if method == "GET":
        return (
            Request.from_url(f"http://site.test{path}?{body}"),
            Request.from_url(f"http://site.test{path}"),
        )
    headers = (("Content-Type", kind),)
    post = Request.from_url(f"http://site.test{path}", method, headers, body.encode())
    return (post, Request.from_url(f"http://site.test{path}"))


JSON = login('{"email": "ann@site.test", "password": "secret"}', "application/json", "/api/login")


def given(request):
    """Query, form, JSON or multipart fields."""
    if "json" in (request.header("content-type") or ""):
        return json.loads(request.body)
    body = {
        point.name: point.value for point in points_of(request) if point.location in {"form", "multipart"}
    }
    return dict(parse_qsl(request.query, keep_blank_values=True)) | body


def page(message="", token="", fields="username"):
    hidden = f"<input type=hidden name=csrf_token value={token}>" if token else ""
    return (
        f"<!doctype html><title>Log in</title><h1>Log in</h1><p class=error>{message}</p>"
        f"<form method=post action=/login>{hidden}<input name={fields}><input type=password name=password>"
        "<button>Log in</button></form>"
    )


# How the site answers a wrong guess: a function of the user named.


def with_page(user):
    return html(page("Invalid username or password."))


def with_echo(user):
    return html(page(f"No account for {user} with this password."))


def with_401(user):
    return html(page("Wrong password."), 401)


def with_redirect(user):
    return html("", 302, location="/login?error=1")


def with_json(user):
    return reply('{"error": "Invalid email or password."}', 401)


def with_text(user):
    return reply("Login failed", 200, "text/plain")


def with_400(user):
    return reply('{"success": false, "message": "bad credentials"}', 400)


class LoginSite:
    """A site with a login; see `site`."""

    def __init__(self, accounts, wrong, *, limit, session, name, token, right, adopts, inside):
        self.accounts = accounts
        self.wrong = wrong
        self.limit = limit
        self.session = session
        self.name = name
        self.token = token
        self.right = right
        self.adopts = adopts
        self.inside = inside
        self.guesses = []
        self.sessions = {}
        self.serial = itertools.count(1)

    def __call__(self, request):
        jar = cookies(request)
        sid, sets = self.begin(jar.get(self.name, ""))
        form = given(request)
        if "password" in form or "passwd" in form:
            return self.attempt(request, form, sid, sets)
        user = self.sessions.get(jar.get("auth" if self.session == "adds" else self.name, ""))
        if request.path.endswith("login"):
            message = "Invalid username or password." if "error=1" in request.query else ""
            return html(page(message, self.secret(sid) if self.token else ""), **sets)
        return html(self.inside.format(user) if user else OUTSIDE, **sets)

    def attempt(self, request, form, sid, sets):
        if self.token and form.get("csrf_token") != self.secret(sid):
            return html("<h1>Bad Request</h1><p>The CSRF token is missing.</p>", 403)
        user = form.get("username") or form.get("email") or form.get("user") or ""
        if self.limit is not None and (answer := self.limit(request, self.guesses)) is not None:
            return answer
        if self.accounts.get(user) != (form.get("password") or form.get("passwd")):
            self.guesses.append((user, request.header("x-forwarded-for")))
            return self.wrong(user)
        if self.right is not None:
            return self.right(user)
        if self.session != "keeps" and not (self.adopts and sid):
            sid = self.new_id()
            sets = self.cookie("auth" if self.session == "adds" else self.name, sid)
        self.sessions[sid] = user
        return html("", 302, location="/home", **sets)

    def begin(self, sid):
        """The session of a visitor with this id, and the cookie they get."""
        if sid in self.sessions or (self.adopts and sid):
            return sid, {}
        if self.session == "late":
            return "", {}
        sid = self.new_id()
        self.sessions[sid] = None
        return sid, self.cookie(self.name, sid)

    def new_id(self):
        return self.secret(f"id{next(self.serial)}")

    def cookie(self, name, value):
        return {"set_cookie": f"{name}={value}; Path=/; HttpOnly"}

    def secret(self, sid):
        return hashlib.sha256(sid.encode()).hexdigest()[:32]


def site(
    wrong=with_page,
    *,
    users=None,
    limit=None,
    session="rotates",
    name="sessionid",
    token=False,
    right=None,
    adopts=False,
    inside=INSIDE,
):
    """``limit``: request and wrong guesses so far → an answer or None. ``session``: what a login does to the
    id: *rotates*, *keeps*, *late* (gives the first one), *adds* (a second cookie). ``adopts``: ids that
    visitors bring along are taken."""
    accounts = {"ann": "secret", "ann@site.test": "secret"} if users is None else users
    return lambda: LoginSite(
        accounts,
        wrong,
        limit=limit,
        session=session,
        name=name,
        token=token,
        right=right,
        adopts=adopts,
        inside=inside,
    )


def no_login():
    """A shop without members."""
    return lambda request: html("<!doctype html><h1>Shop</h1><form><input name=q></form>")


# Limits.


def too_many(after, answer=None, by="address"):
    """``by``: *address* (of the connection), *forwarded* (what the request says), *user*."""

    def limit(request, guesses):
        user = given(request).get("username") or given(request).get("email")
        address = request.header("x-forwarded-for")
        mine = [
            guess
            for guess in guesses
            if by == "address"
            or (by == "user" and guess[0] == user)
            or (by == "forwarded" and guess[1] == address)
        ]
        return (answer or stop_429)(user) if len(mine) >= after else None

    return limit


def stop_429(user):
    return html("<h1>Too Many Requests</h1>", 429, retry_after="60")


def stop_page(user):
    return html(page("Too many failed attempts. Try again in 15 minutes."))


def stop_captcha(user):
    return html(page("Please solve the captcha.") + "<div class=g-recaptcha></div>")


def stop_403(user):
    return html("<h1>Blocked</h1>", 403)


def stop_json(user):
    return reply('{"error": "Too many requests"}', 429)


def stop_locked(user):
    return html(page("This account has been locked."), 423)
