"""The next step of a login, read from a page: which form asks for a user, a password or a one-time code."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Exchange, Location, Request
from s2n.s2nscanner.auth.words import CODE, LOGIN, OTHER, PASSWORD, USER
from s2n.s2nscanner.crawler.forms import Control, Form, Submission, submissions
from s2n.s2nscanner.crawler.javascript.calls import Call
from s2n.s2nscanner.crawler.page import Page, read_page
from s2n.s2nscanner.crawler.seenvalues import SeenValues
from s2n.s2nscanner.http.points import inject, points_of
from s2n.s2nscanner.http.urls import Base
from s2n.s2nscanner.oracles.loginform import login_form
from s2n.s2nscanner.oracles.probe import Fresh

TYPED = frozenset({"text", "email", "tel", "number", "search", "url"})
_PIN = re.compile(r"(?i)pin$")
_CALLS = re.compile(r"\w\s*\(")
_SCRAMBLES = re.compile(
    r"(?i)crypt|\b(?:hex_)?(?:md5|sha1|sha256|sha512|rsa)\b|\.value\s*=\s*[^;]*\(|btoa\s*\(|digest\s*\("
)
"""A script that makes something else of what was typed."""

_BODIES = frozenset({Location.QUERY, Location.FORM, Location.MULTIPART, Location.JSON})


class Step(Struct, frozen=True):
    """A request that takes a login further; ``user``, ``password`` and ``code`` name its fields, if any."""

    request: Request
    user: str = ""
    password: str = ""
    code: str = ""
    scripted: bool = False
    """A script sends it: it was read from one, or the form says neither where nor how it is sent."""

    def filled(self, username: str, password: str, code: str) -> Request:
        """The request with these values in its fields; everything else is as the page gives it."""
        request = self.request
        values = {self.user: username, self.password: password, self.code: code}
        for point in points_of(request):
            if point.location in _BODIES and point.name in values and point.name:
                request = inject(replace(point, request=request), values[point.name])
        return request


def step_on(page: Exchange) -> Step | None:
    """The form on ``page`` that logs in: one with a password first, then a code, then a user alone."""
    if not page.response.is_html:
        return None
    read = read_page(page.response.text)
    found = [(form, step) for form in read.forms if (step := _step(form, read, page)) is not None]
    found.sort(key=lambda pair: (not pair[1].password, not pair[1].code, *_unlikely(pair[0], page)))
    return found[0][1] if found else None


def step_of_calls(calls: Iterable[Call], base: str) -> Step | None:
    """The login that a script sends by ``fetch`` or the like, its URL and fields as literals."""
    for call in calls:
        url = Base(base).join(call.reference)
        if url is None:
            continue
        headers = (("Content-Type", call.content_type),) if call.content_type else ()
        form = login_form(Request.from_url(url, call.method, headers, call.body))
        if form is not None:
            return Step(form.request, form.user.name, form.password.name, scripted=True)
    return None


def asks_for_password(page: Exchange) -> bool:
    """Does the page have a password field, in whatever form?"""
    return page.response.is_html and any(
        control.kind == "password"
        for form in read_page(page.response.text).forms
        for control in form.controls
    )


def _step(form: Form, read: Page, page: Exchange) -> Step | None:
    passwords = [control for control in form.controls if control.kind == "password"]
    about = _about(form)
    if len(passwords) > 1 or any(c.attributes.get("autocomplete") == "new-password" for c in passwords):
        return None
    if OTHER.search(about) or any(control.kind == "file" for control in form.controls):
        return None
    called = list(_called(form))
    if called and all(OTHER.search(text) for text in called):
        return None
    typed = [control for control in form.controls if control.kind in TYPED and control.name]
    user, code = _best(typed, passwords, form), next((c for c in typed if _is_code(c)), None)
    if not passwords and user is not None and len(typed) > 1:
        passwords = [control for control in typed if control is not user and _is_in_plain(control)][:1]
        code = None if code in passwords else code
    if not passwords:
        if code is None and (user is None or len(typed) > 1 or not _is_login(form, about, page)):
            return None
        user = None if code is not None else user
    request = request_of(form, read, page, LOGIN)
    if request is None or (passwords and not passwords[0].name):
        return None
    return Step(
        request,
        user.name if user else "",
        passwords[0].name if passwords else "",
        code.name if code else "",
        scripted=_is_scripted(form, page),
    )


def _is_scripted(form: Form, page: Exchange) -> bool:
    """Does a script send it, or change what is typed before it is sent?"""
    handlers = [form.attributes.get("onsubmit", "")]
    handlers += [control.attributes.get("onclick", "") for control in form.controls]
    if any(_CALLS.search(handler) for handler in handlers):
        return True
    text = page.response.text
    if "<script" not in text.lower():
        return False
    if not {"action", "method"} & {name for name, value in form.attributes.items() if value}:
        return True
    parts = (part.partition("</script")[0] for part in re.split(r"(?i)<script\b", text)[1:])
    scripts = (script for script in parts if "submit" in script)
    sources = re.findall(r"(?i)<script\b[^<>]*\bsrc\s*=\s*[\"']?([^\"'\s>]+)", text)
    return any(_SCRAMBLES.search(script) for script in (*scripts, *sources))


def _about(form: Form) -> str:
    """What it is called; where its action leads, without the query, which may name the next page."""
    names = [form.attributes.get(name, "") for name in ("id", "name", "class")]
    return " ".join((*names, form.attributes.get("action", "").partition("?")[0]))


def _called(form: Form) -> Iterator[str]:
    """What the buttons say that send it."""
    for control in form.controls:
        if control.kind in {"submit", "image"}:
            yield control.text.strip() or control.attributes.get("value") or control.attributes.get("alt", "")


def _unlikely(form: Form, page: Exchange) -> tuple[bool, int]:
    """Less is likelier to be the login among forms with a password: by its name, then by what it asks."""
    named = any(LOGIN.search(text) and not OTHER.search(text) for text in (_about(form), *_called(form)))
    return not named, sum(control.kind in TYPED for control in form.controls)


def _is_in_plain(control: Control) -> bool:
    """A password whose field has another type, where a user is asked for beside it; a PIN is one, too."""
    hints = (control.name, control.attributes.get("id", ""), control.attributes.get("placeholder", ""))
    named = any(_PIN.search(hint) or PASSWORD.search(hint) for hint in hints)
    return named or control.attributes.get("autocomplete") == "current-password"


def _best(typed: list[Control], passwords: list[Control], form: Form) -> Control | None:
    """The user's field: by its autocomplete, its type or name; else the last one before the password."""
    if not passwords:
        return next((control for control in typed if _names_user(control)), None)
    at = form.controls.index(passwords[0])
    before = [control for control in typed if form.controls.index(control) < at and not _is_code(control)]
    named = [control for control in before if _names_user(control)]
    fitting = named or before or [control for control in typed if _names_user(control)]
    return fitting[-1] if fitting else None


