import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.refusals import asked_to_wait, captcha, changed, refusal, said
from support.site import html

BEFORE = Exchange(Request.from_url("http://h/login"), html("<form><input type=password></form>"))


def page(text: str, status: int = 200) -> Exchange:
    return Exchange(Request.from_url("http://h/login"), html(text, status))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            page("<p>Invalid password. Try again</p>"),
            "refuses the user or password (status 200, “Invalid pass",
        ),
        (page("", 401), "refuses the user or password (status 401)"),
        (page("<p>Your account is locked</p>"), "slows logins down or has locked the account (status 200, “"),
        (page("", 429), "slows logins down or has locked the account (status 429)"),
        (page("<div class=g-recaptcha></div>"), "wants a captcha solved"),
    ],
)
def test_what_the_site_says_counts_as_a_refusal(answer: Exchange, message: str) -> None:
    attempts = Attempts()
    error = refusal(answer, BEFORE, attempts)
    assert message in str(error)
    assert error.remedy
    assert attempts.refused == 1


@pytest.mark.parametrize("status", [404, 405, 500, 502])
def test_a_login_that_breaks_is_none(status: int) -> None:
    attempts = Attempts()
    assert f"answers {status} to the login" in str(refusal(page("wrong", status), BEFORE, attempts))
    assert attempts.refused == 0


def test_only_words_about_a_failure_are_quoted() -> None:
    assert said(page("<h1>Hi</h1><p>Sorry, <b>unknown</b>   user! Bye")) == ", “Sorry, unknown user”"
    latin = Response(200, "", (("Content-Type", "text/html; charset=latin-1"),), b"<p>Invalid \xe4</p>")
    assert said(Exchange(BEFORE.request, latin)) == ", “Invalid ä”"
    form = "<form><input type=password><button>Log in</button></form>"
    assert said(page(f"<p>Invalid user or password</p>{form}")) == ", “Invalid user or password”"
    assert said(page("<p>Log in</p><script>'wrong'</script>")) == ""


def test_what_nothing_can_be_done_about() -> None:
    assert "http://h/ wants a captcha" in str(captcha("http://h/"))
    assert "http://h/ is no longer there (status 404)" in str(changed("http://h/", 404))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", 30), ("0", 0), ("", None), ("soon", None), ("²", None), ("9" * 5000, None), ("-1", None)],
)
def test_what_a_site_asks_to_wait(value: str, seconds: int | None) -> None:
    answer = Exchange(BEFORE.request, html("", 429, retry_after=value))
    assert asked_to_wait(answer) == seconds
