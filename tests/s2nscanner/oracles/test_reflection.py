import asyncio
from collections.abc import Callable

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.oracles.reflection import Injection, script_injection
from support.site import MemorySender, html, params, probe

URL = "http://site.test/?q=hello"


def echo(change: Callable[[str], str], template: str = "<p>@</p>"):
    return lambda request: html(template.replace("@", change(params(request)["q"])))


def ask(site: object) -> tuple[Injection | None, MemorySender]:
    sender = MemorySender(site)

    async def go() -> Injection | None:
        return await script_injection(await probe(sender, URL, "q"))

    return asyncio.run(go()), sender


def test_an_open_door_takes_five_requests() -> None:
    found, sender = ask(echo(str))
    assert found is not None
    assert len(sender.requests) == 5  # baseline, canary, characters, payload, control


def test_only_what_survives_is_sent() -> None:
    found, sender = ask(echo(lambda value: value.replace("<", "&lt;")))
    assert found is None
    assert len(sender.requests) == 3  # nothing can leave <p> without <


def test_the_proof_can_be_repeated_with_fresh_values() -> None:
    async def go() -> None:
        found = await script_injection(await probe(echo(str), URL, "q"))
        assert found is not None
        again = await found.proof.again()
        assert again is not None
        assert again.marker != found.proof.marker
        assert again.marker in again.exchange.response.text

    asyncio.run(go())


def test_the_proof_fails_when_the_site_is_mended() -> None:
    broken = True

    def site(request: Request) -> Response:
        value = params(request)["q"]
        return html(f"<p>{value if broken else value.replace('<', '&lt;')}</p>")

    async def go() -> None:
        nonlocal broken
        found = await script_injection(await probe(site, URL, "q"))
        assert found is not None
        broken = False
        assert await found.proof.again() is None

    asyncio.run(go())


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_filters_page_is_no_proof(status: int) -> None:
    def site(request: Request) -> Response:
        value = params(request)["q"]
        return html(f"<p>{value}</p>", 200 if value.isalnum() else status)

    found, _ = ask(site)
    assert found is None


def test_a_page_that_always_answers_so_is_the_application() -> None:
    found, _ = ask(lambda request: html(f"<p>{params(request)['q']}</p>", 403))
    assert found is not None


def test_a_character_probe_that_is_refused_rules_nothing_out() -> None:
    def site(request: Request) -> Response:
        value = params(request)["q"]
        return html("<p>bad</p>", 403) if "`" in value else html(f"<p>{value}</p>")

    found, _ = ask(site)
    assert found is not None


def test_each_reflection_keeps_its_own_survivors() -> None:
    def site(request: Request) -> Response:
        value = params(request)["q"]
        safe = value.replace("<", "&lt;").replace('"', "&quot;")
        return html(f'<p>{safe}</p><b>{safe}</b><i title="{safe}">x</i><textarea>{value}</textarea>')

    found, sender = ask(site)
    assert found is not None
    assert found.context == "raw text of <textarea>"
    assert len(sender.requests) == 5


def test_the_witness_decides_not_the_echo() -> None:
    """The payload comes back word for word, where nothing runs it."""
    found, _ = ask(echo(str, "<template>@</template><plaintext>"))
    assert found is not None  # </template> opens the way
    found, _ = ask(echo(lambda v: v.replace("/", ""), "<textarea>@</textarea>"))
    assert found is None


def test_a_page_whose_reflections_vary_rules_nothing_out() -> None:
    def site(request: Request) -> Response:
        value = params(request)["q"]
        return html(f"<p>{value}</p>" * (2 if value.isalnum() else 1))

    found, _ = ask(site)
    assert found is not None


def test_a_way_the_policy_allows_is_preferred() -> None:
    def site(request: Request) -> Response:
        value = params(request)["q"]
        page = f"<p>{value}</p><script nonce=n>var q = '{value}';</script>"
        return html(page, content_security_policy="script-src 'nonce-n'")

    found, _ = ask(site)
    assert found is not None
    assert not found.forbidden
    assert found.how == "code of a <script> element"
