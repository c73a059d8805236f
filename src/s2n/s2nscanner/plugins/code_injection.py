"""A value that becomes part of a program: the language behind the page computes or waits as it is told to."""

from collections.abc import AsyncIterator, Callable
from functools import partial

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    InputPoint,
    Location,
    PluginInfo,
    Probe,
    Product,
    Proof,
    Severity,
    delays,
    learn_page,
    prove_computed,
)

DIGITS = 4
"""Of a factor: the product fits in 32 bits, where Java and .NET count."""

# V is the value, A × B the product, L and R the tokens around it. Where two quotes stand in one payload, the
# first of them is text to whoever is in the other, so it is evaluated once, in either.
BARE = (
    "sprintf('L%dR',A*B)",  # PHP, Perl, Ruby
    "'L%dR'%(A*B)",  # Python, Ruby
    '"L"+(A*B)+"R"',  # JavaScript, SpEL, OGNL, MVEL, Groovy, C#
)
QUOTED = (
    "VL'.(A*B).'RL\".(A*B).\"R",  # PHP, Perl
    "VL'+(A*B)+'RL\"+(A*B)+\"R",  # JavaScript, SpEL, OGNL, MVEL, Groovy, C#
    "VL'+str(A*B)+'RL\"+str(A*B)+\"R",  # Python
    "VL'+String(A*B)+'RL\"+String(A*B)+\"R",  # Ruby
)
STATEMENTS = (
    "V;printf('L%dR',A*B);#",
    "V';printf('L%dR',A*B);#\";printf('L%dR',A*B);#",
    "V');printf('L%dR',A*B);#\");printf('L%dR',A*B);#",
)
IN_TEXT = ("VL%{A*B}R",)  # OGNL in Struts
UNQUOTED = "V{${print(A*B)}}"
"""For PHP's double quotes where quotes are escaped. It prints at once: no tokens stand around the answer."""
UNQUOTED_CONTROL = "V{{print(A*B)}}"
"""Text to PHP, while a page that works out whatever product it sees does so here as well."""

BROKEN = "'\"){${(%{'\"}"
"""An end of texts of either kind, and in texts something that is looked into and makes no sense."""

# What a template takes as well is a template's flaw, and reported as such.
TEMPLATES = (
    "V}}L{{A*B}}R",
    "V}L${A*B}R",
    "V%><L<%=A*B%><R",
    "V'}}L{{A*B}}R{{'\"}}L{{A*B}}R{{\"",
    "V'}L${A*B}R${'\"}L${A*B}R${\"",
    "V'%><L<%=A*B%><R<%='",
    'V"%><L<%=A*B%><R<%="',
    "VL#{A*B}R",
)

_TIME = "chr(116)+chr(105)+chr(109)+chr(101)"
# W is the call that waits. Bare, a comment hides the rest; each quote opens the call for its own reading.
WAITS = (
    ("usleep(U)", "W/*'.W.'/*\".W.\"*/", "usleep", "uslepe"),
    ("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,M)", "W/*'+W+'/*\"+W+\"*/", "wait", "wiat"),
    (f"__import__({_TIME}).sleep(S)", "W#'+str(W)+'#\"+str(W)+\"", "sleep", "slepe"),
    ("Kernel.sleep(S)", "W#'+String(W)+'#\"+String(W)+\"", "sleep", "slepe"),
)


class Plugin:
    """Writes arithmetic in each language's syntax, as an expression, out of quotes and as a statement."""

    info = PluginInfo(
        id="code_injection",
        title="Code injection",
        severity=Severity.CRITICAL,
        cwe="CWE-94",
        owasp="A03:2021",
        wstg="WSTG-INPV-11",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="A value from the request becomes part of source code that the application evaluates.",
        why="An attacker runs code of their own with the rights of the application: reads and changes its "
        "data, and goes on from there into the network.",
        fix="Never evaluate input. Read numbers, JSON and dates with their parsers, map names to functions "
        "with a table, and compute formulas with a small interpreter that knows nothing else.",
        references=(
            "https://owasp.org/www-community/attacks/Code_Injection",
            "https://cwe.mitre.org/data/definitions/94.html",
            "https://cwe.mitre.org/data/definitions/95.html",
        ),
        max_requests=60,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: the first syntax that is evaluated."""
        probe = await ctx.probe(point)
        proof = await _by_answer(probe) or await _by_delay(probe)
        if proof is not None:
            yield ctx.finding(proof, point)


async def _by_answer(probe: Probe) -> Proof | None:
    """The page shows a fresh product, and no template engine would have computed it."""
    if not _everywhere(probe) and await _survives(probe):
        return None
    for form in _forms(probe):
        proof = await _computed(probe, form, digits=DIGITS)
        if proof is not None:
            return None if await _in_template(probe) else proof
    if _everywhere(probe):
        return None
    return await _computed(probe, UNQUOTED, digits=6, control=UNQUOTED_CONTROL)


async def _by_delay(probe: Probe) -> Proof | None:
    """The page shows nothing, but takes as long as it is told to."""
    if _everywhere(probe):
        return None
    for call, form, word, misspelt in WAITS:
        proof = await delays(
            probe, partial(_waiting, call, form), partial(_waiting, call.replace(word, misspelt), form)
        )
        if proof is not None:
            return proof
    return None


def _everywhere(probe: Probe) -> bool:
    """Every page has the same headers and cookies: there only what the usual program needs."""
    return probe.point.location in {Location.HEADER, Location.COOKIE}


def _forms(probe: Probe) -> tuple[str, ...]:
    return QUOTED[:3] if _everywhere(probe) else (*BARE, *QUOTED, *STATEMENTS, *IN_TEXT)


async def _survives(probe: Probe) -> bool:
    """Does the page stay as it is with a value that no program survives? Then it shows nothing of one."""
    if probe.baseline.response.is_redirect or (page := await learn_page(probe)) is None:
        return False
    broken = probe.point.value + BROKEN
    return page.same(await probe.send(broken), broken)


async def _in_template(probe: Probe) -> bool:
    for form in TEMPLATES:
        if await _computed(probe, form, digits=DIGITS):
            return True
    return False


async def _computed(probe: Probe, form: str, digits: int, control: str = "V L A B R") -> Proof | None:
    value = probe.point.value or "1"
    return await prove_computed(
        probe,
        _payload(value, form),
        control=_payload(value, control),
        digits=digits,
        follow=True,
    )


def _payload(value: str, form: str) -> Callable[[Product], str]:
    def payload(product: Product) -> str:
        parts = {"L": product.left, "R": product.right, "A": str(product.a), "B": str(product.b), "V": value}
        return "".join(parts.get(char, char) for char in form)

    return payload


def _waiting(call: str, form: str, seconds: int) -> str:
    units = {"S": seconds, "M": seconds * 1000, "U": seconds * 1_000_000}
    for unit, number in units.items():
        call = call.replace(f"({unit})", f"({number})").replace(f",{unit})", f",{number})")
    return form.replace("W", call)
