import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.confirming import confirmation
from support.site import html

HIDDEN = "<input type=hidden name=draft value=7>"
PUBLISH = f"<form method=post action=/add>{HIDDEN}<input type=submit value=Publish></form>"


def asked(body, status=200):
    return confirmation(Exchange(Request.from_url("http://site.test/blog/preview"), html(body, status)))


@pytest.mark.parametrize(
    ("form", "url", "body"),
    [
        (PUBLISH, "/add", b"draft=7"),
        (
            f"<form method=POST action=add>{HIDDEN}<button name=go>Yes, <b>keep it</b></button></form>",
            "/blog/add",
            b"draft=7",
        ),
        (
            f"<form method=post>{HIDDEN}<input type=submit name=ok value=OK></form>",
            "/blog/preview",
            b"draft=7&ok=OK",
        ),
        (
            f"<form method=post action=/drop>{HIDDEN}<input type=submit value=Cancel></form>{PUBLISH}",
            "/add",
            b"draft=7",
        ),
    ],
    ids=["an input", "a button", "to the page itself", "behind its opposite"],
)
def test_a_form_that_only_repeats_what_was_sent(form, url, body):
    request = asked(form)
    assert (request.method, request.target, request.body) == ("POST", url, body)


@pytest.mark.parametrize(
    "form",
    [
        f"<form action=/add>{HIDDEN}<input type=submit></form>",
        f"<form method=post action=/add>{HIDDEN}<input name=text></form>",
        f"<form method=post action=/add>{HIDDEN}<textarea name=text></textarea></form>",
        "<form method=post action=/add><input type=submit></form>",
        f"<form method=post action=/items/delete>{HIDDEN}<input type=submit value=Yes></form>",
        f"<form method=post action=/items>{HIDDEN}<button>Remove</button></form>",
        f"<form method=post action=/session>{HIDDEN}<button><i></i>Log out</button></form>",
        f"<form method=post action=http://other.test/add>{HIDDEN}</form>",
        f"<form method=post action='http://[/'>{HIDDEN}</form>",
        "<p>Saved.</p>",
    ],
)
def test_other_forms(form):
    assert asked(form) is None


def test_an_error_confirms_nothing():
    assert asked(PUBLISH, 500) is None
