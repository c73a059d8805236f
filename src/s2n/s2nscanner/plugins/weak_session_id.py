"""Session ids that can be guessed, or that stay good for too long."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Origin,
    PluginInfo,
    Request,
    Severity,
    Weakness,
    anonymous,
    cookies_set,
    holds_session,
    weakness_of,
)

SAMPLE = 20
LOOK = 4
"""After so many equal values a cookie is taken for a constant."""
MAX_PAGES = 6
"""Pages on which session cookies are looked for."""
MAX_BUTTONS = 2
"""Forms without any field that are sent, in the scan's session, for the cookies that they may set."""
MAX_LIFE = 30 * 86400
"""Seconds a session cookie may live."""


class Plugin:
    """Comes as twenty new visitors, and compares the session ids that these are given."""

    info = PluginInfo(
        id="weak_session_id",
        title="Session ids can be guessed",
        severity=Severity.HIGH,
        cwe="CWE-330",
        owasp="A07:2021",
        wstg="WSTG-SESS-01",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N",
        cvss_score=7.4,
        what="The ids of sessions follow a rule, or hold too little chance.",
        why="Whoever guesses the id of a session that is logged in has that session.",
        fix="Take the framework's own session ids, or 128 bits of a cryptographic random generator; let "
        "session cookies end with the browser, and sessions after a time without use.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/330.html",
        ),
        kind="site",
        changes=True,
        max_requests=120,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """At most two findings for each session cookie: its values, and its life."""
        first = await _welcome(ctx)
        known = _sessions(first) if first is not None else set()
        if first is not None:
            for claim in await _judge(ctx, first, known):
                yield claim
        buttons = [each for each in ctx.endpoints if each.method == "POST" and not each.body]
        for request in buttons[:MAX_BUTTONS]:
            first = await ctx.send(request)
            for claim in await _judge(ctx, first, _sessions(first) - known):
                yield claim


async def _welcome(ctx: CheckContext) -> Exchange | None:
    """The first answer that gives a stranger a session: the other pages give out the same ids.

    A stranger is often led to the login, which a crawl with a session never met.
    """
    start = Request.from_url(ctx.scan.target_url)
    like = await ctx.send(start)
    pages = [start, *(Request.from_url(url) for url in [ctx.scan.login_url] if url), *ctx.endpoints]
    pages = [page for page in pages if page.method == "GET" and page.origin == start.origin]
    left = deque(dict.fromkeys((page.origin, page.target) for page in pages))
    seen: set[tuple[Origin, str]] = set()
    while left and len(seen) < MAX_PAGES:
        if (place := left.popleft()) in seen:
            continue
        seen.add(place)
        exchange = await ctx.send(anonymous(Request("GET", *place, like.request.headers)), exact=True)
        if _sessions(exchange):
            return exchange
        there = _led_to(exchange)
        if there is not None and there.origin == start.origin:
            left.appendleft((there.origin, there.target))
    return None


def _led_to(exchange: Exchange) -> Request | None:
    if not exchange.response.is_redirect:
        return None
    try:
        return Request.from_url(urljoin(exchange.request.url, exchange.response.header("location") or ""))
    except ValueError:
        return None


async def _judge(ctx: CheckContext, first: Exchange, names: set[str]) -> list[Claim]:
    """What is wrong with the cookies ``names`` that ``first`` set."""
    if not names:
        return []
    claims = [_long_lived(ctx, first, name) for name in sorted(names) if _life(first, name) > MAX_LIFE]
    sample = [first, *await _sample(ctx, first, names)]
    for name in sorted(names):
        weakness = weakness_of(_values(sample, name))
        if weakness is not None:
            claims.append(_guessable(ctx, sample, name, weakness))
    return claims


async def _sample(ctx: CheckContext, first: Exchange, names: set[str]) -> list[Exchange]:
    sample: list[Exchange] = []
    while len(sample) < SAMPLE - 1:
        if len(sample) == LOOK and all(len(set(_values([first, *sample], name))) < 2 for name in names):
            break
        sample.append(await ctx.send(first.request, exact=True))
    return sample


def _sessions(exchange: Exchange) -> set[str]:
    """The session cookies that are set, but for those that a signature beside them protects."""
    cookies = cookies_set(exchange)
    pairs = ({name, f"{name}{mark}"} for name in cookies for mark in (".sig", "_sig"))
    signed = {name for pair in pairs if pair <= cookies.keys() for name in pair}
    return {name for name, cookie in cookies.items() if cookie.value and holds_session(name)} - signed


def _values(sample: Sequence[Exchange], name: str) -> list[str]:
    return [cookies[name].value for cookies in map(cookies_set, sample) if name in cookies]


def _life(exchange: Exchange, name: str) -> float:
    """Seconds; nothing for those that end with the browser, and those that are there to be remembered."""
    expires = cookies_set(exchange)[name].expires
    if expires is None or "remember" in name.lower():
        return 0.0
    return expires - datetime.now(UTC).timestamp()


def _guessable(ctx: CheckContext, sample: list[Exchange], name: str, weakness: Weakness) -> Claim:
    first = sample[0]

    async def again() -> bool:
        second = [await ctx.send(first.request, exact=True) for _ in range(SAMPLE // 2)]
        found = weakness_of(_values(second, name))
        return found is not None and found.kind == weakness.kind

    values = _values(sample, name)
    few = weakness.kind == "short"
    medium = {
        "severity": Severity.MEDIUM,
        "cvss_vector": "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N",
        "cvss_score": 4.8,
        "cwe": "CWE-334",
    }
    return ctx.claim(
        first,
        f"The {name} values of {len(values)} new visitors {weakness.text}. "
        f"Among them: {', '.join(values[:3])}.",
        again,
        confidence=Confidence.CERTAIN if weakness.certain else Confidence.FIRM,
        parameter=name,
        marker=f"{name}=",
        per_site=True,
        variant=name,
        control=sample[-1],
        **(medium if few else {}),
    )


def _long_lived(ctx: CheckContext, exchange: Exchange, name: str) -> Claim:
    async def again() -> bool:
        second = await ctx.send(exchange.request, exact=True)
        return name in cookies_set(second) and _life(second, name) > MAX_LIFE

    return ctx.claim(
        exchange,
        f"The session cookie {name} is kept for {_life(exchange, name) / 86400:.0f} days.",
        again,
        title="Session cookie lives long",
        severity=Severity.LOW,
        confidence=Confidence.CERTAIN,
        cwe="CWE-613",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
        cvss_score=3.1,
        parameter=name,
        marker=f"{name}=",
        per_site=True,
        variant=f"{name} life",
    )
