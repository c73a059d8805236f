"""Where one can log in: the forms that the crawl met, else those that a visitor without a session finds.

A scan that is logged in is rarely shown the login form.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from urllib.parse import urlencode, urljoin

from s2n.model import Exchange, Request
from s2n.s2nscanner.html import parse
from s2n.s2nscanner.oracles.browsing import Visitor
from s2n.s2nscanner.oracles.formfields import FormFields, forms_of
from s2n.s2nscanner.oracles.loginform import Desk, login_forms
from s2n.s2nscanner.oracles.probe import Sender
from s2n.s2nscanner.oracles.visitor import cookies_sent, has_password_field

MAX_LINKS = 2
USUAL_PATHS = ("/login", "/login.php", "/signin", "/users/sign_in", "/accounts/login/", "/admin/")

_LOGIN = re.compile(r"(?i)log[_ -]?in|sign[_ -]?in|anmelden|connexion|iniciar ses|로그인|ログイン|войти")
_TICKED = frozenset({"checkbox", "radio"})
_NO_FIELD = frozenset({"submit", "image", "button", "reset", "file"})


async def desks(
    sender: Sender, endpoints: Sequence[Request], target_url: str, limit: int, *, login_url: str = ""
) -> list[Desk]:
    """A desk for each login form, ``limit`` at most; those for strangers before those for members.

    ``login_url`` is where the user says that one logs in. Sends one request, one more for each form that
    the crawl met, and up to ten where none of those is for strangers, or the crawl had a session.
    """
    start = await sender.send(Request.from_url(target_url))
    met = [Desk(sender, form, endpoints, start.request) for form in login_forms(endpoints)[:limit]]
    inner = [desk for desk in met if await _is_for_members(desk)]
    outer = [desk for desk in met if desk not in inner]
    if not outer or cookies_sent(start.request):
        places = {(desk.form.request.origin, desk.form.request.path) for desk in met}
        found = await _found(sender, endpoints, start, login_url)
        new = [desk for desk in found if (desk.form.request.origin, desk.form.request.path) not in places]
        outer = new + outer
    return [*outer, *(desk.for_members() for desk in inner)][:limit]


async def _is_for_members(desk: Desk) -> bool:
    """Is a stranger sent from the form's page to another one that asks for a password?"""
    page = await desk.visitor().browse(desk.page)
    elsewhere = page.request.path != desk.page.path
    return elsewhere and has_password_field(page.response)


async def login_page(sender: Sender, start: Exchange, login_url: str = "") -> Exchange | None:
    """The page that asks a stranger to log in; None where there is none.

    ``start`` is the first page as the scan got it. Looks at ``login_url``, at the first page, at what that
    links as the login, and at the usual places: ten requests at most.
    """
    async for page in _visit(Visitor(sender, start.request), start.request, login_url):
        if login_forms(_password_forms(page)):
            return page
    return None


async def _found(sender: Sender, endpoints: Sequence[Request], start: Exchange, login_url: str) -> list[Desk]:
    page = await login_page(sender, start, login_url)
    if page is None:
        return []
    shown = Request("GET", page.request.origin, page.request.target)
    forms = login_forms(_password_forms(page))
    return [Desk(sender, form, endpoints, start.request, page=shown) for form in forms]


async def _visit(visitor: Visitor, start: Request, login_url: str) -> AsyncIterator[Exchange]:
    """Where the user says, the start page, what it links as the login, and the usual places."""
    first = Request(start.method, start.origin, start.target)
    told = _request(start, login_url) if login_url else None
    if told is not None and told.origin == start.origin and told != first:
        yield await visitor.browse(told)
    page = await visitor.browse(first)
    yield page
    links = list(dict.fromkeys(_login_links(page)))[:MAX_LINKS]
    usual = [Request("GET", start.origin, path) for path in USUAL_PATHS]
    for request in [*links, *(each for each in usual if each not in links)]:
        yield await visitor.browse(request)


def _login_links(page: Exchange) -> Iterator[Request]:
    if not page.response.is_html:
        return
    for anchor in parse(page.response.text).find_all("a"):
        reference = anchor.attr("href") or ""
        if _LOGIN.search(reference) or _LOGIN.search(anchor.text[:40]):
            request = _request(page.request, reference)
            if request is not None and request.origin == page.request.origin:
                yield request


def _password_forms(page: Exchange) -> Iterator[Request]:
    """What the page's forms with a password field would send."""
    response = page.response
    if response.status == 404 or not response.is_html or not has_password_field(response):
        return
    for form in forms_of(response.text):
        request = _request(page.request, form.attributes.get("action") or page.request.target)
        if request is None or request.origin != page.request.origin:
            continue
        fields = urlencode(list(_fields(form)))
        if form.attributes.get("method", "").lower() != "post":
            yield Request("GET", request.origin, f"{request.path}?{fields}")
        else:
            kind = (("Content-Type", "application/x-www-form-urlencoded"),)
            yield Request("POST", request.origin, request.target, kind, fields.encode())


def _fields(form: FormFields) -> Iterator[tuple[str, str]]:
    pressed = False
    for control in form.inputs:
        name, kind = control.get("name", ""), control.get("type", "text").lower()
        value = control.get("value", "")
        if not name or (kind in _TICKED and "checked" not in control):
            continue
        if kind == "submit" and not pressed:
            pressed = True
            yield name, value
        elif kind not in _NO_FIELD:
            yield name, value


def _request(page: Request, reference: str) -> Request | None:
    try:
        return Request.from_url(urljoin(page.url, reference))
    except ValueError:
        return None
