"""A login form that lets passwords be guessed for as long as one likes."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Guessing,
    PluginInfo,
    Severity,
    desks,
)

MAX_FORMS = 3
AGAIN = 3
"""Guesses that confirm: the row goes on, and must still not be slowed down."""


class Plugin:
    """Makes a dozen wrong guesses for a user that does not exist, so that no account is locked.

    A site that locks existing accounts only, and no address, looks unprotected from here: so the finding is
    TENTATIVE.
    """

    info = PluginInfo(
        id="brute_force",
        title="Passwords can be guessed without limit",
        severity=Severity.MEDIUM,
        cwe="CWE-307",
        owasp="A07:2021",
        wstg="WSTG-ATHN-03",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N",
        cvss_score=4.8,
        what="A row of wrong passwords is answered each time alike: no wait, no lock, no captcha.",
        why="An attacker tries lists of common and of leaked passwords until one fits.",
        fix="Slow down or stop an address and an account after a few failures, with growing waits; offer a "
        "second factor, and refuse passwords that are known to have leaked.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/307.html",
        ),
        kind="site",
        changes=True,
        intrusive=True,
        max_requests=250,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each login form."""
        scan = ctx.scan
        for desk in await desks(ctx, ctx.endpoints, scan.target_url, MAX_FORMS, login_url=scan.login_url):
            guessing = Guessing(desk, ctx.fresh)
            if await guessing.run() and guessing.unlimited:
                yield _claim(ctx, guessing, desk.form.password.name)


def _claim(ctx: CheckContext, guessing: Guessing, field: str) -> Claim:
    async def again() -> bool:
        return all([guessing.is_plain(await guessing.guess()) for _ in range(AGAIN)])

    return ctx.claim(
        guessing.answers[-1].first,
        f"{len(guessing.answers)} wrong passwords for {guessing.user}, a user that does not exist, were all "
        "answered alike and as fast. Whether an existing account is locked was not tried.",
        again,
        confidence=Confidence.TENTATIVE,
        parameter=field,
        control=guessing.answers[0].first,
    )
