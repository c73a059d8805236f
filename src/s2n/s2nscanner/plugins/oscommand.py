"""A value that reaches a shell: the target computes or waits as it is told to."""

from collections.abc import AsyncIterator, Callable
from functools import partial

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    InputPoint,
    Location,
    PluginInfo,
    Product,
    Severity,
    delays,
    prove_computed,
)

Wrap = Callable[[str], str]


def _in_any_quotes(separator: str, space: str = " ") -> Wrap:
    """The command between separators, run exactly once whether the value stands bare, in ' or in ".

    Bare, the rest is one quoted argument of ``:``; inside quotes the first quote of its kind ends them and
    the others pair up. No comment sign is needed, so whatever follows in the line stays whole.
    """
    return lambda command: (
        f"{separator}{command}{separator}:{space}'"
        f'{separator}{command}{separator}:{space}"'
        f"{separator}{command}{separator}:{space}\"'"
    )


def _piped(command: str) -> str:
    """As the last of a pipe, or its output would feed the next command; a comment ends each reading."""
    return f"|{command} #'|{command} #\"|{command} #"


def _windows(command: str) -> str:
    """For cmd, which knows no single quotes: bare, or out of double ones."""
    return f'&{command}&rem "&{command}&rem '


_SEMICOLON = _in_any_quotes(";")
_TIGHT = _in_any_quotes(";", "${IFS}")
_NEWLINE = _in_any_quotes("\n", "${IFS}")
_BACKGROUND = _in_any_quotes("&")


def _echo(product: Product, space: str = " ") -> str:
    """For sh and, with a space, PowerShell."""
    return f"echo{space}{product.left}$(({product.a}*{product.b})){product.right}"


def _expr(product: Product) -> str:
    """For filters that take ``$``, parentheses or backquotes away."""
    return rf"expr {product.a} \* {product.b}"


def _set(product: Product) -> str:
    return f"echo {product.left}&set /a {product.a}*{product.b}&echo {product.right}"


def _ping(ping: str, seconds: int) -> str:
    """Cmd has no sleep. On a Unix ``-w`` is the deadline, so that no ping runs on for ever."""
    return f"{ping} -n {seconds + 1} -w {seconds + 1} 127.0.0.1"


# Value and product → payload, and the digits its arithmetic carries. The likeliest first; a filter that takes
# away ; & | or line ends, spaces, $ or backquotes leaves at least one.
_COMPUTE: tuple[tuple[Callable[[str, Product], str], int], ...] = (
    (lambda value, product: value + _SEMICOLON(_echo(product)), 6),
    (lambda value, product: value + _NEWLINE(_echo(product, "${IFS}")), 6),
    (lambda value, product: value + _piped(_expr(product)), 6),
    (lambda value, product: value + _BACKGROUND(_expr(product)), 6),
    (lambda value, product: value + _TIGHT(_echo(product, "${IFS}")), 6),
    (lambda value, product: f"{value}$({_echo(product, '${IFS}')})", 6),
    (lambda value, product: f"{value}{product.left}`{_expr(product)}`{product.right}", 6),
    (lambda _, product: _expr(product), 6),
    (lambda value, product: value + _windows(_set(product)), 4),
)

_COMPUTE_LIKELY = (_COMPUTE[0], _COMPUTE[5])

# Value, command word and seconds → payload; misspelt, the word makes the control that cannot wait.
_WAIT: tuple[tuple[Callable[[str, str, int], str], str, str], ...] = (
    (lambda value, sleep, seconds: value + _SEMICOLON(f"{sleep} {seconds}"), "sleep", "slepe"),
    (lambda value, sleep, seconds: value + _NEWLINE(f"{sleep}${{IFS}}{seconds}"), "sleep", "slepe"),
    (lambda value, sleep, seconds: value + _piped(f"{sleep} {seconds}"), "sleep", "slepe"),
    (lambda value, sleep, seconds: value + _BACKGROUND(f"{sleep} {seconds}"), "sleep", "slepe"),
    (lambda value, sleep, seconds: f"{value}$({sleep}${{IFS}}{seconds})", "sleep", "slepe"),
    (lambda value, ping, seconds: value + _windows(_ping(ping, seconds)), "ping", "pnig"),
)


class Plugin:
    """Appends commands to the value: arithmetic whose answer is shown, else a wait that can be measured."""

    info = PluginInfo(
        id="oscommand",
        title="OS command injection",
        severity=Severity.CRITICAL,
        cwe="CWE-78",
        owasp="A03:2021",
        wstg="WSTG-INPV-12",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="A value from the request becomes part of a command line that a shell interprets.",
        why="An attacker runs any program with the rights of the application: reads and changes its data, "
        "and goes on from there into the network.",
        fix="Call the program without a shell and pass the value as one element of the argument list; "
        "better, use a library instead of a program. Allow only the values that make sense.",
        references=(
            "https://owasp.org/www-community/attacks/Command_Injection",
            "https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/78.html",
        ),
        blind=True,
        max_requests=60,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: the first technique that proves it."""
        probe = await ctx.probe(point)
        value = point.value
        # Every page has the same headers and cookies: there only what the usual command line needs.
        everywhere = point.location in {Location.HEADER, Location.COOKIE}

        def control(product: Product) -> str:
            return f"{value} {product.inert}"

        for compute, digits in _COMPUTE_LIKELY if everywhere else _COMPUTE:
            proof = await prove_computed(probe, partial(compute, value), control=control, digits=digits)
            if proof is not None:
                yield ctx.finding(proof, point)
                return
        for wait, word, misspelt in _WAIT[:1] if everywhere else _WAIT:
            proof = await delays(probe, partial(wait, value, word), partial(wait, value, misspelt))
            if proof is not None:
                yield ctx.finding(proof, point)
                return
