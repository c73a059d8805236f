import asyncio
from collections.abc import Callable

import pytest

from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.proof import Proof, leads_to_login, learn, offers_logout, shows_login_form
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.cookies import Cookie
from s2n.s2nscanner.http.governor import Governor
from support.members import cookies
from support.site import html
from support.webserver import serving

Page = Callable[[bool], Response | str]


def proved(page: Page, pattern: str = "", after: Page | None = None) -> tuple[Proof | None, bool, bool]:
    """The proof of a page that is given to us (True) and others; what it says of us, and of others, then."""
    now = page

    async def go(url: str) -> tuple[Proof | None, bool, bool]:
        nonlocal now
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        try:
            others = client.apart()
            client.jar.add(Cookie("sid", "1", "127.0.0.1"))
            ask, other = (
                lambda request, each=each: each.send(request, follow=True, learn=True)
                for each in (client, others)
            )
            proof = await learn(ask, other, [url, url], pattern)
            if proof is None:
                return None, False, False
            now = after or page
            seen = [await each.send(proof.request, follow=True) for each in (client, others)]
            return proof, proof.inside(seen[0]), proof.inside(seen[1])
        finally:
            await client.close()

    def site(request: Request) -> Response | str:
        return "<p>log in</p>" if request.path == "/login" else now("sid" in cookies(request))

    with serving(site) as web:
        return asyncio.run(go(web.url))


@pytest.mark.parametrize(
    "page",
    [
        lambda ours: "<p>Hello" if ours else html("", 302, location="/login"),
        lambda ours: "<p>Hello" if ours else html("", 401),
        lambda ours: "<p>Hello" if ours else html("", 403),
        lambda ours: "<p>Hello" if ours else "<form><input type=password name=p></form>",
        lambda ours: "<a href=/x>Sign out</a>" if ours else "<a href=/y>Sign in</a>",
        lambda ours: "<p>Your orders: 3</p>" if ours else "<p>No orders</p>",
    ],
)
def test_what_only_we_see_is_a_proof(page: Page) -> None:
    proof, ours, others = proved(page)
    assert proof is not None
    assert (ours, others) == (True, False)


def test_what_all_see_is_none() -> None:
    assert proved(lambda _: "<p>Welcome</p><a href=/x>Log out</a>")[0] is None
    assert proved(lambda _: html("", 500))[0] is None


def test_a_page_that_changes_by_itself_is_none() -> None:
    calls = iter(range(100))
    assert proved(lambda _: f"<p>{next(calls)} visitors, {next(calls)} orders</p>")[0] is None


def test_the_users_pattern_must_be_ours_alone() -> None:
    page: Page = lambda ours: f"<p>Balance {'12' if ours else '-'}</p><a>Log out</a>"  # noqa: E731
    proof, ours, others = proved(page, r"Balance \d")
    assert proof is not None
    assert (ours, others) == (True, False)
    assert proved(page, "Balance")[0] is None
    assert proved(page, "Nothing")[0] is None


def test_a_page_that_fails_later_shows_nobody_in() -> None:
    def fails(_: bool) -> Response:
        return html("Log out", 500)

    assert proved(lambda ours: "<a>Log out</a>" if ours else "<a>Log in</a>", after=fails)[1:] == (
        False,
        False,
    )


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/login", True),
        ("http://h/app/sign_in?next=/", True),
        ("login.php", True),
        ("/users/sign-in", True),
        ("/sso/start", True),
        ("/cas/login", True),
        ("/user-login/", True),
        ("/home", False),
        ("/blogin", False),
        ("/login-tips.html/x", False),
        ("/home?next=/login", False),
        ("http://[[${{7*7}}/login", False),
    ],
)
def test_where_a_redirect_leads(location: str, leads: bool) -> None:
    exchange = Exchange(Request.from_url("http://h/a"), html("", 302, location=location))
    assert leads_to_login(exchange) is leads
    followed = Exchange(Request.from_url("http://h/x"), html("x"), (exchange,))
    assert leads_to_login(followed) is leads


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("<a href=/x>Log out</a>", True),
        ("<a href='/logout.php'>", True),
        ("SIGN-OUT", True),
        ("user_logoff()", True),
        ("<a>로그아웃</a>", True),
        ("blogout and catalog outlet", False),
        ("catalogout, then logout", True),
        ("Log in", False),
        ("", False),
    ],
)
def test_a_way_to_log_out(text: str, *, offers: bool) -> None:
    assert offers_logout(text) is offers


def test_a_login_form() -> None:
    assert shows_login_form(html("<INPUT name=x TYPE=Password>"))
    assert not shows_login_form(html("<p>Forgot your password?</p>"))
    assert not shows_login_form(html("<input type=text>"))
