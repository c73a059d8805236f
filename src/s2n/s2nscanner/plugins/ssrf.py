"""Server-side request forgery: the server fetches an address that the request names."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    PASSWD,
    WIN_INI,
    Callback,
    CheckContext,
    Claim,
    Confidence,
    Fresh,
    InputPoint,
    Location,
    PluginInfo,
    Proof,
    Request,
    Severity,
    Spelling,
    closed_port,
    prove_callback,
    prove_connecting,
    prove_signature,
    signature_of_page,
)

_URL_NAME = re.compile(
    r"(?i)(?:^|[_.\-\[])(?:ur[il]s?|links?|href|src|source|dest(?:ination)?|target|host(?:name)?|domain|site|feed"
    r"|rss|wsdl|images?|img|avatar|pic(?:ture)?|logo|icon|callback|(?:web)?hook|prox(?:y|ied)|fetch|load|remote"
    r"|import|endpoint|server|api|redirect|u|address|ip|addr|resource|preview)\]?$|url|uri"
)
_FILE_NAME = re.compile(
    r"(?i)(?:^|[_.\-\[])(?:next|return(?:to)?|continue|ref(?:erer)?|page|file|doc(?:ument)?|path|xml|template|view"
    r"|data|out|to|from|port|stock|open|content|download)\]?$"
)
"""Names of what is opened, more often a file than an address."""
_ADDRESS = re.compile(
    r"(?i)(?:https?:|ftp:)?//\S+|(?:[\w-]+\.)+(?!(?:txt|md|html?|php|inc|tpl|jsp|aspx?|pdf|png|jpe?g|gif|svg"
    r"|css|js|json|xml|csv|zip|log|docx?)$)[a-z]{2,}(?::\d+)?(?:/\S*)?|(?:\d+\.){3}\d+\S*"
)
_BARE = re.compile(r"(?i)(?:(?:[\w-]+\.)+[a-z]{2,}|localhost|(?:\d+\.){3}\d+)(?::\d+)?(?:/\S*)?")
_LOOPBACK = ("127.0.0.1", "localhost", "127.1", "[::1]")
_Spell = Callable[[InputPoint, str, str], str]

_NEVER = frozenset({Location.FILENAME, Location.PATH})
MAX_PAGES = 3


class Plugin:
    """Has our listener called, or the target's own loopback, whose pages and errors the answer shows."""

    info = PluginInfo(
        id="ssrf",
        title="Server-side request forgery",
        severity=Severity.HIGH,
        cwe="CWE-918",
        owasp="A10:2021",
        wstg="WSTG-INPV-19",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:N",
        cvss_score=8.6,
        what="The server opens a connection to an address that a value of the request decides.",
        why="An attacker reaches what only the server can reach: internal services and admin interfaces, the "
        "metadata of the cloud with its keys, other hosts in the server's name.",
        fix="Don't fetch what a request names: map known keys to addresses. Where it must be, resolve the "
        "host once, refuse private and loopback addresses, allow only http(s) to listed hosts, and follow no "
        "redirects.",
        references=(
            "https://owasp.org/Top10/A10_2021-Server-Side_Request_Forgery_%28SSRF%29/",
            "https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/918.html",
        ),
        blind=True,
        max_requests=40,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: by a call, by a page of its own, by its errors, by a file."""
        if _worth_it(point, ctx) and (proof := await _prove(point, ctx)) is not None:
            yield ctx.finding(proof, point)


def _worth_it(point: InputPoint, ctx: CheckContext) -> bool:
    """Every page has the same headers and cookies: of those only what looks like an address."""
    if point.location is Location.HEADER:
        return ctx.callbacks is not None and looks_like_address(point)
    if point.location is Location.COOKIE:
        return looks_like_address(point)
    return point.location not in _NEVER


async def _prove(point: InputPoint, ctx: CheckContext) -> Proof | None:
    probe = await ctx.probe(point)
    likely = looks_like_address(point)
    header = point.location is Location.HEADER
    proof: Proof | None = None
    if ctx.callbacks is not None:
        payloads = [*_calls(point)] if likely and not header else [_plain_call]
        proof = await prove_callback(probe, ctx.callbacks, payloads)
    if proof is not None or header:
        return proof
    if likely or _FILE_NAME.search(point.name):
        proof = await _own_page(point, ctx, thorough=likely)
    proof = proof or await prove_connecting(probe, partial(_anywhere, point))
    for signature, path in ((PASSWD, "/etc/passwd"), (WIN_INI, "/c:/windows/win.ini")) if likely else ():
        proof = proof or await prove_signature(probe, signature, partial(_file, path, ctx.fresh))
    return proof


async def _own_page(point: InputPoint, ctx: CheckContext, *, thorough: bool) -> Proof | None:
    """A page of the target, fetched from its own loopback; a closed port shows nothing of it."""
    probe = await ctx.probe(point)
    refused = await probe.send(_spelt(point, closed_port(ctx.fresh), "/"))
    for target in _pages(point, ctx):
        known = (await ctx.probe(InputPoint(target, Location.PATH, "1"))).baseline
        if page := signature_of_page(known, probe.baseline, refused):
            break
    else:
        return None
    # A filter that allows the site's own name is none of our business.
    hosts = [host for host in _LOOPBACK if host.strip("[]") != target.origin.host]
    ways = [(hosts[0], spell) for spell in (_spelt, _with_tail, _behind_user)]
    ways += [(host, spell) for host in hosts[1:] for spell in (_spelt, _behind_user)]
    for host, spell in ways if thorough else ways[:1]:
        place = f"{host}:{target.origin.port}"
        spelling = partial(_page, partial(spell, point), place, target.target, ctx.fresh)
        if proof := await prove_signature(probe, page, spelling):
            return replace(proof, confidence=Confidence.FIRM)
    return None


def looks_like_address(point: InputPoint) -> bool:
    """Does the name or the value say that something is fetched?"""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", point.name)
    return bool(_URL_NAME.search(name) or name == "Referer" or _ADDRESS.fullmatch(point.value))


def _pages(point: InputPoint, ctx: CheckContext) -> list[Request]:
    """The start page, and others in case that the original value leads there."""
    pages = [Request.from_url(ctx.scan.target_url), *ctx.endpoints]
    others = {
        page.path: page
        for page in pages
        if page.method == "GET" and page.origin == pages[0].origin and page.path != point.request.path
    }
    return [*others.values()][:MAX_PAGES]


def _spelt(point: InputPoint, host: str, target: str) -> str:
    """As the value is written: with a scheme or without."""
    return f"{host}{target}" if _BARE.fullmatch(point.value) else f"http://{host}{target}"


def _anywhere(point: InputPoint, host: str) -> str:
    return _spelt(point, host, "/")


def _with_tail(point: InputPoint, host: str, target: str) -> str:
    """For filters that look for something of the original anywhere, or at its end."""
    return f"{_spelt(point, host, target)}{'&' if '?' in target else '?'}{point.value or '.png'}"


def _behind_user(point: InputPoint, host: str, target: str) -> str:
    """For filters that look at how the value begins: the host it had becomes a user name."""
    match = re.match(r"(?i)((?:https?:)?//)?([\w.-]+)", point.value)
    begin, name = (match[1] or "http://", match[2]) if match else ("http://", "user")
    return f"{begin}{name}@{host}{target}"


def _calls(point: InputPoint) -> Iterator[Callable[[Callback], str]]:
    def called(spell: _Spell, callback: Callback) -> str:
        return spell(point, callback.authority, callback.path)

    for spell in (_spelt, _with_tail, _behind_user):
        yield partial(called, spell)
    if _BARE.fullmatch(point.value):
        yield _plain_call
    yield lambda callback: f"http://{callback.name or callback.authority}/"


def _plain_call(callback: Callback) -> str:
    return callback.url


def _page(spell: Callable[[str, str], str], place: str, target: str, fresh: Fresh) -> Spelling:
    """A page; the same one at a closed port and at a host that does not exist."""
    others = (closed_port(fresh), f"{fresh.letters(10)}.invalid")
    return Spelling(spell(place, target), [spell(other, target) for other in others])


def _file(path: str, fresh: Fresh) -> Spelling:
    """A made-up file is none; and what opens a plain path as well is no matter of addresses."""
    folder = path.rpartition("/")[0]
    return Spelling(f"file://{path}", (f"file://{folder}/{fresh.letters(8)}", path))
