"""A line end in a value that stands in the response's head: what follows it is a header of the attacker's."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    InputPoint,
    PluginInfo,
    Probe,
    Proof,
    Severity,
)

LINE_ENDS = (
    "\r\n",
    "\n",
    "%0d%0a",  # decoded twice
    "\u560d\u560a",  # their low bytes are CR and LF, and all that is left where text is cut to latin-1
    "\r\r\n\n",  # where the pair is removed once
)


class Plugin:
    """Adds a fresh header and finds it again among those of the response."""

    info = PluginInfo(
        id="header_injection",
        title="HTTP header injection",
        severity=Severity.MEDIUM,
        cwe="CWE-113",
        owasp="A03:2021",
        wstg="WSTG-INPV-15",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        cvss_score=6.1,
        what="A value from the request is written into a response header with its line ends.",
        why="A link adds headers to the answer, and after an empty line a body: it sets cookies (a fixed "
        "session), redirects, runs script under the site's name and poisons caches.",
        fix="Refuse or encode control characters in every value that goes into a header; current HTTP "
        "libraries do, so set headers through them and keep them up to date.",
        references=(
            "https://owasp.org/www-community/attacks/HTTP_Response_Splitting",
            "https://cwe.mitre.org/data/definitions/113.html",
        ),
        max_requests=20,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most; two requests if no header holds the value."""
        probe = await ctx.probe(point)
        for lead in dict.fromkeys((point.value, "")):
            token = ctx.fresh.token()
            if _in_head(await probe.send(lead + token), token):
                break
        else:
            return
        for line_end in LINE_ENDS:
            proof = await _added(probe, lead, line_end)
            if proof is not None:
                yield ctx.finding(proof, point)
                return


def _in_head(exchange: Exchange, token: str) -> bool:
    return any(token in text.lower() for pair in exchange.response.headers for text in pair)


async def _added(probe: Probe, lead: str, line_end: str) -> Proof | None:
    """The proof that ``line_end`` begins a header, and that without it there is none."""
    name, token = f"x-{probe.fresh.letters()}", probe.fresh.token()
    payload = f"{lead}{line_end}{name}:{token}"
    attack = await probe.send(payload)
    if not _has(attack, name, token):
        return None
    control = await probe.send(f"{lead}{name}:{token}")
    if _has(control, name, token):
        return None
    return Proof(
        exchange=attack,
        control=control,
        payload=payload,
        evidence=f"The response has a header that the value brought along, {name}: {token}; "
        "without the line end it has not.",
        marker=token,
        confidence=Confidence.CERTAIN,
        again=lambda: _added(probe, lead, line_end),
    )


def _has(exchange: Exchange, name: str, token: str) -> bool:
    return any(value.strip().startswith(token) for value in exchange.response.header_all(name))
