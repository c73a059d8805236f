"""Where a login may be, as far as the markup of a page tells: what is called after it, then the rest."""

import re
from collections.abc import Iterator

from s2n.model import Exchange
from s2n.s2nscanner.auth.words import ACCOUNT, TO_LOGIN
from s2n.s2nscanner.crawler.danger import endangers, url_endangers
from s2n.s2nscanner.crawler.links import Link, Source
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.http.urls import Base

MAX_NAMED = 5
MAX_OTHERS = 15
"""Links that say nothing of a login and are looked at all the same, last of all: any may have its form."""

PATHS = (
    *("/login", "/login.php", "/signin", "/sign-in", "/users/sign_in", "/accounts/login/", "/user/login"),
    *("/auth/login", "/account/login", "/admin/login", "/wp-login.php", "/login.html"),
)
"""Where logins usually are."""

_FRAME = re.compile(r"(?i)<i?frame\b[^<>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)")


def named_ways(page: Exchange) -> list[str]:
    """URLs of links on ``page`` that are called after logging in, and of its frames."""
    if not page.response.is_html:
        return []
    base, text = Base(page.request.url), page.response.text
    named = [link.reference for link in read_page(text).links if _speaks(link, TO_LOGIN)]
    frames = [match[1] for match in _FRAME.finditer(text)] if "frame" in text else []
    urls = (base.join(reference) for reference in (*named[: 3 * MAX_NAMED], *frames))
    return list(dict.fromkeys(url for url in urls if url and _is_page(url)))[:MAX_NAMED]


def account_ways(page: Exchange) -> list[str]:
    """URLs of links that strangers are sent to the login from."""
    return [url for link, url in _links(page) if _speaks(link, ACCOUNT)][:MAX_NAMED]


def other_ways(page: Exchange) -> list[str]:
    """URLs of what else ``page`` leads to on its own host."""
    origin = page.request.origin
    own = (url for _, url in _links(page) if url.startswith(f"{origin}/"))
    return list(dict.fromkeys(own))[:MAX_OTHERS]


def _links(page: Exchange) -> Iterator[tuple[Link, str]]:
    if not page.response.is_html:
        return
    base = Base(page.request.url)
    for link in read_page(page.response.text).links:
        if link.source is not Source.LINK or endangers(link.text, link.ident):
            continue
        url = base.join(link.reference)
        if url and _is_page(url) and not url_endangers(url):
            yield link, url


def _speaks(link: Link, pattern: re.Pattern[str]) -> bool:
    return pattern.search(link.text) is not None or pattern.search(link.reference) is not None


def _is_page(url: str) -> bool:
    return not url.partition("?")[0].endswith((".js", ".css", ".png", ".jpg", ".svg", ".ico", ".xml", ".pdf"))
