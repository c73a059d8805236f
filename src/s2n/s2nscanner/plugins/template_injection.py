"""A value that becomes part of a server-side template: the engine computes what the value asks for."""

import re
from collections.abc import AsyncIterator, Callable

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    InputPoint,
    Location,
    PluginInfo,
    Probe,
    Product,
    Severity,
    echoes,
    prove_computed,
)

DIGITS = 4
"""Of a factor: the product fits in 32 bits, where Razor and SpEL count."""

BROKEN = "[[${{<%='\"#{@(#set($x=<}}]]%>__${<}__::x\\"
"""No engine takes this for text: each fails at it or swallows a part."""


class Syntax(Struct, frozen=True):
    """A template of one family of engines.

    In ``form`` A × B is the product, C the answer in hexadecimal, D the answer in lookups of digits, E + A
    the answer as a sum; L and R are the tokens around it. ``text``: how ``7*'7'`` is asked for.
    ``engines`` names the engine by what it makes of that: it repeats the text, multiplies, refuses.
    """

    form: str
    engines: tuple[str, str, str] = ("", "", "")
    text: str = ""


_PYTHON = ("Jinja2, Tornado or another in Python", "Twig, Nunjucks or a relative", "an engine with {{ }}")
_DOLLAR = ("Mako or another in Python", "a Java expression language, Groovy or JavaScript", "FreeMarker")
_TAG = ("an engine in Python", "EJS, Underscore or another in JavaScript", "ERB or another with <%= %>")
_HASH = (
    "an engine in Python",
    "Pug or another in JavaScript",
    "Slim, Haml or an engine with #{ }",
)

# `%><`: a token right after `>` would make a shell that it reaches by accident write a file of that name.
# What begins by closing an expression works inside of one and, the closing sign being text there, outside.
ANYWHERE = (
    Syntax("}}L{{A*B}}R", _PYTHON, "}}L{{7*'7'}}R"),
    Syntax("}L${A*B}R", _DOLLAR, "}L${7*'7'}R"),
    Syntax("%><L<%=A*B%><R", _TAG, "%><L<%=7*'7'%><R"),
    Syntax("'}}L{{A*B}}R{{'\"}}L{{A*B}}R{{\"", _PYTHON, "'}}L{{7*'7'}}R{{'\"}}L{{7*'7'}}R{{\""),
    Syntax("'}L${A*B}R${'\"}L${A*B}R${\"", _DOLLAR, "'}L${7*'7'}R${'\"}L${7*'7'}R${\""),
)
IN_TEXT = (
    Syntax("L{{A*B}}R", _PYTHON, "L{{7*'7'}}R"),
    Syntax("L${A*B}R", _DOLLAR, "L${7*'7'}R"),
    Syntax("L#{A*B}R", _HASH, "L#{7*'7'}R"),
    Syntax("L{A*B}R", ("", "", "Smarty, Latte or a Python format string")),
    Syntax("L@(A*B)R", ("", "", "Razor")),
    Syntax("L<%=A*B%><R", _TAG, "L<%=7*'7'%><R"),
    Syntax("L[[${A*B}]]R", ("", "", "Thymeleaf")),
    Syntax("L__${A*B}__R::x", ("", "", "Thymeleaf, in a view's name")),
    Syntax("#set($x=A*B)L${x}R", ("", "", "Velocity")),
    Syntax("L{%print(A*B)%}R", ("", "", "Jinja2")),
    Syntax("L{{A|times:B}}R", ("", "", "Liquid")),
    Syntax("L{{E|add:A}}R", ("", "", "Django")),
    Syntax("L{{C}}R", ("", "", "Go's text/template")),
    Syntax("LDR", ("", "", "Handlebars")),
    Syntax("'%><L<%=A*B%><R<%='", _TAG),
    Syntax('"%><L<%=A*B%><R<%="', _TAG),
)


class Plugin:
    """Asks for a fresh product in each family's syntax, where the page's behaviour leaves room for one."""

    info = PluginInfo(
        id="template_injection",
        title="Server-side template injection",
        severity=Severity.CRITICAL,
        cwe="CWE-1336",
        owasp="A03:2021",
        wstg="WSTG-INPV-18",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="A value from the request becomes part of a template's source: expressions in it are evaluated.",
        why="Template languages reach the objects of the program: an attacker reads its secrets and with "
        "most engines runs any command on the server.",
        fix="Keep templates constant and pass values to them as data. Where users must write templates, use "
        "a language without logic, in a sandbox.",
        references=(
            "https://portswigger.net/research/server-side-template-injection",
            "https://cwe.mitre.org/data/definitions/1336.html",
        ),
        max_requests=40,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: the first syntax that is evaluated."""
        probe = await ctx.probe(point)
        for syntax in await _likely(probe):
            proof = await prove_computed(
                probe,
                _payload(point.value, syntax),
                control=lambda product: f"{point.value} {product.inert}",
                digits=DIGITS,
                follow=True,
            )
            if proof is not None:
                engine = await _engine(probe, syntax)
                evidence = f"The template computed {proof.payload!r} to {proof.marker!r}: {engine}."
                yield ctx.finding(replace(proof, evidence=evidence), point)
                return


async def _likely(probe: Probe) -> tuple[Syntax, ...]:
    """The syntaxes worth a request: none where what no engine leaves alone changes nothing.

    That is, it comes back as it was sent, or the page is what it was without it.
    """
    token = probe.fresh.token()
    plain = await probe.send(probe.point.value + token, follow=True)
    shown = plain.response.text.lower().count(token)
    if not shown and probe.point.location in {Location.HEADER, Location.COOKIE}:
        return ()  # every page has these, few use them in an expression
    sent = probe.point.value + probe.fresh.letters() + BROKEN + probe.fresh.letters()
    back = await probe.send(sent, follow=True)
    if shown:
        return () if echoes(back.response.text, sent) >= shown else (*ANYWHERE, *IN_TEXT)
    before = probe.baseline.response
    same = (back.response.status, back.response.body) == (before.status, before.body)
    return () if same and not before.is_redirect else ANYWHERE


def _payload(value: str, syntax: Syntax) -> Callable[[Product], str]:
    def payload(product: Product) -> str:
        answer = product.a * product.b
        parts = {
            "A": str(product.a),
            "B": str(product.b),
            "C": hex(answer),
            "D": "".join(f'{{{{lookup "9876543210" {9 - int(digit)}}}}}' for digit in product.answer),
            "E": str(answer - product.a),
            "L": product.left,
            "R": product.right,
        }
        return (value or "1") + "".join(parts.get(char, char) for char in syntax.form)

    return payload


async def _engine(probe: Probe, syntax: Syntax) -> str:
    """The family's member, by what it makes of a number times a text."""
    repeats, multiplies, refuses = syntax.engines
    if not syntax.text:
        return refuses
    left, right = probe.fresh.letters(), probe.fresh.letters()
    asked = "".join({"L": left, "R": right}.get(char, char) for char in syntax.text)
    text = (await probe.send((probe.point.value or "1") + asked, follow=True)).response.text
    shown = re.search(f"{left}(7777777|49)(?:<|&lt;)?{right}", text)
    if shown is None:
        return refuses
    return multiplies if shown[1] == "49" else repeats
