"""Pages between a login and the inside: what they would have a browser, or somebody who nods, ask for."""

import re
from collections.abc import Iterator

from s2n.model import Exchange, Request
from s2n.s2nscanner.auth.loginpage import TYPED, request_of
from s2n.s2nscanner.auth.proof import offers_logout
from s2n.s2nscanner.auth.words import GO_ON, OTHER
from s2n.s2nscanner.crawler.forms import Form
from s2n.s2nscanner.crawler.links import Source
from s2n.s2nscanner.crawler.page import Page, read_page
from s2n.s2nscanner.crawler.policies import refresh_target
from s2n.s2nscanner.http.urls import Base
from s2n.s2nscanner.oracles.visitor import visible

MAX_WORDS = 120
"""A page that only passes somebody on says no more."""

MAX_LINKS = 8
"""Links of such a page; what has more is a page of the site, with forms of its own."""

MAX_SCRIPT = 3000
"""Characters of a page whose script does nothing but pass somebody on."""

MAX_SECONDS = 10
"""A refresh that comes later is for those who read the page."""

_SOON = re.compile(r"\s*([0-9]{1,2})(?:\.[0-9]*)?\s*[;,]")
_META = re.compile(r"(?i)<meta\b[^<>]*http-equiv\s*=\s*[\"']?refresh[^<>]*>")
_CONTENT = re.compile(r"(?i)content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SENDS = re.compile(r"\.submit\s*\(")
_GOES = re.compile(r"\blocation(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\s*\(\s*)[\"']([^\"'\s]+)[\"']")


def onward(page: Exchange) -> Request | None:
    """The request by which ``page``, the answer to a login, leads on; None if it does not."""
    response = page.response
    if response.status >= 300 or not response.is_html or offers_logout(response.text):
        return None
    if there := _refresh(page):
        return _get(page, there)
    read = read_page(response.text)
    if len(visible(response).split()) > MAX_WORDS or _leads_on(read) > MAX_LINKS:
        return None
    return _posted(page, read) or _scripted(page, read)


def _leads_on(read: Page) -> int:
    """To how many pages?"""
    return sum(link.source is Source.LINK for link in read.links)


def _posted(page: Exchange, read: Page) -> Request | None:
    """What a form sends that needs nothing but a nod, or that a script sends."""
    by_script = _SENDS.search(page.response.text) is not None
    for form in read.forms:
        if _asks_nothing(form) and (by_script or _nods(form)):
            request = request_of(form, read, page, GO_ON)
            if request is not None:
                return request
    return None


def _scripted(page: Exchange, read: Page) -> Request | None:
    """Where a script goes, on a page that has nothing else."""
    text = page.response.text
    match = _GOES.search(text) if not read.forms and len(text) <= MAX_SCRIPT else None
    return _get(page, match[1]) if match is not None else None


def _refresh(page: Exchange) -> str:
    """Where a refresh leads, in the markup or the header; empty if nowhere soon."""
    values = [page.response.header("refresh") or ""]
    for tag in _META.finditer(page.response.text):
        values += [match[1] or match[2] or "" for match in _CONTENT.finditer(tag[0])]
    for value in values:
        soon = _SOON.match(value)
        if soon is not None and int(soon[1]) <= MAX_SECONDS and (there := refresh_target(value)):
            return there
    return ""


def _get(page: Exchange, reference: str) -> Request | None:
    url = Base(page.request.url).join(reference)
    if not url or url.partition("#")[0] == page.request.url:
        return None
    return Request.from_url(url).with_header("Referer", page.request.url)


def _asks_nothing(form: Form) -> bool:
    """Has it nothing to fill in but what has a value already?"""
    return all(control.kind not in {*TYPED, "password", "file", "textarea"} for control in form.controls)


def _nods(form: Form) -> bool:
    """Does one of its buttons say to go on?"""
    return any(GO_ON.search(text) and not OTHER.search(text) for text in _buttons(form))


def _buttons(form: Form) -> Iterator[str]:
    for control in form.controls:
        if control.kind == "submit":
            yield control.text or control.attributes.get("value", "")
