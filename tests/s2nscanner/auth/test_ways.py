import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.ways import MAX_NAMED, MAX_OTHERS, account_ways, named_ways, other_ways
from support.site import html


def page(markup: str) -> Exchange:
    return Exchange(Request.from_url("http://site.test/"), html(markup))


def paths(urls: list[str]) -> list[str]:
    return [url.removeprefix("http://site.test") for url in urls]


@pytest.mark.parametrize(
    "text", ["Log in", "Sign in", "Anmelden", "Se connecter", "Acceder", "ログイン", "Войти"]
)
def test_what_is_called_after_logging_in(text: str) -> None:
    assert paths(named_ways(page(f"<a href=/a>A</a><a href=/b>{text}</a>"))) == ["/b"]


def test_addresses_and_frames_speak_as_well() -> None:
    markup = (
        "<a href=/user/login><img src=x.png></a><iframe title=x src='/inner'></iframe><script src=/login.js>"
    )
    assert paths(named_ways(page(markup))) == ["/user/login", "/inner"]


@pytest.mark.parametrize(
    "text", ["My account", "Mein Konto", "Espace client", "Mi cuenta", "マイページ", "마이페이지"]
)
def test_what_leads_to_an_account(text: str) -> None:
    assert paths(account_ways(page(f"<a href=/a>A</a><a href=/b>{text}</a>"))) == ["/b"]


def test_the_rest_of_the_host_but_for_what_does_harm() -> None:
    markup = (
        "<a href=/a>A</a><a href=/a>again</a><a href=http://else.test/b>B</a><a href=/c.css>C</a>"
        "<a href=/d>Delete all</a><a href=/logout>x</a><img src=/e>"
    )
    assert paths(other_ways(page(markup))) == ["/a"]


def test_few_of_many() -> None:
    many = "".join(f"<a href=/login/{n}>Log in</a>" for n in range(50))
    assert len(named_ways(page(many))) == MAX_NAMED
    assert len(other_ways(page(many))) == MAX_OTHERS


def test_what_is_no_page_has_no_ways() -> None:
    data = Response(200, "", (("Content-Type", "application/json"),), b"<a href=/login>Log in</a>")
    page = Exchange(Request.from_url("http://site.test/"), data)
    assert (named_ways(page), account_ways(page), other_ways(page)) == ([], [], [])
