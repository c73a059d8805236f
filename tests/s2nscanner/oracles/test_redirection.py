import asyncio

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.oracles.redirection import Redirection, looks_like_target, open_redirection
from support.site import MemorySender, html, params, probe

URL = "http://site.test/go?next=/home"


def to(location: str) -> Response:
    return Response(302, headers=(("Location", location),))


def ask(site: object, url: str = URL, name: str = "next") -> tuple[Redirection | None, MemorySender]:
    sender = MemorySender(site)

    async def go() -> Redirection | None:
        return await open_redirection(await probe(sender, url, name))

    return asyncio.run(go()), sender


def test_an_open_door_takes_four_requests() -> None:
    found, sender = ask(lambda request: to(params(request)["next"]))
    assert found is not None
    assert len(sender.requests) == 4  # baseline, screening, attack, control
    assert found.by == "the Location header"
    assert found.host in found.proof.evidence


def test_the_proof_can_be_repeated_with_a_fresh_host_and_fails_when_mended() -> None:
    broken = True

    def site(request: Request) -> Response:
        return to(params(request)["next"] if broken else "/")

    async def go() -> None:
        nonlocal broken
        found = await open_redirection(await probe(site, URL, "next"))
        assert found is not None
        again = await found.proof.again()
        assert again is not None
        assert again.payload != found.proof.payload
        broken = False
        assert await found.proof.again() is None

    asyncio.run(go())


def test_a_filters_redirect_is_no_proof() -> None:
    def site(request: Request) -> Response:
        value = params(request)["next"]
        if "//" in value:
            return Response(403, headers=(("Refresh", f"0;url={value}"), ("Content-Type", "text/html")))
        return to("/")

    assert ask(site)[0] is None


def test_only_paths_let_through_are_tried_as_paths() -> None:
    def site(request: Request) -> Response:
        value = params(request)["next"]
        return to(value) if value.startswith("/") else html("<p>no</p>", 400)

    found, _ = ask(site)
    assert found is not None
    assert found.proof.payload.startswith("//")


@pytest.mark.parametrize(
    ("url", "name", "looks"),
    [
        ("http://site.test/?redirect_uri=x", "redirect_uri", True),
        ("http://site.test/?next=x", "next", True),
        ("http://site.test/?q=https://a.test/", "q", True),
        ("http://site.test/?q=/home", "q", True),
        ("http://site.test/?q=www.site.test", "q", True),
        ("http://site.test/?q=shoes", "q", False),
        ("http://site.test/?id=17", "id", False),
        ("http://site.test/?price=1.5", "price", False),
    ],
)
def test_what_looks_like_an_address(url: str, name: str, looks: bool) -> None:
    async def go() -> bool:
        return looks_like_target(await probe(lambda _: html(""), url, name))

    assert asyncio.run(go()) is looks


@pytest.mark.parametrize("origin", ["http://site.test", "https://site.test", "http://127.0.0.1:8080"])
def test_a_check_of_how_the_target_begins_is_passed_with_its_own_scheme_and_port(origin: str) -> None:
    def site(request: Request) -> Response:
        value = params(request)["next"]
        return to(value if value.startswith((origin, f"/{origin}")) else "/")

    found, _ = ask(site, f"{origin}/go?next={origin}/home")
    assert found is not None
    assert found.proof.payload.startswith(origin)
