"""Cache poisoning: a header outside of a cache's key changes what the cache then serves to everybody.

Each request carries a query parameter of its own, so that what is stored is never served to a visitor; and
as a cache may leave the query out of its key, an unchanged page is stored first: such a cache answers with
that and hears nothing of the header.
"""

from collections.abc import AsyncIterator, Iterator

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.sdk import CheckContext, Claim, Confidence, Exchange, PluginInfo, Request, Severity

MAX_PAGES = 12

_REFLECTED = (
    ("X-Forwarded-Host", "{}.example"),
    ("X-Host", "{}.example"),
    ("X-Forwarded-Server", "{}.example"),
    ("X-HTTP-Host-Override", "{}.example"),
    ("Forwarded", "host={}.example"),
    ("X-Forwarded-Prefix", "/{}"),
    ("X-Forwarded-Port", "{}"),
    ("X-Forwarded-For", "{}"),
    ("X-Forwarded-Path", "/{}"),
    ("Origin", "https://{}.example"),
)
"""Headers that pages build links and scripts from. ``{}`` is a fresh word."""

_ROUTED = (
    ("X-Forwarded-Scheme", "http"),
    ("X-Forwarded-Proto", "http"),
    ("X-Original-URL", "/{}"),
    ("X-Rewrite-URL", "/{}"),
    ("X-HTTP-Method-Override", "HEAD"),
)
"""Headers that make another page of it: a redirect, an error, nothing."""

_HOW_BAD = {
    True: (Severity.HIGH, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:L/A:L", 7.5),
    False: (Severity.MEDIUM, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H", 5.9),
}
"""By whether the attacker's own words get into the page."""


class Poisoned(Struct, frozen=True):
    """A page that stayed changed: asked with the header, again without it, and elsewhere without it."""

    first: Exchange
    second: Exchange
    clean: Exchange
    word: str

    @property
    def reflected(self) -> bool:
        """Do the attacker's words stand in the page?"""
        return bool(self.word) and self.word in _whole(self.second)


class Plugin:
    """Asks for a page with a header and then without it: what stays was stored under the plain address."""

    info = PluginInfo(
        id="cache_poisoning",
        title="Cache poisoning by a header",
        severity=Severity.HIGH,
        cwe="CWE-349",
        owasp="A05:2021",
        wstg="WSTG-INPV-17",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:L/A:L",
        cvss_score=7.5,
        what="A response that depends on a request header is cached under an address without that header.",
        why="One request of an attacker decides what every visitor gets from the cache: scripts from another "
        "host, redirects, or an error page.",
        fix="Don't build responses from forwarded headers that anybody can send; let the proxy delete or set "
        "them. Where a response depends on a header, put it into the cache's key (Vary), or don't cache it.",
        references=(
            "https://portswigger.net/web-security/web-cache-poisoning",
            "https://owasp.org/www-community/attacks/Cache_Poisoning",
            "https://cwe.mitre.org/data/definitions/349.html",
        ),
        kind="site",
        implies=("host_header",),
        max_requests=200,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each header of a site."""
        found: set[str] = set()
        for page in _pages(ctx):
            clean = await ctx.send(_with(page, ctx.fresh.token()))
            if clean.response.status >= 400:
                continue
            for name, form in await _suspects(ctx, page, clean):
                if name in found:
                    continue
                if poisoned := await poison(ctx, page, name, form):
                    found.add(name)
                    yield _claim(ctx, page, name, form, poisoned)


async def _suspects(ctx: CheckContext, page: Request, clean: Exchange) -> list[tuple[str, str]]:
    """The headers that change the page: two requests, or one for each where they disturb one another."""
    words = {name: ctx.fresh.token() for name, _ in (*_REFLECTED, *_ROUTED)}

    def header(name: str, form: str) -> tuple[str, str]:
        return name, form.format(words[name])

    both = await ctx.send(_with(page, ctx.fresh.token(), *(header(*pair) for pair in _REFLECTED)))
    shown = _whole(both)
    suspects = [pair for pair in _REFLECTED if words[pair[0]] in shown]
    if not suspects and _kind(both) != _kind(clean):
        suspects = list(_REFLECTED)
    routed = await ctx.send(_with(page, ctx.fresh.token(), *(header(*pair) for pair in _ROUTED)))
    if _kind(routed) != _kind(clean) or any(words[name] in _whole(routed) for name, _ in _ROUTED):
        suspects += _ROUTED
    return suspects


async def poison(ctx: CheckContext, page: Request, name: str, form: str) -> Poisoned | None:
    """Show that ``page``, asked with header ``name``, is served like that without it; three requests."""
    token, word = ctx.fresh.token(), ctx.fresh.token() if "{}" in form else ""
    first = await ctx.send(_with(page, token, (name, form.format(word))))
    clean = await ctx.send(_with(page, ctx.fresh.token()))
    if not _differs(first, clean, word):
        return None
    second = await ctx.send(_with(page, token))
    if not _differs(second, clean, word) or _kind(second) != _kind(first):
        return None
    if _kind(await ctx.send(_with(page, ctx.fresh.token()))) != _kind(clean):
        return None  # a page that changes by itself
    return Poisoned(first, second, clean, word)


def _differs(exchange: Exchange, clean: Exchange, word: str) -> bool:
    if word and word in _whole(exchange):
        return word not in _whole(clean)
    return _kind(exchange) != _kind(clean)


def _claim(ctx: CheckContext, page: Request, name: str, form: str, poisoned: Poisoned) -> Claim:
    async def again() -> bool:
        return await poison(ctx, page, name, form) is not None

    severity, vector, score = _HOW_BAD[poisoned.reflected]
    sent = form.format(poisoned.word)
    if poisoned.reflected:
        what = (
            f"{poisoned.word!r}, sent in {name} before, stands in a response to a request without that header"
        )
    else:
        what = (
            f"HTTP {poisoned.second.response.status}, caused by {name}: {sent}, is given without that header"
        )
    return ctx.claim(
        poisoned.second,
        f"{what}; the same page under another query is unchanged.",
        again,
        parameter=name,
        payload=sent,
        marker=poisoned.word if poisoned.reflected else "",
        severity=severity,
        cvss_vector=vector,
        cvss_score=score,
        confidence=Confidence.CERTAIN if poisoned.reflected else Confidence.FIRM,
        control=poisoned.clean,
        variant=name,
        per_site=True,
    )


def _pages(ctx: CheckContext) -> Iterator[Request]:
    """The pages the crawl found, each path once."""
    seen: set[tuple[str, str]] = set()
    for request in (Request.from_url(ctx.scan.target_url), *ctx.endpoints):
        key = (str(request.origin), request.path)
        if request.method == "GET" and key not in seen and len(seen) < MAX_PAGES:
            seen.add(key)
            yield request


def _with(page: Request, token: str, *headers: tuple[str, str]) -> Request:
    """``page`` under a query of its own, with ``headers``."""
    request = replace(page, target=f"{page.target}{'&' if page.query else '?'}s2n={token}")
    for name, value in headers:
        request = request.with_header(name, value)
    return request


def _kind(exchange: Exchange) -> tuple[int, str]:
    response = exchange.response
    place = (response.header("location") or "").partition("?")[0] if response.is_redirect else ""
    return response.status, place


def _whole(exchange: Exchange) -> str:
    """Headers and body."""
    response = exchange.response
    return "\n".join(value for _, value in response.headers) + response.text
