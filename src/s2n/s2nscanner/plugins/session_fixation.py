"""A session id from before the login that is still good after it."""

from collections.abc import AsyncIterator, Mapping

from s2n.s2nscanner.sdk import (
    Attempt,
    CheckContext,
    Claim,
    Confidence,
    Desk,
    Exchange,
    NotApplicable,
    PluginInfo,
    Request,
    Severity,
    desks,
    holds_session,
    inside,
    turned_away,
)

MAX_FORMS = 2
MAX_PAGES = 4


class Plugin:
    """Logs in with the scan's user and password, and then comes back with nothing but the old cookies.

    Without ``--username`` and ``--password``, or without a login form, there is nothing to test.
    """

    info = PluginInfo(
        id="session_fixation",
        title="Session fixation",
        severity=Severity.HIGH,
        cwe="CWE-384",
        owasp="A07:2021",
        wstg="WSTG-SESS-03",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:N",
        cvss_score=6.8,
        what="Logging in leaves the session id from before good: it now belongs to the user.",
        why="An attacker who gets a victim to use an id the attacker knows is logged in when the victim is.",
        fix="Give a new session id at each login and each gain of rights, and void the old one; take no ids "
        "that the site did not give out.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
            "https://owasp.org/www-community/attacks/Session_fixation",
        ),
        kind="site",
        changes=True,
        max_requests=120,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each login form."""
        if not (ctx.scan.username and ctx.scan.password):
            raise NotApplicable("nobody to log in as", "give --username and --password")
        found = await desks(ctx, ctx.endpoints, ctx.scan.target_url, MAX_FORMS, login_url=ctx.scan.login_url)
        if not found:
            raise NotApplicable("no login form was found")
        for desk in found:
            if desk.needs_session:
                continue
            seen = await _fixed(ctx, desk)
            if seen is not None:
                yield _claim(ctx, desk, *seen)


Seen = tuple[Mapping[str, str], Exchange, Exchange]
"""The old cookies, what they open, and the same page for a stranger."""


async def _fixed(ctx: CheckContext, desk: Desk) -> Seen | None:
    """With ids that the site gave, else with those that the visitor brings along."""
    wrong = await desk.attempt(ctx.scan.username, ctx.fresh.token(12))
    if not turned_away(wrong.answer):
        return None
    visitor = desk.visitor()
    await visitor.browse(desk.page)
    before = _sessions(visitor.cookies)
    attempt = await desk.attempt(ctx.scan.username, ctx.scan.password, visitor=visitor)
    if not before:
        given = _sessions(visitor.cookies)
        before = {name: ctx.fresh.token(len(value)) for name, value in given.items()}
        visitor = desk.visitor(before)
        attempt = await desk.attempt(ctx.scan.username, ctx.scan.password, visitor=visitor)
    return await _opened(ctx, desk, attempt, before) if before else None


async def _opened(ctx: CheckContext, desk: Desk, attempt: Attempt, kept: Mapping[str, str]) -> Seen | None:
    pages = [attempt.answer.request.url, ctx.scan.target_url]
    pages += [each.url for each in ctx.endpoints if each.method == "GET"]
    for url in list(dict.fromkeys(pages))[:MAX_PAGES]:
        page = await desk.visitor(kept).browse(Request.from_url(url))
        stranger = await desk.visitor().browse(Request.from_url(url))
        if inside(page, stranger):
            return kept, page.first, stranger.first
    return None


def _sessions(cookies: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in cookies.items() if holds_session(name, value)}


def _claim(
    ctx: CheckContext, desk: Desk, kept: Mapping[str, str], page: Exchange, stranger: Exchange
) -> Claim:
    async def again() -> bool:
        return await _fixed(ctx, desk) is not None

    names = ", ".join(kept)
    return ctx.claim(
        page,
        f"The cookie {names} from before the login opens, alone and after it, what a stranger does not see.",
        again,
        confidence=Confidence.CERTAIN,
        parameter=names,
        control=stranger,
    )
