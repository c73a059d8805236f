"""A cookie that says who its bearer is, and that the site believes whatever it says."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    NamedCookie,
    NotApplicable,
    PluginInfo,
    Request,
    Severity,
    Visitor,
    cookies_sent,
    inside,
    named_cookies,
)

MAX_PAGES = 5


class Believed(NamedTuple):
    """The page for somebody made up, and for a stranger."""

    cookie: NamedCookie
    page: Exchange
    stranger: Exchange


class Plugin:
    """Comes with its own session's cookie, in which it has another name: one that nobody has."""

    info = PluginInfo(
        id="unsigned_session",
        title="The session can be made up",
        severity=Severity.CRITICAL,
        cwe="CWE-565",
        owasp="A07:2021",
        wstg="WSTG-SESS-01",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
        cvss_score=9.1,
        what="A cookie names the user, and the site takes anybody for whom the cookie names.",
        why="Whoever writes the administrator's name into the cookie is the administrator, without password.",
        fix="Keep who is logged in on the server, under a random id. What the client must hold, sign, as the "
        "framework's own sessions do, and check the signature with each request.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/565.html",
        ),
        kind="site",
        max_requests=60,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each such cookie."""
        user = ctx.scan.username
        if not user:
            raise NotApplicable("there is no name that could be changed", "give --username and --password")
        start = await ctx.get(ctx.scan.target_url)
        carried = next(filter(None, map(cookies_sent, (start.request, *ctx.endpoints))), {})
        for cookie in named_cookies(carried, user):
            believed = await _believed(ctx, cookie, start.request)
            if believed is not None:
                yield _claim(ctx, believed, start.request)


async def _believed(ctx: CheckContext, cookie: NamedCookie, like: Request) -> Believed | None:
    """A page that takes a made-up name from the cookie for that of somebody who is logged in."""
    user = ctx.scan.username
    pages = [ctx.scan.target_url, *(each.url for each in ctx.endpoints if each.method == "GET")]
    for url in list(dict.fromkeys(pages))[:MAX_PAGES]:
        request, other = Request.from_url(url), ctx.fresh.letters(max(8, len(user)))
        own = await Visitor(ctx, like, {cookie.name: cookie.write(user)}).browse(request)
        if user not in own.response.text:
            continue
        stranger = await Visitor(ctx, like).browse(request)
        if not inside(own, stranger):
            continue
        page = await Visitor(ctx, like, {cookie.name: cookie.write(other)}).browse(request)
        if other in page.response.text and inside(page, stranger):
            return Believed(cookie, page, stranger)
    return None


def _claim(ctx: CheckContext, believed: Believed, like: Request) -> Claim:
    async def again() -> bool:
        return await _believed(ctx, believed.cookie, like) is not None

    return ctx.claim(
        believed.page.first,
        f"The cookie {believed.cookie.name} holds the user's name; alone, and with the name of nobody in it, "
        "it opens what a stranger does not see, in that name.",
        again,
        confidence=Confidence.CERTAIN,
        parameter=believed.cookie.name,
        control=believed.stranger.first,
    )
