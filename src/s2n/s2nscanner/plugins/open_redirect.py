"""Open redirection: a link to this site that takes the visitor to a site of the attacker's choice."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    InputPoint,
    Location,
    PluginInfo,
    Severity,
    open_redirection,
)

_OUT_OF_REACH = frozenset({Location.HEADER, Location.COOKIE})
"""An attacker's link sets neither, and a redirect back to the Referer only leads where one came from."""


class Plugin:
    """Asks for a fresh host and resolves the answer as browsers do."""

    info = PluginInfo(
        id="open_redirect",
        title="Open redirection",
        severity=Severity.MEDIUM,
        cwe="CWE-601",
        owasp="A01:2021",
        wstg="WSTG-CLNT-04",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:N/I:L/A:N",
        cvss_score=4.7,
        what="A value of the request decides, unchecked, which site the browser is sent to.",
        why="A link that begins with the trusted name ends on the attacker's page: phishing, and in OAuth "
        "flows stolen codes and tokens.",
        fix="Redirect to paths of a fixed list, or resolve the value against the site's own address with a "
        "WHATWG URL parser and compare the resulting origin. Refuse backslashes and control characters.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html",
            "https://url.spec.whatwg.org/#url-parsing",
        ),
        max_requests=30,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for a point."""
        if point.location in _OUT_OF_REACH:
            return
        found = await open_redirection(await ctx.probe(point))
        if found is None:
            return
        yield ctx.finding(
            found.proof,
            point,
            description=f"With {found.proof.payload!r} as {point.name}, the page sends the browser to "
            f"{found.host} by {found.by}.",
        )
