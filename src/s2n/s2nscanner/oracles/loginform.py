"""Login forms: which request is one, how it is filled in, and how a site says that this was wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Exchange, Location, Request, Response
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.oracles.browsing import Visitor
from s2n.s2nscanner.oracles.forgery import page_values, token_names, with_values
from s2n.s2nscanner.oracles.probe import Sender
from s2n.s2nscanner.oracles.visitor import cookies_sent, has_password_field, sealed, visible

MAX_FIELDS = 8
"""A form with more is not for logging in."""

_FIELDS = frozenset({Location.QUERY, Location.FORM, Location.MULTIPART, Location.JSON})
_PASSWORD = re.compile(r"(?i)pass(?:word|wd|phrase|code)?|pwd|passwort|contrase|senha|비밀번호|^pw$")
_USER = re.compile(
    r"(?i)user|login|admin|e?-?mail|account|nick|(?:^|[_.-])u?id$|^name$|^usr|^log$|identifier"
)
_OTHER_FORM = re.compile(
    r"(?i)regist|sign[_-]?up|sign[_-]?on|create|reset|forgot|recover|change|profile|settings|new[_-]?user|install|setup"
)
_WRONG = re.compile(
    r"(?i)\b(?:invalid|incorrect|wrong|bad|unknown|no such|not (?:match|found|valid|correct|recogni[sz]ed))\b"
    r"|\b(?:fail(?:ed|ure)?|denied|unauthori[sz]ed|unauthenticated)\b|틀렸|잘못|falsch|incorrect[oa]s?\b"
)
_CAPTCHA = re.compile(
    r"(?i)g-recaptcha|h-captcha|cf-turnstile|recaptcha/(?:api|enterprise)|hcaptcha\.com"
    r"|<(?:input|img)\b[^<>]*captcha|\b(?:enter|solve|complete|verify|fill)\b[^<]{0,40}captcha"
    r"|captcha[^<]{0,20}\b(?:required|fail|incorrect|wrong|invalid)"
)
_LIMITED = re.compile(
    r"(?i)\btoo many\b|\b(?:locked|blocked|suspended|throttled|rate limit)"
    r"|\btry again (?:in|later|after)\b"
)
_SLOW_DOWN = frozenset({423, 429, 503})


class LoginForm(Struct, frozen=True):
    """The request that a login form sends, and its two fields."""

    request: Request
    user: InputPoint
    password: InputPoint

    @property
    def tokens(self) -> list[str]:
        """Names of the form's tokens against forgery."""
        own = {self.user.name, self.password.name}
        return [name for name in token_names(self.request) if name not in own]

    @property
    def wants_email(self) -> bool:
        """Is the user named by an e-mail address?"""
        return "@" in self.user.value or bool(re.search(r"(?i)mail", self.user.name))

    def filled(self, user: str, password: str, tokens: Mapping[str, str]) -> Request:
        """The request for this user and password."""
        request = inject(self.user, user)
        request = inject(replace(self.password, request=request), password)
        return sealed(with_values(request, tokens))


def login_form(request: Request) -> LoginForm | None:
    """``request`` as a login form: one password, a user, and not much else."""
    points = [point for point in points_of(request) if point.location in _FIELDS]
    passwords = [point for point in points if _PASSWORD.search(point.name)]
    if len(passwords) != 1 or len(points) > MAX_FIELDS or _OTHER_FORM.search(request.path):
        return None
    others = points[: points.index(passwords[0])]
    users = [point for point in points if point is not passwords[0] and _USER.search(point.name)]
    if not users or (request.method not in {"GET", "POST"}):
        return None
    before = [point for point in users if point in others]
    return LoginForm(request, (before or users)[-1], passwords[0])


def login_forms(endpoints: Iterable[Request]) -> list[LoginForm]:
    """The login forms among ``endpoints``, one for each path; those that POST first."""
    found: dict[tuple[str, str], LoginForm] = {}
    for request in sorted(endpoints, key=lambda request: request.method == "GET"):
        form = login_form(request)
        if form is not None:
            found.setdefault((str(request.origin), request.path), form)
    return list(found.values())


class Attempt(Struct, frozen=True):
    """One try to log in: the answer, after redirects, and whoever tried."""

    answer: Exchange
    visitor: Visitor


class Desk:
    """Where logins are tried, each by a new visitor.

    ``like``: a request as the client sent it. ``page``: where the form stands, if that is known.
    """

    def __init__(
        self,
        sender: Sender,
        form: LoginForm,
        endpoints: Sequence[Request],
        like: Request,
        *,
        page: Request | None = None,
    ) -> None:
        self.form = form
        self._sender = sender
        self._like = like
        self._cookies: dict[str, str] = {}
        self.needs_session = False
        origin, path = form.request.origin, form.request.path
        pages = [each for each in endpoints if each.method == "GET" and each.origin == origin]
        same = [each for each in pages if each.path == path and login_form(each) is None]
        named = [each for each in pages if re.search(r"(?i)log[_-]?in|sign[_-]?in", each.path)]
        self.page = page or (same or named or [Request("GET", origin, path)])[0]

    def for_members(self) -> "Desk":
        """This desk, with visitors who have the scan's session: strangers don't get to see it."""
        self.needs_session = True
        self._cookies = cookies_sent(self._like)
        return self

    def visitor(self, cookies: Mapping[str, str] | None = None) -> Visitor:
        """Somebody new."""
        return Visitor(self._sender, self._like, self._cookies if cookies is None else cookies)

    async def attempt(
        self,
        user: str,
        password: str,
        *,
        visitor: Visitor | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Attempt:
        """Try to log in; asks for the form's page first if it has tokens, or for a given ``visitor``."""
        tokens: dict[str, str] = {}
        names = self.form.tokens
        who = visitor or self.visitor()
        if names or visitor is not None:
            tokens = page_values((await who.browse(self.page)).response, names)
        request = self.form.filled(user, password, tokens)
        for name, value in (headers or {}).items():
            request = request.with_header(name, value)
        return Attempt(await who.browse(request), who)


def turned_away(answer: Exchange, before: Response | None = None) -> bool:
    """Does a site say here that user or password are wrong, or ask for them again?

    What it said ``before`` as well (a menu that names failures) says nothing of this login.
    """
    response = answer.response
    if response.status in {400, 401, 422}:
        return True
    if response.is_redirect or response.status >= 500 or response.status in {404, 405, 429}:
        return False
    wrong = _complaints(visible(response))
    if before is not None:
        wrong -= _complaints(visible(before))
    return bool(wrong) or (response.status < 400 and has_password_field(response))


def _complaints(text: str) -> Counter[str]:
    return Counter(match[0].lower() for match in _WRONG.finditer(text))


def limits(response: Response, before: Response) -> bool:
    """Does an answer slow whoever guesses down: a lock, a wait or a puzzle that ``before`` did not have?"""
    if response.status in _SLOW_DOWN or (response.status == 403 and before.status != 403):
        return True
    said = bool(_LIMITED.search(visible(response))) and not _LIMITED.search(visible(before))
    return said or (has_puzzle(response) and not has_puzzle(before))


def has_puzzle(response: Response) -> bool:
    """Must a captcha be solved?"""
    return bool(_CAPTCHA.search(response.text))
