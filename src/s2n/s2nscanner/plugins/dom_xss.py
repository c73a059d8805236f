"""DOM-based cross-site scripting: a page's own script makes markup or code of what others chose."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urljoin

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Flow,
    PageScripts,
    Place,
    PluginInfo,
    Proof,
    Severity,
    Sink,
    dom_executions,
    dom_flows,
    names_in,
    page_scripts,
)

MAX_PAGES = 2000
MAX_FLOWS = 500
MAX_VISITED = 60
"""Pages that are opened in the browser: one costs a tenth of a second, and some more where text is used."""

_SOURCE = re.compile(
    r"\blocation\b|document\.(?:URL|documentURI)|onmessage|[\"']message[\"']|URLSearchParams"
)
_SCRIPTS = frozenset({"application/javascript", "text/javascript", "application/x-javascript"})


class Plugin:
    """Reads scripts, and lets the browser run them where there is one.

    Without a browser a flow is reported where it is direct and nothing on the way cleans it.
    """

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
        kind="site",
        max_requests=500,
    )

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}
        self._scripts: dict[str, list[str]] = {}
        self._flows: dict[tuple[str, Flow], Exchange] = {}

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Keeps what the page's scripts seem to do; `run` reports it, confirmed where that can be done."""
        url = exchange.request.url
        scripts, sources = _scripts_of(exchange)
        for flow in (flow for script in scripts for flow in dom_flows(script)):
            if len(self._flows) < MAX_FLOWS:
                # The same script stands in many pages.
                self._flows.setdefault((str(exchange.request.origin), flow), exchange)
        names = [name for script in scripts if _SOURCE.search(script) for name in ("", *names_in(script))]
        if exchange.response.is_html and exchange.request.method == "GET":
            if len(self._pages) < MAX_PAGES:
                self._pages[url] = _Page(names, _joined(url, sources))
        elif names and len(self._scripts) < MAX_PAGES:
            self._scripts[url.partition("?")[0]] = names
        return iter(())

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """Yields what a page ran in the browser, and the flows in scripts that were not seen to run."""
        ran = set[str]()
        if ctx.pages is not None:
            for url, names in self._worth_a_visit():
                async for place, sink, proof in dom_executions(url, names, ctx.pages, ctx.fresh):
                    ran |= {sink.where.rpartition(":")[0].rpartition(":")[0], url}
                    yield _confirmed(ctx, place, sink, proof)
        for (_, flow), exchange in self._flows.items():
            if exchange.request.url not in ran:
                yield _claim(ctx, exchange, flow)

    def _worth_a_visit(self) -> Iterator[tuple[str, list[str]]]:
        """Pages whose scripts look at their address, one of each set of scripts and parameters."""
        seen = set[tuple[str, ...]]()
        for url, page in self._pages.items():
            scripts = [script for script in page.scripts if script in self._scripts]
            if not page.names and not scripts:
                continue
            names = [*page.names, *(name for script in scripts for name in self._scripts[script])]
            kind = (*scripts, *names, url.partition("?")[0] if page.names else "")
            if kind not in seen and len(seen) < MAX_VISITED:
                seen.add(kind)
                yield url, [name for name in dict.fromkeys(names) if name]


class _Page(NamedTuple):
    """``names``: the parameters that its own scripts read, after an empty one where they read anything."""

    names: list[str]
    scripts: list[str]


def _scripts_of(exchange: Exchange) -> PageScripts:
    response = exchange.response
    if response.status != 200:
        return PageScripts([], [])
    if response.content_type in _SCRIPTS:
        return PageScripts([response.text], [])
    return page_scripts(response.text) if response.is_html else PageScripts([], [])


def _joined(url: str, references: list[str]) -> list[str]:
    found = []
    for reference in references:
        with suppress(ValueError):  # "http://[" leads nowhere
            found.append(urljoin(url, reference).partition("?")[0].partition("#")[0])
    return found


def _confirmed(ctx: CheckContext, place: Place, sink: Sink, proof: Proof) -> Claim:
    return ctx.finding(
        proof,
        parameter=place.parameter,
        severity=Severity.MEDIUM,
        description=f"The page hands {place.parameter} to {sink.kind}, and ran the code that it held.",
        variant=f"{place.parameter} {sink.kind}",
    )


def _claim(ctx: CheckContext, exchange: Exchange, flow: Flow) -> Claim:
    variant = hashlib.sha256(f"{flow.source} {flow.sink} {flow.code}".encode()).hexdigest()[:12]
    encoded = (
        "" if flow.sure else " Browsers encode it on the way, so older ones or a later decoding are needed."
    )

    async def again() -> bool:
        scripts = _scripts_of(await ctx.send(exchange.request))
        return any(flow in dom_flows(script) for script in scripts.code)

    return ctx.claim(
        exchange,
        f"{flow.source} reaches {flow.sink}: {flow.code}",
        again,
        description=f"The script takes {flow.source} and hands it to {flow.sink}.{encoded}",
        confidence=Confidence.FIRM if flow.sure else Confidence.TENTATIVE,
        marker=flow.code[:60],
        variant=variant,
        per_site=True,
    )
