"""JSON Web Tokens that can be forged, that never end, or that tell secrets."""

from collections.abc import AsyncIterator, Iterator

from msgspec import Struct

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Gate,
    Jwt,
    PluginInfo,
    Request,
    Severity,
    Taken,
    desks,
    forged,
    gate,
    jwts_in,
    jwts_sent,
    published_keys,
)

MAX_PAGES = 20
MAX_TOKENS = 3
"""Kinds of tokens that are attacked."""
MAX_GATES = 8
"""Requests in which a token is tried, until it makes a difference."""
LONG = 30 * 86400
"""Seconds; what proves who somebody is should end sooner."""

KEY_PATHS = ("/.well-known/jwks.json", "/jwks.json", "/jwks", "/oauth/jwks", "/public.pem", "/public.key")

_LOW = {
    "severity": Severity.LOW,
    "cvss_vector": "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    "cvss_score": 3.1,
}
_MEDIUM = {
    "severity": Severity.MEDIUM,
    "cvss_vector": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
    "cvss_score": 6.5,
}


class Seen(Struct, frozen=True):
    """A token, and the exchange in which it was seen. ``issued``: it stands for a login, not in a page."""

    token: Jwt
    exchange: Exchange
    carried: bool
    issued: bool


class Plugin:
    """Reads tokens, tries well-known secrets on them offline, and forges those that open something."""

    info = PluginInfo(
        id="jwt",
        title="JSON Web Token can be forged",
        severity=Severity.CRITICAL,
        cwe="CWE-347",
        owasp="A02:2021",
        wstg="WSTG-SESS-10",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N",
        cvss_score=9.1,
        what="The site takes a token that somebody else made, or signs its own with a well-known secret.",
        why="Whoever can make tokens is whoever they like to be: any user, and the administrator.",
        fix="Verify each token with one fixed algorithm and key, whatever its header says; use a random "
        "secret of 256 bits or a key pair; let tokens end within the hour, and keep secrets out of them.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html",
            "https://datatracker.ietf.org/doc/html/rfc8725",
        ),
        kind="site",
        max_requests=250,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """At most one finding of each kind for an origin."""
        exchanges = await _look_round(ctx)
        kinds: dict[tuple[str, ...], Seen] = {}
        for seen in (seen for exchange in exchanges for seen in _tokens(exchange)):
            known = kinds.get(seen.token.family)
            if known is None or (seen.carried, seen.issued) > (known.carried, known.issued):
                kinds[seen.token.family] = seen
        for seen in kinds.values():
            for claim in _read(ctx, seen):
                yield claim
        keys: list[bytes] | None = None
        for seen in [seen for seen in kinds.values() if seen.carried or seen.issued][:MAX_TOKENS]:
            opened = await _gate(ctx, seen, exchanges)
            if opened is None:
                continue
            if keys is None and not seen.token.algorithm.startswith("HS"):
                keys = await _keys(ctx)
            for taken in await forged(opened, keys or [], ctx.fresh):
                yield _forged(ctx, opened, taken)


async def _look_round(ctx: CheckContext) -> list[Exchange]:
    """The pages, and what a login answers if the scan has a user."""
    pages = [each for each in ctx.endpoints if each.method == "GET"][:MAX_PAGES]
    exchanges = [await ctx.send(page) for page in pages or [Request.from_url(ctx.scan.target_url)]]
    if ctx.scan.username and ctx.scan.password:
        found = await desks(ctx, ctx.endpoints, ctx.scan.target_url, 1, login_url=ctx.scan.login_url)
        logins = [await desk.attempt(ctx.scan.username, ctx.scan.password) for desk in found]
        exchanges += [login.answer.first for login in logins]
    return exchanges


def _tokens(exchange: Exchange) -> Iterator[Seen]:
    response = exchange.response
    for token in jwts_sent(exchange.request):
        yield Seen(token, exchange, carried=True, issued=True)
    heads = "\n".join(value for _, value in response.headers)
    text = response.text
    for token in jwts_in(heads):
        yield Seen(token, exchange, carried=False, issued=True)
    for token in jwts_in(text):
        yield Seen(token, exchange, carried=False, issued=response.content_type.endswith("json"))


def _read(ctx: CheckContext, seen: Seen) -> Iterator[Claim]:
    """What the token itself shows."""
    token = seen.token

    async def again() -> bool:
        return True  # it was computed from the token alone

    def claim(evidence: str, variant: str, **fields: object) -> Claim:
        fields = {"confidence": Confidence.CERTAIN, "marker": token.text, "per_site": True} | fields
        return ctx.claim(seen.exchange, evidence, again, variant=variant, **fields)

    secret = token.weak_secret()
    if secret is not None:
        title = "JSON Web Token is signed with a well-known secret"
        yield claim(f"The token's {token.algorithm} signature is that of the secret {secret.decode()!r}.",
                    "secret", title=title, cwe="CWE-326", payload=secret.decode())  # fmt: skip
    if token.algorithm.lower() == "none" and seen.issued:
        yield claim("The site gives out tokens without a signature (algorithm none).", "unsigned")
    secrets = token.secret_claims()
    if secrets:
        evidence = f"Whoever has the token can read its claims, among them: {', '.join(secrets)}."
        yield claim(evidence, "claims", title="JSON Web Token holds secrets", cwe="CWE-522", **_MEDIUM)
    life = token.lifetime()
    if seen.issued and (life is None or life > LONG):
        said = "has no end (exp)" if life is None else f"is good for {life // 86400} days"
        title = "JSON Web Token without an end" if life is None else "JSON Web Token lives long"
        yield claim(f"The token {said}.", "expiry", title=title, cwe="CWE-613", **_LOW)


async def _gate(ctx: CheckContext, seen: Seen, exchanges: list[Exchange]) -> Gate | None:
    """The first request for which the token makes a difference."""
    carrying = [each.request for each in exchanges if seen.token.text in str(jwts_sent(each.request))]
    if not seen.carried:
        refusing = [each.request for each in exchanges if each.response.status in {401, 403}]
        carrying = [each.with_header("Authorization", f"Bearer {seen.token.text}") for each in refusing]
    for request in [each for each in carrying if each.method == "GET"][:MAX_GATES]:
        found = await gate(ctx, request, seen.token)
        if found is not None:
            return found
    return None


async def _keys(ctx: CheckContext) -> list[bytes]:
    origin = Request.from_url(ctx.scan.target_url).origin
    answers = [(await ctx.get(f"{origin}{path}")).response for path in KEY_PATHS]
    return [key for answer in answers if answer.status == 200 for key in published_keys(answer)]


def _forged(ctx: CheckContext, opened: Gate, taken: Taken) -> Claim:
    async def again() -> bool:
        return await opened.taken(taken.forgery) is not None

    return ctx.claim(
        taken.exchange,
        f"A token {taken.forgery.how} is taken like the real one; the control is refused "
        f"(HTTP {taken.control.response.status}).",
        again,
        confidence=Confidence.CERTAIN,
        payload=taken.forgery.text,
        per_site=True,
        variant=taken.forgery.kind,
        control=taken.control,
    )
