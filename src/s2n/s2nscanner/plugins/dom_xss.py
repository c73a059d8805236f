"""DOM-based cross-site scripting: a page's own script makes markup or code of what others chose."""

import hashlib
from collections.abc import Iterator

from s2n.s2nscanner.sdk import (
    Claim,
    Confidence,
    Exchange,
    Flow,
    PluginInfo,
    Severity,
    dom_flows,
    page_scripts,
    report,
)

_SCRIPTS = frozenset({"application/javascript", "text/javascript", "application/x-javascript"})


class Plugin:
    """Reads scripts, runs none: a flow is reported where it is direct and nothing on the way cleans it."""

    info = PluginInfo(
        id="dom_xss",
        title="DOM-based cross-site scripting",
        severity=Severity.MEDIUM,
        cwe="CWE-79",
        owasp="A03:2021",
        wstg="WSTG-CLNT-01",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        cvss_score=6.1,
        what="A script of the page takes text from its address, its referrer or another window's message and "
        "writes it into the page as markup, runs it as code, or goes there.",
        why="Whoever opens the attacker's link runs the attacker's script with their own session; the server "
        "may never see the payload.",
        fix="Write text with textContent. Where markup must be made, clean it with a kept library such as "
        "DOMPurify; allow only http and https for addresses; never pass text to eval or timers.",
        references=(
            "https://owasp.org/www-community/attacks/DOM_Based_XSS",
            "https://cheatsheetseries.owasp.org/cheatsheets/DOM_based_XSS_Prevention_Cheat_Sheet.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each distinct flow of the page's inline scripts, or of a script file."""
        response = exchange.response
        if response.status != 200:
            return
        if response.content_type in _SCRIPTS:
            scripts = [response.text]
        elif response.is_html:
            scripts = page_scripts(response.text)
        else:
            return
        for flow in dict.fromkeys(flow for script in scripts for flow in dom_flows(script)):
            yield _claim(exchange, flow)


def _claim(exchange: Exchange, flow: Flow) -> Claim:
    variant = hashlib.sha256(f"{flow.source} {flow.sink} {flow.code}".encode()).hexdigest()[:12]
    encoded = (
        "" if flow.sure else " Browsers encode it on the way, so older ones or a later decoding are needed."
    )
    return report(
        exchange,
        f"{flow.source} reaches {flow.sink}: {flow.code}",
        description=f"The script takes {flow.source} and hands it to {flow.sink}.{encoded}",
        confidence=Confidence.FIRM if flow.sure else Confidence.TENTATIVE,
        marker=flow.code[:60],
        variant=variant,
        per_site=True,  # the same script stands in many pages
    )