def _names_user(control: Control) -> bool:
    hints = (control.name, control.attributes.get("id", ""), control.attributes.get("autocomplete", ""))
    return control.kind == "email" or any(USER.search(hint) for hint in hints)


def _is_code(control: Control) -> bool:
    if control.attributes.get("autocomplete") == "one-time-code":
        return True
    return any(CODE.search(hint) for hint in (control.name, control.attributes.get("id", "")))


def _is_login(form: Form, about: str, page: Exchange) -> bool:
    """Is a form with nothing but a user the first page of a login? By what it and its buttons are called."""
    return any(LOGIN.search(text) for text in (about, page.request.path, *_called(form)))


def request_of(form: Form, read: Page, page: Exchange, called: re.Pattern[str]) -> Request | None:
    """What ``form`` sends by the button that is ``called`` so, or else by any that is for nothing else."""
    url = page.request.url
    base = Base(url)
    if read.base is not None:
        base = Base(base.join(read.base) or url)
    made, _ = submissions(form, base, url, f"----s2n{Fresh().token(16)}", SeenValues())
    for sent in _preferred(made, form, called):
        headers = (("Content-Type", sent.content_type),) if sent.content_type else ()
        request = Request.from_url(sent.url, sent.method, headers, sent.body)
        if request.method == "POST":
            request = request.with_header("Origin", str(page.request.origin))
        return request.with_header("Referer", url)
    return None


def _preferred(made: list[Submission], form: Form, called: re.Pattern[str]) -> Iterator[Submission]:
    """What is sent by a button of that name, before what any other sends."""
    texts = {c.attributes.get("value", ""): c.text for c in form.controls if c.kind == "submit"}
    fit = [sent for sent in made if not OTHER.search(f"{sent.button} {texts.get(sent.button, '')}")]
    yield from (s for s in fit if called.search(texts.get(s.button, "")) or called.search(s.button))
    yield from fit
