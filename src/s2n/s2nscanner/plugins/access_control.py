"""Pages of one user that another one gets, although the site never offers them."""

import re
from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    NotApplicable,
    OtherUser,
    PluginInfo,
    Request,
    Severity,
    Stable,
    anonymous,
    kind_of,
    learned,
    plain_text,
    refused,
)

MAX_PAGES = 96
"""Pages asked for as somebody else; each takes up to five requests."""

_STATIC = re.compile(r"(?i)\.(?:css|m?js|map|png|jpe?g|gif|svg|ico|webp|woff2?|ttf)$")
_SHORTEST_NAME = 3


class Plugin:
    """Asks for the pages that only the scan's user was offered as each user of ``--auth-as``.

    A page counts as withheld when nobody gets it without a login, and a whole crawl as the other user never
    came across it. Of a kind of page that the other is offered with ids of their own, only those count that
    name the scan's user: members may see one another's public pages.
    """

    info = PluginInfo(
        id="access_control",
        title="Broken access control",
        severity=Severity.HIGH,
        cwe="CWE-862",
        owasp="A01:2021",
        wstg="WSTG-ATHZ-02",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=6.5,
        what="A page that the site offers to one user only is given to another one who knows its address. "
        "Looked for as each user of --auth-as; without one, not at all.",
        why="Addresses are guessed, shared and logged: what only a hidden link protects is open to any.",
        fix="Check on the server, for each request, that this user may see this object; deny by default.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html",
            "https://owasp.org/Top10/A01_2021-Broken_Access_Control/",
        ),
        kind="site",
        max_requests=500,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each page and other user."""
        if not ctx.scan.auth_as:
            raise NotApplicable(
                "access to what is another's (IDOR, BOLA) takes a second user",
                "name one with --auth-as",
            )
        if not ctx.others:
            raise NotApplicable("none of the other users could log in")
        pages = [page for page in ctx.endpoints if page.method == "GET" and not _STATIC.search(page.path)]
        for other in ctx.others:
            offered = {page.url for page in other.offered}
            withheld = [page for page in pages if page.url not in offered]
            for page in _varied(withheld)[: MAX_PAGES // len(ctx.others)]:
                claim = await _reached(ctx, page, other)
                if claim is not None:
                    yield claim


def _varied(pages: list[Request]) -> list[Request]:
    """One page of each kind first."""
    first = {kind_of(page): page for page in reversed(pages)}
    return sorted(pages, key=lambda page: first[kind_of(page)] is not page)


async def _reached(ctx: CheckContext, page: Request, other: OtherUser) -> Claim | None:
    ours = await ctx.send(page)
    if ours.response.status != 200 or not ours.response.body:
        return None
    theirs = await ctx.send_as(other, page)
    if theirs.response.status != 200:
        return None
    nobody = await ctx.send(anonymous(ours.request), exact=True)
    if not refused(ours, nobody) or refused(ours, theirs):
        return None
    face = learned([ours, await ctx.send(page)])
    if face is None or not _same(face, theirs, ctx.scan.username, other.name):
        return None
    by_id = any(kind_of(page) == kind_of(each) for each in other.offered)
    if by_id and not _names(theirs, ctx.scan.username):
        return None

    async def again() -> bool:
        once_more = await ctx.send_as(other, page)
        closed = await ctx.send(anonymous(ours.request), exact=True)
        return _same(face, once_more, ctx.scan.username, other.name) and refused(ours, closed)

    what = f"what belongs to {ctx.scan.username}" if by_id else f"a page of {ctx.scan.username}'s"
    return ctx.claim(
        theirs,
        f"{other.name} gets {what}, which the site offers no way to; without a login it is refused",
        again,
        control=nobody,
        confidence=Confidence.FIRM,
        cwe="CWE-639" if by_id else "CWE-862",
        variant=other.name,
    )


def _same(face: Stable, theirs: Exchange, our_name: str, their_name: str) -> bool:
    """Is it our page, but for the name of whom it greets?"""
    response = theirs.response
    if face.same(theirs):
        return True
    named = re.sub(rf"\b{re.escape(their_name)}\b", lambda _: our_name, response.text)
    body = named.encode(errors="replace")
    greeted = type(response)(response.status, response.reason, response.headers, body)
    return face.same(Exchange(theirs.request, greeted))


def _names(exchange: Exchange, name: str) -> bool:
    """Does the page name the user?"""
    text = plain_text(exchange.response.text)
    return len(name) >= _SHORTEST_NAME and re.search(rf"\b{re.escape(name)}\b", text) is not None
