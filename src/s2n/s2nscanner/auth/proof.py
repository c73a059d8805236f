"""How to tell that we are in: a page that the logged-in see otherwise than everybody else."""

import re
from collections.abc import Awaitable, Callable, Iterable

from msgspec import Struct

from s2n.errors import NetworkError
from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.http.redirects import redirected
from s2n.s2nscanner.oracles.stability import Stable, learned
from s2n.s2nscanner.oracles.visitor import has_password_field

_WAYS_OUT = (
    *(
        f"{verb}{sign}{way}"
        for verb in ("log", "sign")
        for sign in ("", " ", "-", "_")
        for way in ("out", "off")
    ),
    *("로그아웃", "abmelden", "déconnexion", "déconnecter", "cerrar sesi", "выйти", "выход", "ログアウト"),
    *("ausloggen", "disconnetti", "uitloggen", "logga ut", "wyloguj", "退出登录", "登出", "encerrar sess"),
)

LOGIN_PATH = re.compile(r"(?i)/(?:\w+[_-])?(?:log|sign)[_-]?[io]n(?:$|[/.;])|/sso(?:/|$)")


Ask = Callable[[Request], Awaitable[Exchange]]


class Proof(Struct, frozen=True):
    """A page and what of it shows that we are in. The first that is there decides: pattern, logout, face."""

    request: Request
    path: str
    """Where it ends, after redirects, for those who are in."""
    password_field: bool = False
    """It has one for those who are in, too."""
    pattern: re.Pattern[str] | None = None
    logout: bool = False
    face: Stable | None = None
    """The page as others see it."""
    others: Exchange | None = None
    """What others got."""

    def inside(self, page: Exchange) -> bool:
        """Was this answer to `request` given to somebody logged in?"""
        text = page.response.text
        if self.pattern is not None:
            return self.pattern.search(text) is not None
        if page.response.status >= 400 or page.request.path != self.path or page.response.is_redirect:
            return False
        if shows_login_form(page.response) and not self.password_field:
            return False
        if self.logout:
            return offers_logout(text)
        return self.face is None or not self.face.same(page)


async def learn(insider: Ask, outsider: Ask, pages: Iterable[str], pattern: str = "") -> Proof | None:
    """The best proof among ``pages``: one that others are refused or see without a way to log out.

    Both follow redirects and keep cookies. None if all look the same to them. ``pattern``: what the user
    says the logged-in see, taken as it is, on the first page where they do and others do not.
    """
    second: Proof | None = None
    for url in dict.fromkeys(pages):
        request = Request.from_url(url)
        try:
            ours = await insider(request)
            theirs = await outsider(request)
        except NetworkError:
            continue
        if pattern:
            wanted = re.compile(pattern)
            if wanted.search(ours.response.text) and not wanted.search(theirs.response.text):
                return Proof(request, ours.request.path, pattern=wanted, others=theirs)
            continue
        if ours.response.status >= 400 or ours.response.is_redirect:
            continue
        field = has_password_field(ours.response)
        refused = _refused(ours, theirs)
        logout = offers_logout(ours.response.text) and not offers_logout(theirs.response.text)
        if refused or logout:
            return Proof(request, ours.request.path, field, logout=logout, others=theirs)
        face = learned([theirs, await outsider(request)])
        if second is None and face is not None and not face.same(ours):
            again = await insider(request)
            if not face.same(again):
                second = Proof(request, ours.request.path, field, face=face, others=theirs)
    return second


async def guessed(insider: Ask, outsider: Ask, pages: Iterable[str]) -> Proof | None:
    """As `learn`, of ``pages`` that may not be there: the first that is ours alone."""
    for url in pages:
        request = Request.from_url(url)
        try:
            ours = await insider(request)
            theirs = await outsider(request) if ours.response.status < 300 else None
        except NetworkError:
            continue
        if theirs is not None and _refused(ours, theirs):
            return Proof(request, ours.request.path, has_password_field(ours.response), others=theirs)
    return None


def offers_logout(text: str) -> bool:
    """Is there a way to log out, which only somebody who is logged in is offered?

    Searched for word by word: every answer of a scan is looked at, and a regular expression that ignores case
    takes 30 times as long.
    """
    lower = text.lower()
    for way in _WAYS_OUT:
        at = lower.find(way)
        while at >= 0:
            around = lower[at - 1 : at] + lower[at + len(way) : at + len(way) + 1]
            if not way.isascii() or not any(map(str.isalnum, around)):
                return True
            at = lower.find(way, at + 1)
    return False


def shows_login_form(response: Response) -> bool:
    """Does the page have a password field? As `has_password_field`, at once for most pages."""
    return "password" in response.text.lower() and has_password_field(response)


def leads_to_login(exchange: Exchange) -> bool:
    """Is somebody sent to a login page here, on the way or by the last answer?"""
    for hop in (*exchange.hops, exchange):
        there = redirected(hop.request, hop.response)
        if there is not None and LOGIN_PATH.search(there.path):
            return True
    return False


def _refused(ours: Exchange, theirs: Exchange) -> bool:
    """Is the page withheld from others: an error, another place, or a login form?"""
    if theirs.response.status in {401, 403, 404}:
        return True
    if theirs.response.status >= 400:
        return False
    if theirs.request.path != ours.request.path:
        return True
    return has_password_field(theirs.response) and not has_password_field(ours.response)
