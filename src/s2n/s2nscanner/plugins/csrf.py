"""Changes that another site can make in a visitor's name: nothing in the request is unknown to it."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    Change,
    CheckContext,
    Claim,
    Confidence,
    Forged,
    PluginInfo,
    Severity,
    anonymous,
    changes_state,
    desks,
    login_forms,
    same_site,
)

MAX_FORMS = 40


class Plugin:
    """Sends each change as a page of another site would, and compares with the site's own way.

    Logins, searches and whatever looks like a deletion are left alone, and so are changes whose session
    cookies browsers keep from other sites' requests (SameSite).
    """

    info = PluginInfo(
        id="csrf",
        title="Cross-site request forgery",
        severity=Severity.MEDIUM,
        cwe="CWE-352",
        owasp="A01:2021",
        wstg="WSTG-SESS-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:N",
        cvss_score=6.5,
        what="A request that changes something is accepted although another site made the browser send it.",
        why="Whoever visits the attacker's page while logged in here makes the attacker's change: of the "
        "password, of the address, of money.",
        fix="Use the framework's protection: an unguessable token per session, checked with each change. "
        "Set the session cookie with SameSite=Lax or Strict, and refuse foreign Origin headers.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/352.html",
        ),
        kind="site",
        changes=True,
        max_requests=400,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each change that can be forged."""
        changes = [request for request in ctx.endpoints if changes_state(request)][:MAX_FORMS]
        if not changes:
            return
        start = await ctx.get(ctx.scan.target_url)
        known = same_site(await ctx.send(anonymous(start.request), exact=True))
        if ctx.scan.username and ctx.scan.password and login_forms(ctx.endpoints):
            # The session cookie may be set by the login only.
            for desk in await desks(ctx, ctx.endpoints, ctx.scan.target_url, 1, login_url=ctx.scan.login_url):
                known |= same_site((await desk.attempt(ctx.scan.username, ctx.scan.password)).answer)
        for request in changes:
            forged = await Change(ctx, ctx.fresh, request, ctx.endpoints, known).forge()
            if forged is not None:
                yield _claim(ctx, forged)


def _claim(ctx: CheckContext, forged: Forged) -> Claim:
    async def again() -> bool:
        return forged.accepted.same(await ctx.send(forged.exchange.request, exact=True))

    return ctx.claim(
        forged.exchange,
        f"Sent {forged.how}, the request is accepted like that of the site's own page; "
        f"without a session it is refused (HTTP {forged.stranger.response.status})."
        + ("" if forged.same_site_seen else " Whether the session cookie has SameSite is not known."),
        again,
        title="Token against request forgery is not checked" if forged.tokens else "",
        confidence=Confidence.FIRM if forged.same_site_seen else Confidence.TENTATIVE,
        parameter=", ".join(forged.tokens),
        control=forged.stranger,
    )
