"""A limit on password guesses that counts by an address which the guesser may write into the request."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Fresh,
    Guessing,
    PluginInfo,
    Severity,
    desks,
)

MAX_FORMS = 3
ROUNDS = 2
CLIENT_HEADERS = ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")


class Plugin:
    """Guesses until a limit shows, then names another client address, and then none again.

    The id is that of 0.x, whose check tried "softly", within limits; that sites without any limit are
    `brute_force`'s, and known passwords `default_credentials`'.
    """

    info = PluginInfo(
        id="soft_brute_force",
        title="Limit on password guesses can be evaded",
        severity=Severity.MEDIUM,
        cwe="CWE-307",
        owasp="A07:2021",
        wstg="WSTG-ATHN-03",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N",
        cvss_score=4.8,
        what="The limit on wrong passwords believes a header that names the client's address.",
        why="With another made-up address for each guess the limit never applies.",
        fix="Take the client's address from the connection; believe a forwarding header only from "
        "your own proxy, and only the part that the proxy added. Count by account as well.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html",
            "https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/X-Forwarded-For",
        ),
        kind="site",
        changes=True,
        intrusive=True,
        max_requests=300,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each login form."""
        scan = ctx.scan
        for desk in await desks(ctx, ctx.endpoints, scan.target_url, MAX_FORMS, login_url=scan.login_url):
            guessing = Guessing(desk, ctx.fresh)
            if not await guessing.run() or guessing.limited is None:
                continue
            evaded = [await _evades(guessing, ctx.fresh) for _ in range(ROUNDS)]
            if all(evaded):
                yield _claim(ctx, guessing, evaded[-1])


async def _evades(guessing: Guessing, fresh: Fresh) -> tuple[Exchange, Exchange] | None:
    """Guesses with and without a made-up address, if only those without are limited."""
    # Addresses of documentation (RFC 5737): nobody's.
    address = f"198.51.100.{fresh.number(2)}"
    if guessing.is_plain(await guessing.guess()):
        return None  # the limit comes and goes by itself
    free = await guessing.guess(dict.fromkeys(CLIENT_HEADERS, address))
    held = await guessing.guess()
    if guessing.is_plain(free) and not guessing.is_plain(held):
        return free.first, held.first
    return None


def _claim(ctx: CheckContext, guessing: Guessing, evaded: tuple[Exchange, Exchange] | None) -> Claim:
    assert evaded is not None
    free, held = evaded

    async def again() -> bool:
        return await _evades(guessing, ctx.fresh) is not None

    return ctx.claim(
        free,
        f"After {len(guessing.answers)} wrong passwords the site answers HTTP {held.response.status} and "
        f"limits further ones, but not those that name another address in {CLIENT_HEADERS[0]}.",
        again,
        confidence=Confidence.CERTAIN,
        parameter=CLIENT_HEADERS[0],
        control=held,
    )
