"""What a page's own scripts run, seen in a real browser."""

import asyncio

import pytest

from s2n.errors import BudgetSpent, OutOfScope
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.oracles.domexecution import dom_executions, family_of, names_in
from s2n.s2nscanner.oracles.pagerun import Sink
from s2n.s2nscanner.oracles.probe import Fresh
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

OUT = "document.getElementById('out')"
HASH = "decodeURIComponent(location.hash.slice(1))"
FLAWED = {
    "hash to innerHTML": (f"{OUT}.innerHTML = {HASH}", "location.hash"),
    "parameter to insertAdjacentHTML": (
        f"const q = new URL(location.href).searchParams.get('q'); {OUT}.insertAdjacentHTML('beforeend', q)",
        "q",
    ),
    "parameter inside an attribute": (
        f"const q = new URL(location).searchParams.get('q'); {OUT}.innerHTML = `<b title='${{q}}'>x</b>`",
        "q",
    ),
    "hash to eval": ("eval(location.hash.slice(1))", "location.hash"),
    "hash inside code": (f'setTimeout("var a = \'" + {HASH} + "\';", 1)', "location.hash"),
    "parameter as the next address": ("location = new URLSearchParams(location.search).get('to')", "to"),
    "message to innerHTML": (f"onmessage = e => {{ {OUT}.innerHTML = e.data }}", "message"),
    "whole query": (f"{OUT}.innerHTML = decodeURIComponent(location.search.slice(1))", "location.search"),
    "hash as a script": (
        "const s = document.createElement('script'); s.src = location.hash.slice(1); document.head.append(s)",
        "location.hash",
    ),
}
SAFE = {
    "text": f"{OUT}.textContent = {HASH}",
    "escaped": f"{OUT}.innerHTML = {HASH}.replace(/&/g, '&amp;').replace(/</g, '&lt;')",
    "left as browsers encode it": f"{OUT}.innerHTML = location.hash",
    "shown in a dialog": f"alert({HASH})",
    "an address of its own site": "location = '/next?q=' + location.hash.slice(1)",
    "a checked sender": f"onmessage = e => {{ if (e.origin === location.origin) {OUT}.innerHTML = e.data }}",
    "a policy that forbids inline code": f"{OUT}.innerHTML = {HASH}",
}


SCRIPTS = {name: script for name, (script, _) in FLAWED.items()} | SAFE


def site(request):
    """Each script in a page of its own, by its number."""
    number = request.path[1:]
    if not number.isdigit():
        return html("no", 404)
    name = list(SCRIPTS)[int(number)]
    policy = (
        "<meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-n'\">"
        if "policy" in name
        else ""
    )
    return html(f"<!doctype html>{policy}<p id=out></p><script nonce=n>{SCRIPTS[name]}</script>")


@pytest.fixture(scope="module")
def executions():
    """What is proved of the page with a script, each with what a second look gives; one browser for all."""
    with asyncio.Runner() as loop, serving(site) as web:
        open_browser = browsing(ScanRequest(target_url=web.url))
        browser = loop.run(open_browser.__aenter__())
        from s2n.s2nscanner.crawler.browser.running import Running

        running = Running(browser)

        async def look(name):
            url = f"{web.url}{list(SCRIPTS).index(name)}"
            found = dom_executions(url, names_in(SCRIPTS[name]), running, Fresh())
            return [(place, sink, proof, await proof.again()) async for place, sink, proof in found]

        yield lambda name: loop.run(look(name))
        loop.run(open_browser.__aexit__(None, None, None))


@needs_browser
@pytest.mark.parametrize("name", FLAWED)
def test_code_that_runs_is_proved_and_holds_again(name, executions):
    _, parameter = FLAWED[name]
    (place, sink, proof, again), *more = executions(name)
    assert {place.parameter for place, *_ in more} <= {"location.search"}  # the whole of what was proved
    assert place.parameter == parameter
    assert proof.confidence is Confidence.CERTAIN
    assert again is not None
    assert sink.kind in proof.evidence
    assert proof.payload not in again.payload


@needs_browser
@pytest.mark.parametrize("name", SAFE)
def test_nothing_is_proved_where_nothing_runs(name, executions):
    assert executions(name) == []


def test_the_names_that_scripts_read():
    script = (
        "p.get('q'); getParam(\"lang\"); x.indexOf('default='); go('/a?b=1'); params.page; params.get('z')"
    )
    assert names_in(script) == ["q", "lang", "default", "b", "page", "z"]


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("Element innerHTML", "markup"),
        ("Document write", "markup"),
        ("eval", "code"),
        ("Window setTimeout", "code"),
        ("Element onclick", "code"),
        ("HTMLScriptElement text", "code"),
        ("HTMLScriptElement src", "script"),
        ("Location href", "address"),
        ("navigation", "address"),
    ],
)
def test_payloads_fit_the_sink(kind, family):
    assert family_of(Sink(kind, "x")) == family


class Closed:
    """A browser that opens nothing."""

    def __init__(self, error):
        self.error = error

    async def run(self, url, markers=(), message="", expect=""):
        raise self.error


def run_closed(error):
    async def go():
        return [found async for found in dom_executions("http://a.test/", [], Closed(error), Fresh())]

    return asyncio.run(go())


def test_a_page_that_does_not_open_runs_nothing():
    assert run_closed(OutOfScope("outside")) == []


def test_a_spent_budget_is_no_clean_page():
    with pytest.raises(BudgetSpent):
        run_closed(BudgetSpent("over"))
