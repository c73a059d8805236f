"""Accounts that still have the password they were delivered with."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    Attempt,
    CheckContext,
    Claim,
    Confidence,
    Desk,
    Exchange,
    PluginInfo,
    Request,
    Severity,
    Stable,
    desks,
    has_puzzle,
    inside,
    learned,
    limits,
    turned_away,
)

MAX_FORMS = 2

CREDENTIALS = (
    ("admin", "admin"),
    ("admin", "password"),
    ("admin", "admin123"),
    ("administrator", "administrator"),
    ("administrator", "password"),
    ("root", "root"),
    ("root", "toor"),
    ("test", "test"),
    ("test", "test123"),
    ("guest", "guest"),
    ("user", "user"),
    ("user", "password"),
    ("demo", "demo"),
    ("manager", "manager"),
    ("operator", "operator"),
    ("support", "support"),
    ("tomcat", "tomcat"),
    ("tomcat", "s3cret"),
    ("superadmin", "superadmin"),
    ("bee", "bug"),
)
"""The usual ones of products and tutorials. Three at most of one account: many sites lock at the fifth."""

_OWN_PAIR = "The user and password that this scan was given, a well-known pair,"
"""Instead of the pair itself, which is masked in all that is shown."""


class Plugin:
    """Logs in with well-known pairs; believed only if the session then shows what no stranger sees."""

    info = PluginInfo(
        id="default_credentials",
        title="Default credentials",
        severity=Severity.CRITICAL,
        cwe="CWE-798",
        owasp="A07:2021",
        wstg="WSTG-ATHN-02",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
        cvss_score=9.1,
        what="A well-known pair of user name and password opens the door.",
        why="These pairs are in everybody's lists; the first to try them owns the account, often the "
        "administrator's.",
        fix="Change the password or remove the account. Deliver without a password, and have one set at the "
        "first start.",
        references=(
            "https://owasp.org/Top10/A07_2021-Identification_and_Authentication_Failures/",
            "https://cwe.mitre.org/data/definitions/798.html",
        ),
        kind="site",
        changes=True,
        intrusive=True,
        max_requests=300,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each account."""
        scan = ctx.scan
        for desk in await desks(ctx, ctx.endpoints, scan.target_url, MAX_FORMS, login_url=scan.login_url):
            if desk.needs_session:
                continue
            suffix = f"@{desk.form.request.origin.host}" if desk.form.wants_email else ""
            made_up = [await desk.attempt(ctx.fresh.letters(9) + suffix, ctx.fresh.token(12)) for _ in "ab"]
            wrong = [attempt.answer for attempt in made_up]
            refusal = learned(wrong)
            if refusal is None or not turned_away(wrong[0]) or has_puzzle(wrong[0].response):
                continue
            opened: set[str] = set()
            for user, password in CREDENTIALS:
                if user in opened:
                    continue
                attempt = await desk.attempt(user + suffix, password)
                page = await _beyond(ctx, desk, attempt, refusal)
                if page is not None:
                    opened.add(user)
                    yield _claim(ctx, desk, (user + suffix, password), attempt, refusal, wrong[0])
                elif limits(attempt.answer.response, wrong[0].response):
                    break


async def _beyond(ctx: CheckContext, desk: Desk, attempt: Attempt, refusal: Stable) -> Exchange | None:
    """What whoever tried sees now and a stranger does not; None if they are not in.

    Words say nothing here: the menus of those who are in may name error logs and failed jobs.
    """
    answer = attempt.answer
    if refusal.same(answer) or answer.response.status >= 400:
        return None
    if "token" in answer.response.text and answer.response.content_type == "application/json":
        return None if turned_away(answer) else answer
    for url in dict.fromkeys((answer.request.url, ctx.scan.target_url)):
        page = await attempt.visitor.browse(Request.from_url(url))
        if inside(page, await desk.visitor().browse(Request.from_url(url))):
            return page
    return None


def _claim(  # noqa: PLR0917 -- what one login was, and what it is held against
    ctx: CheckContext, desk: Desk, pair: tuple[str, str], attempt: Attempt, refusal: Stable, wrong: Exchange
) -> Claim:
    user, password = pair
    own = pair == (ctx.scan.username, ctx.scan.password)
    opened = _OWN_PAIR if own else f"{user!r} with the password {password!r}"

    async def again() -> bool:
        second = await desk.attempt(user, password)
        return await _beyond(ctx, desk, second, refusal) is not None

    return ctx.claim(
        attempt.answer.first,
        f"{opened} gets in and sees what a stranger does not; made-up names are turned away.",
        again,
        confidence=Confidence.CERTAIN,
        payload=f"{user}:{password}",
        parameter=desk.form.password.name,
        variant=user,
        control=wrong.first,
    )
