"""Pages that are refused by their address, and given out under another spelling of it."""

from collections.abc import AsyncIterator, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Fresh,
    Places,
    PluginInfo,
    Request,
    Severity,
    has_password_field,
    learned,
)

MAX_PAGES = 12
MAX_REQUESTS = MAX_PAGES * 40

_HERE = "127.0.0.1"
_ADDRESS_HEADERS = (
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "X-Originating-IP",
    "X-Remote-IP",
    "True-Client-IP",
    "Client-IP",
)
_REFUSALS = frozenset({401, 403})


class Way(Struct, frozen=True):
    """A request for a path that a rule for the path may not recognise. ``how`` completes "asked for …"."""

    how: str
    request: Request


class Plugin:
    """Believes in a way in if it gets an answer that neither the plain request nor a made-up path gets."""

    info = PluginInfo(
        id="forbidden_bypass",
        title="Refused page is given out by another way",
        severity=Severity.HIGH,
        cwe="CWE-863",
        owasp="A01:2021",
        wstg="WSTG-ATHZ-02",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=7.5,
        what="A page is refused, but not if it is asked for with another spelling of its path, another "
        "method, or a header that names a path or an inner address.",
        why="A rule in front of the application reads the request otherwise than the application does: "
        "whoever knows how walks around it.",
        fix="Let the application itself decide who may see what, after it has resolved the path; deny by "
        "default. Drop X-Original-URL, X-Rewrite-URL and client addresses in headers that come from outside.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/863.html",
        ),
        kind="site",
        max_requests=MAX_REQUESTS,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each page, by the first way in."""
        places = Places(ctx.scan, ctx.endpoints)
        for page in _varied(ctx.closed)[:MAX_PAGES]:
            if not places.allows(page.url) or not await _refused(ctx, page):
                continue
            for number, way in enumerate(ways(page, page.path)):
                answer = await ctx.send(way.request)
                if _opens(answer) and await _is_the_page(ctx, page, number, answer):
                    yield _claim(ctx, page, number, way, answer)
                    break


def _varied(pages: Sequence[Request]) -> list[Request]:
    """One page of each folder first."""
    named = [page for page in pages if page.path.strip("/")]
    first = {page.path.rpartition("/")[0]: page for page in reversed(named)}
    return sorted(named, key=lambda page: first[page.path.rpartition("/")[0]] is not page)


def ways(page: Request, path: str) -> Iterator[Way]:
    """The ways to ask for ``path``, always as many and in the same order; ``page`` gives the rest."""
    folder, _, name = path.rstrip("/").rpartition("/")
    for spelling in (
        f"{folder}/{name}/",
        f"{folder}/./{name}",
        f"/{folder}/{name}",
        f"{folder}/%2e/{name}",
        f"{folder}/{name}/.",
        f"{folder}/{name};s2n=1",
        f"{folder}/{name}%20",
        f"{folder}/{name}%2f",
        f"{folder}/s2n/..;/{name}",
        f"{folder}/%{ord(name[:1] or '.'):02x}{name[1:]}",
        f"{folder}/{name.swapcase()}",
    ):
        yield Way(f"as {spelling}", replace(page, target=spelling))
    for header in ("X-Original-URL", "X-Rewrite-URL"):
        yield Way(f"by {header} at /", replace(page, target="/").with_header(header, path))
    inside = replace(page, target=path)
    for header in _ADDRESS_HEADERS:
        inside = inside.with_header(header, _HERE)
    yield Way("from an address inside, as headers say", inside)
    yield Way("with a method that nobody knows", replace(page, target=path, method="GETS"))


async def _refused(ctx: CheckContext, page: Request) -> bool:
    return (await ctx.send(page)).response.status in _REFUSALS


def _opens(answer: Exchange) -> bool:
    response = answer.response
    return response.status == 200 and bool(response.body.strip()) and not has_password_field(response)


async def _is_the_page(ctx: CheckContext, page: Request, number: int, answer: Exchange) -> bool:
    """Is it answered otherwise than made-up names beside it, asked for in the same way?"""
    made_up = [await ctx.send(_way(page, number, _sibling(page.path, ctx.fresh)).request) for _ in range(2)]
    if all(other.response.status >= 400 for other in made_up):
        return await _refused(ctx, page)
    face = learned(made_up)
    return face is not None and not face.same(answer) and await _refused(ctx, page)


def _way(page: Request, number: int, path: str) -> Way:
    return list(ways(page, path))[number]


def _sibling(path: str, fresh: Fresh) -> str:
    return f"{path.rstrip('/').rpartition('/')[0]}/{fresh.letters(9)}"


def _claim(ctx: CheckContext, page: Request, number: int, way: Way, answer: Exchange) -> Claim:
    async def again() -> bool:
        second = await ctx.send(way.request)
        return _opens(second) and await _is_the_page(ctx, page, number, second)

    return ctx.claim(
        answer,
        f"{page.path} is refused, but asked for {way.how} it is answered with "
        f"{len(answer.response.body)} bytes; made-up names beside it are not.",
        again,
        confidence=Confidence.FIRM,
        variant=page.path,
        per_site=True,
    )
