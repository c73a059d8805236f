import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.closed import closed, expired
from support.site import html


def at(response: Response, url: str = "http://site.test/login") -> Exchange:
    return Exchange(Request.from_url(url), response)


def said(*pages: Response) -> str:
    failure = closed([at(page) for page in pages], lambda url: url.startswith("http://site.test/"))
    return "" if failure is None else f"{failure}: {failure.remedy}"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (html("", 401, www_authenticate='Basic realm="x"'), "use --auth basic; if there is a form behind it"),
        (html("", 401, www_authenticate='Digest realm="x"'), "use --auth digest:"),
        (html("", 401, www_authenticate="Negotiate"), "use --auth ntlm"),
        (html("", 401, www_authenticate="Custom x"), "use --auth header"),
        (html("", 302, location="http://sso.test:81/in?x=1"), "leads to http://sso.test:81/in, which is not"),
        (html("<a href=http://sso.test/in>Sign in</a>"), "allow it with --allow-host sso.test, or"),
        (html("<script>navigator.credentials.get({publicKey})</script>"), "wants a passkey"),
        (html("<p>We e-mail you a magic link</p>"), "sends a link by mail"),
        (html("<button>Send me a sign-in link</button>"), "sends a link by mail"),
    ],
)
def test_each_door_is_named_with_the_way_in(page: Response, told: str) -> None:
    text = said(html("<p>Hello</p>"), page)
    assert told in f"{text}:"


@pytest.mark.parametrize(
    "page",
    [
        html("<p>Hello</p>"),
        html("", 401),
        html("", 302, location="/in"),
        html("<a href=/in>Sign in</a><a href=http://shop.test/>Our shop</a>"),
        html("<p>We send you news by mail. See this link.</p>"),
    ],
)
def test_other_pages_say_nothing(page: Response) -> None:
    assert said(page) == ""


NEW = "<form><input type=password name=a><input type=password name=b></form>"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        (f"<p>Your password has expired.</p>{NEW}", True),
        (f"<p>You must change your password.</p>{NEW}", True),
        ("<p>Neues Kennwort vergeben</p><form><input type=password autocomplete=new-password>", True),
        ("<p>Your password has expired.</p>", False),
        (f"<h1>Profile</h1><p>Change your password</p>{NEW}", False),
        ("<p>Please choose your password</p><form><input type=password name=p></form>", False),
    ],
)
def test_a_password_that_must_be_changed_first(markup: str, wanted: bool) -> None:
    assert (expired(at(html(markup))) is not None) is wanted
