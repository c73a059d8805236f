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


FIELDS = (
    "<input name=name>",
    "<input name=contact placeholder='your e-mail'>",
    "<input type=radio name=plan value=basic><select name=size><option value=''>?<option value=m>M</select>",
    "<textarea name=wish></textarea>",
)
"""What the steps of a wizard ask for."""


class Wizard:
    """Four steps; ``kind`` says how the server knows which one is next.

    ``state``: a hidden value, good for one submit. ``session``: it remembers the step by a cookie.
    ``redirect``: the same, and each step is a page of its own, which the step before redirects to.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.done: list[str] = []
        self._numbers = itertools.count(1000)
        self._open: dict[str, int] = {}
        self._at = 0

    def __call__(self, request: Request) -> Response | str:
        if request.method == "GET":
            return self._page(request)
        sent, step = params(request), self._step(request)
        if step < 0 or not self._valid(step, sent):
            return self._form(max(step, 0), "<b>please check</b>")
        if step == 3:
            self.done.append(sent["wish"])
            self._at = 0
            return f"<h1>thanks</h1>{sent['wish']}"
        self._at = step + 1
        return html("", 303, Location=f"/step{step + 1}") if self.kind == "redirect" else self._form(step + 1)

    def _page(self, request: Request) -> Response | str:
        if request.path == "/":
            self._at = 0
            return self._form(0)
        if request.path == f"/step{self._at}" and self.kind == "redirect":
            return self._form(self._at)
        return html("", 302, Location="/") if request.path.startswith("/step") else html("none", 404)

    def _step(self, request: Request) -> int:
        if self.kind == "state":
            return self._open.pop(params(request).get("state", ""), -1)
        return self._at if request.path == f"/save{self._at}" else -1

    @staticmethod
    def _valid(step: int, sent: dict[str, str]) -> bool:
        if step == 1:
            return "@" in sent.get("contact", "")
        return step != 2 or (sent.get("plan") == "basic" and sent.get("size") == "m")

    def _form(self, step: int, error: str = "") -> str:
        state = f"a{next(self._numbers)}b7c{step}d9"
        self._open[state] = step
        hidden = f"<input type=hidden name=state value={state}>" if self.kind == "state" else ""
        return (
            f"{error}<form method=post action=/save{step}>{hidden}{FIELDS[step]}<button>Next</button></form>"
        )


KINDS = ("state", "session", "redirect")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wizard_is_followed_to_its_end_and_its_last_step_is_tested(kind: str) -> None:
    wizard = Wizard(kind)
    with serving(wizard) as web:
        config = ScanConfig(target_url=web.url, plugins=("echo",), concurrency=1)
        report = Scanner(config, [Echo()]).scan()
    assert [(f.url, f.parameter) for f in report.findings] == [(f"{web.url}save3", "wish")]


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_former_steps_a_later_one_goes_nowhere(kind: str) -> None:
    wizard = Wizard(kind)
    last = Request.from_url("http://site.test/save3", "POST", TYPE, b"state=a1b7c3d9&wish=w")
    assert sent(TokenKeeper(MemorySender(wizard), {}), last) != ["<h1>thanks</h1>w"]
    assert wizard.done == []


def test_an_answer_that_does_not_mind_is_not_made_again_for_each_submit() -> None:
    first = Request.from_url("http://site.test/first", "POST", TYPE, b"a=1")
    form = Request.from_url("http://site.test/next", "POST", TYPE, b"b=1")
    sender = MemorySender(lambda request: f"<p>{params(request)}</p>")
    keeper = TokenKeeper(sender, {first: PAGE, form: first})
    sent(keeper, form)
    assert [request.path for request in sender.requests] == ["/form", "/first", "/next", "/next"]
    sent(keeper, *[inject(point_at("", "b", form), f"{number}") for number in range(5)])
    assert [request.path for request in sender.requests[4:]] == ["/next"] * 5


@pytest.mark.parametrize(("value", "pages"), [("k3j9x8q2w7", 1), ("z9y8x7w6v5", 3)])
def test_a_random_value_is_renewed_if_the_page_does_so_too(value: str, pages: int) -> None:
    form = Request.from_url("http://site.test/save", "POST", TYPE, b"a=1&ref=k3j9x8q2w7")
    sender = MemorySender(lambda _: f"<input name=ref value={value}>")
    keeper = TokenKeeper(sender, {form: PAGE})
    for _ in range(3):
        sent(keeper, form)
    assert [request.path for request in sender.requests].count("/form") == pages
    assert params(sender.requests[-1])["ref"] == value


def test_a_chain_is_followed_back_only_so_far() -> None:
    steps = [Request.from_url(f"http://site.test/{n}", "POST", TYPE, b"csrf=a1") for n in range(9)]
    sender = MemorySender(lambda _: "<input name=csrf value=new>")
    sent(TokenKeeper(sender, dict(itertools.pairwise(reversed([PAGE, *steps])))), steps[8])
    assert [request.path for request in sender.requests] == ["/4", "/5", "/6", "/7", "/8"]


@pytest.mark.parametrize(
    "name", ["csrf_token", "_token", "authenticity_token", "__VIEWSTATE", "user_token", "_csrf"]
)
def test_known_names(name: str) -> None:
    assert ANTI_CSRF.search(name)


@pytest.mark.parametrize("name", ["name", "tokenizer", "q", "access_tokens"])
def test_other_names(name: str) -> None:
    assert not ANTI_CSRF.search(name)
