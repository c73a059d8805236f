"""Cross-site scripting: a value of the request that runs as script in the page it appears in."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    Canaries,
    CheckContext,
    Claim,
    Exchange,
    Injection,
    InputPoint,
    Location,
    NewPages,
    PluginInfo,
    Request,
    Severity,
    confirmation,
    inject,
    script_injection,
    stored_injection,
)

MAX_PAGES = 200
"""Pages that are searched for what was planted."""
MAX_FORMS = 60
MAX_VISITS = 20
MAX_CREATED = 3
"""Pages of new things that are looked at for each page that links some: a list may show hundreds."""
MAX_STORED = 20
"""Points whose stored value is attacked; a site that shows everything to everybody has one cause."""
MAX_TRIES = 3
"""Pages on which a point is attacked until it runs: a list may encode what the page itself does not."""

LOGGED = ("User-Agent", "Referer")
"""Headers that lists of visits show."""

_KEPT = re.compile(r"(?i)pass|pwd|token|captcha")
_EMAIL = re.compile(r"[^@\s]+@[\w-]+(?:\.[\w-]+)+")

_HEADER = (
    "A page of an attacker cannot set this header in the victim's browser, so it takes a cache, a proxy or "
    "a second flaw to abuse it."
)
_COOKIE = (
    "A page of an attacker cannot set this cookie, so it takes a second flaw (a neighbouring host, header "
    "injection) to abuse it."
)
_REFERER = "A browser sends it from the attacker's page, though percent-encoded and often cut to the origin."
_BODY = "A browser sends such a request from another site only where the server allows it by CORS."
_FORMS = frozenset({Location.QUERY, Location.PATH, Location.FORM, Location.MULTIPART, Location.FILENAME})


class Plugin:
    """Proves each injection by the parsed page that runs it."""

    info = PluginInfo(
        id="xss",
        title="Cross-site scripting",
        severity=Severity.HIGH,
        cwe="CWE-79",
        owasp="A03:2021",
        wstg="WSTG-INPV-01",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        cvss_score=6.1,
        what="The page contains a value of the request in a way that lets it add script of its own.",
        why="Whoever opens the attacker's link runs the attacker's script with their own session: it can "
        "read what they see and do what they may do.",
        fix="Encode each value for the exact place it is put (HTML text, attribute, JavaScript, URL), best "
        "by a template engine that escapes by default. Allow only http and https in links. Forbid inline "
        "script with a Content-Security-Policy as a second line.",
        references=(
            "https://owasp.org/www-community/attacks/xss/",
            "https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html",
        ),
        max_requests=40,
    )

    def __init__(self) -> None:
        self._canaries = Canaries()
        self._tried: Counter[InputPoint] = Counter()

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for a point, however many contexts it is reflected in."""
        found = await script_injection(await ctx.probe(point), self._canaries)
        if found is None:
            return
        if found.stored:
            self._tried[point] = MAX_TRIES
        yield ctx.finding(
            found.proof,
            point,
            title="Stored cross-site scripting" if found.stored else "Reflected cross-site scripting",
            description=_describe(found, point),
            severity=_severity(found, point),
            variant="stored" if found.stored else "",
        )

    async def conclude(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each point whose value stays on the site and runs on another page."""
        pages = list(dict.fromkeys(page for page in ctx.endpoints if page.method == "GET"))[:MAX_PAGES]
        await self._plant_again(pages, ctx)
        created = NewPages(pages)
        for page in pages:
            seen = await ctx.glance(page)
            for point in self._new(seen):
                found = await stored_injection(await ctx.probe(point), page)
                if found is not None:
                    yield self._claim(ctx, found, point, page)
            for link in created.linked(seen)[:MAX_CREATED] if seen else ():
                for point in self._new(await ctx.glance(link)):
                    found = await stored_injection(await ctx.probe(point), page, created)
                    if found is not None:
                        yield self._claim(ctx, found, point, link)

    def _new(self, seen: Exchange | None) -> list[InputPoint]:
        """The points whose values a page shows, as far as they are worth another try."""
        shown = self._canaries.points_in(seen.response.text) if seen else []
        new = [point for point in shown if self._tried[point] < MAX_TRIES]
        room = MAX_STORED - len(+self._tried)
        new = [point for at, point in enumerate(new) if self._tried[point] or at < room]
        self._tried.update(new)
        return new

    def _claim(self, ctx: CheckContext, found: Injection, point: InputPoint, page: Request) -> Claim:
        self._tried[point] = MAX_TRIES
        return ctx.finding(
            found.proof,
            point,
            title="Stored cross-site scripting",
            description=f"{_describe(found, point)} It shows on {page.url}.",
            severity=_severity(found, point),
            variant="stored",
        )

    async def _plant_again(self, pages: Sequence[Request], ctx: CheckContext) -> None:
        """One value through each point once more: what was planted first may be overwritten by now.

        All fields of a request at once, and for pages the headers that a site may log.
        """
        writing = [
            (request, points) for request, points in self._canaries.requests() if request.method != "GET"
        ]
        visits = [
            (page, [InputPoint(page, Location.HEADER, name) for name in LOGGED])
            for page in pages[:MAX_VISITS]
        ]
        for request, points in (*writing[:MAX_FORMS], *visits):
            planted = request
            for point in points:
                if not _KEPT.search(point.name) and not point.value.isdigit():
                    token = ctx.fresh.token()
                    self._canaries.plant(token, point)
                    planted = inject(replace(point, request=planted), f"{token}{_domain(point.value)}")
            answer = await ctx.glance(planted)
            if answer is not None and self._canaries.points_in(answer.response.text):
                step = confirmation(answer)
                await ctx.glance(step) if step else None


def _domain(value: str) -> str:
    """``@`` and host of an e-mail address, so that the form stays valid."""
    return value[value.index("@") :] if _EMAIL.fullmatch(value) else ""


def _describe(found: Injection, point: InputPoint) -> str:
    sentences = [
        (
            f"The value of {point.name} comes back unencoded ({found.context}); with "
            f"{found.proof.payload!r} it runs: {found.how}."
        )
    ]
    if found.stored:
        sentences.append("It stays on the site and runs for whoever opens the page later.")
    if found.forbidden:
        sentences.append("The page's Content-Security-Policy keeps browsers from running it today.")
    if obstacle := _obstacle(found, point):
        sentences.append(obstacle)
    return " ".join(sentences)


def _obstacle(found: Injection, point: InputPoint) -> str:
    """Why an attacker's page cannot simply make a visitor send the value; empty if it can."""
    if found.stored:
        return ""
    if point.location is Location.HEADER:
        return _REFERER if point.name.lower() == "referer" else _HEADER
    if point.location is Location.COOKIE:
        return _COOKIE
    return "" if point.location in _FORMS and point.request.method in {"GET", "POST"} else _BODY


def _severity(found: Injection, point: InputPoint) -> Severity:
    obstacle = _obstacle(found, point)
    if obstacle in {_HEADER, _COOKIE}:
        return Severity.LOW
    return Severity.MEDIUM if found.forbidden or obstacle else Severity.HIGH
