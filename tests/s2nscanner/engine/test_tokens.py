import asyncio
import itertools

import pytest

from s2n import ScanConfig, Scanner
from s2n.model import Request, Response
from s2n.s2nscanner.engine.tokens import ANTI_CSRF, TokenKeeper
from s2n.s2nscanner.http.points import inject
from support.plugins import Echo
from support.site import MemorySender, html, params, point_at
from support.webserver import serving

TYPE = (("Content-Type", "application/x-www-form-urlencoded"),)
PAGE = Request.from_url("http://site.test/form")
FORM = Request.from_url("http://site.test/save", "POST", TYPE, b"name=Ann&csrf_token=old")


class Guarded:
    """A form whose token is good for one submit, and only the last one that was given out."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._good = ""

    def __call__(self, request: Request) -> Response | str:
        if request.path in {"/", "/form"}:
            self._good = f"t{next(self._numbers)}"
            return (
                "<form method=post action=/save><input name=name value=Ann>"
                f"<input type=hidden name=csrf_token value={self._good}></form>"
            )
        good, self._good = self._good, ""
        if not good or params(request).get("csrf_token") != good:
            return html("bad token", 400)
        return f"hello {params(request)['name']}"


def sent(keeper: TokenKeeper, *requests: Request) -> list[str]:
    async def go() -> list[str]:
        return [e.response.text for e in await asyncio.gather(*(keeper.send(r) for r in requests))]

    return asyncio.run(go())


def test_each_submit_gets_a_token_of_its_own_even_side_by_side() -> None:
    keeper = TokenKeeper(MemorySender(Guarded()), {FORM: PAGE})
    attacks = [inject(point_at("", "name", FORM), f"n{number}") for number in range(8)]
    assert sent(keeper, *attacks) == [f"hello n{number}" for number in range(8)]


def test_a_token_under_attack_is_left_as_it_is() -> None:
    sender = MemorySender(Guarded())
    forged = inject(point_at("", "csrf_token", FORM), "forged")
    assert sent(TokenKeeper(sender, {FORM: PAGE}), forged) == ["bad token"]
    assert sender.requests == [forged]


def test_other_requests_pass_as_they_are() -> None:
    sender = MemorySender(lambda _: "ok")
    other = Request.from_url("http://site.test/other?csrf_token=old")
    without = Request.from_url("http://site.test/save", "POST", TYPE, b"name=Ann")
    assert sent(TokenKeeper(sender, {FORM: PAGE}), other, without) == ["ok", "ok"]
    assert sender.requests == [other, without]


def test_a_page_that_has_lost_its_form_changes_nothing() -> None:
    sender = MemorySender(
        lambda request: "gone" if request.path == "/form" else params(request)["csrf_token"]
    )
    assert sent(TokenKeeper(sender, {FORM: PAGE}), FORM) == ["old"]


def test_forms_found_later_are_kept_valid_too() -> None:
    sources: dict[Request, Request] = {}
    keeper = TokenKeeper(MemorySender(Guarded()), sources)
    assert sent(keeper, FORM) == ["bad token"]
    sources[FORM] = PAGE
    assert sent(keeper, FORM) == ["hello Ann"]


def test_a_guarded_form_is_tested_behind_its_token() -> None:
    with serving(Guarded()) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("echo",)), [Echo()]).scan()
    assert [(f.url, f.parameter) for f in report.findings] == [(f"{web.url}save", "name")]


@pytest.mark.parametrize(
    "name", ["csrf_token", "_token", "authenticity_token", "__VIEWSTATE", "user_token", "_csrf"]
)
def test_known_names(name: str) -> None:
    assert ANTI_CSRF.search(name)


@pytest.mark.parametrize("name", ["name", "tokenizer", "q", "access_tokens"])
def test_other_names(name: str) -> None:
    assert not ANTI_CSRF.search(name)
