"""A value in a page that a JavaScript framework takes for its template: expressions in it run."""

from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Expression,
    InputPoint,
    Location,
    PluginInfo,
    Probe,
    Proof,
    Severity,
    find_expression,
    frameworks,
    may_compile,
)


class Plugin:
    """Finds an expression of ours in the parsed page, where a framework that the page loads evaluates it."""

    info = PluginInfo(
        id="client_template_injection",
        title="Client-side template injection",
        severity=Severity.HIGH,
        cwe="CWE-79",
        owasp="A03:2021",
        wstg="WSTG-CLNT-03",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        cvss_score=6.1,
        what="A value of the request comes back inside of an element that a JavaScript framework compiles: "
        "{{ }} in it is an expression, though every HTML sign is encoded.",
        why="Expressions reach the page's script functions: whoever opens the attacker's link runs script "
        "with their own session, as with cross-site scripting.",
        fix="Don't render values on the server into a page that the framework compiles: hand them over as "
        "data (JSON), or put ng-non-bindable or v-pre around them. Build templates ahead of time.",
        references=(
            "https://portswigger.net/research/xss-without-html-client-side-template-injection-with-angularjs",
            "https://vuejs.org/guide/best-practices/security.html",
            "https://cwe.mitre.org/data/definitions/79.html",
        ),
        max_requests=12,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """Nothing is sent where the page loads no such framework."""
        if point.location in {Location.HEADER, Location.COOKIE} and not point.value:
            return
        probe = await ctx.probe(point)
        page = probe.baseline
        if page.response.is_redirect:
            page = await probe.original(follow=True)
        if not page.response.is_html or not may_compile(page.response.text):
            return
        pairs = {framework.delimiters for framework in frameworks(page.response.text)}
        for opening, closing in sorted(pairs):
            for lead in dict.fromkeys((point.value, "")):
                proof = await _evaluated(probe, lead, opening, closing)
                if proof is not None:
                    yield ctx.finding(proof, point)
                    return


async def _evaluated(probe: Probe, lead: str, opening: str, closing: str) -> Proof | None:
    """The proof that the expression stands where it is evaluated, and does not without being sent."""
    token = probe.fresh.token()
    inner = f"{probe.fresh.number()}*{probe.fresh.number(4)}"
    payload = f"{lead}{token}{opening}{inner}{closing}"
    attack = await probe.send(payload, follow=True)
    found = _found(probe, attack, inner, token)
    if found is None:
        return None
    control = await probe.send(f"{lead}{token} {inner}", follow=True)
    if _found(probe, control, inner, token) is not None:
        return None
    return Proof(
        exchange=attack,
        control=control,
        payload=payload,
        evidence=f"{found.framework} evaluates {opening}{inner}{closing} in the parsed page: {found.place}.",
        marker=token,
        confidence=Confidence.FIRM if found.sure else Confidence.TENTATIVE,
        again=lambda: _evaluated(probe, lead, opening, closing),
    )


def _found(probe: Probe, exchange: Exchange, inner: str, token: str) -> Expression | None:
    response = exchange.response
    if probe.blocked(exchange) or not response.is_html or response.is_redirect:
        return None
    return find_expression(response.text, inner, token)
