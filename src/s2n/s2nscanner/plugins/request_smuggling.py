"""Request smuggling: two servers in a row disagree where a request ends, so a part of it becomes another's.

Only the disagreement is shown, by who waits for bytes that the other does not send; see `desync`, which says
why no visitor is touched. What could be smuggled through it is not tried.
"""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import CheckContext, Claim, Confidence, PluginInfo, Request, Severity, desync

MAX_ORIGINS = 3


class Plugin:
    """Sends bodies whose length and chunks disagree, once an origin, and sees whether somebody waits."""

    info = PluginInfo(
        id="request_smuggling",
        title="HTTP request smuggling",
        severity=Severity.HIGH,
        cwe="CWE-444",
        owasp="A05:2021",
        wstg="WSTG-INPV-15",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:L/A:L",
        cvss_score=8.1,
        what="A proxy and the server behind it end a request with both Content-Length and Transfer-Encoding "
        "in different places.",
        why="What an attacker adds after the end is taken for the beginning of somebody else's request: "
        "access rules are bypassed, and visitors get the attacker's answer or lose theirs.",
        fix="Let the proxy refuse requests with both headers or with an odd Transfer-Encoding, or rewrite "
        "them; keep both servers current; speak HTTP/2 between them, or open a connection for each request.",
        references=(
            "https://portswigger.net/web-security/request-smuggling",
            "https://www.rfc-editor.org/rfc/rfc9112#section-6.3",
            "https://cwe.mitre.org/data/definitions/444.html",
        ),
        kind="site",
        changes=True,
        max_requests=60,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for an origin."""
        for request in _starts(ctx):
            found = await desync(ctx, request)
            if found is None:
                continue

            async def again(request: Request = request) -> bool:
                return await desync(ctx, request) is not None

            name, value = found.encoding
            yield ctx.claim(
                found.waiting,
                f"{found.framing.kind}: with Content-Length {found.framing.splitting} and {name.strip()!r}: "
                f"{value!r} nobody answers, three times; with {found.framing.agreeing} it is answered.",
                again,
                confidence=Confidence.FIRM,
                control=found.control,
                payload=f"{name}: {value}",
                per_site=True,
                variant=found.framing.kind,
            )


def _starts(ctx: CheckContext) -> list[Request]:
    """A POST to the start of each origin, with nothing that names a visitor."""
    pages = [Request.from_url(ctx.scan.target_url), *ctx.endpoints]
    first: dict[str, Request] = {}
    for page in pages:
        first.setdefault(str(page.origin), page)
    agent = ctx.scan.user_agent or "s2n"
    return [
        Request(
            "POST",
            page.origin,
            page.target,
            (
                ("Host", page.origin.authority),
                ("User-Agent", agent),
                ("Accept", "*/*"),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ),
        )
        for page in [*first.values()][:MAX_ORIGINS]
    ]
