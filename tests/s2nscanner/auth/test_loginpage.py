import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.auth.loginpage import Step, asks_for_password, step_of_calls, step_on
from s2n.s2nscanner.crawler.javascript.calls import calls_in_script
from support.site import html, params


def page(markup: str, path: str = "/login") -> Exchange:
    return Exchange(Request.from_url("http://site.test" + path), html(markup))


def fields(step: Step | None) -> tuple[str, str, str] | None:
    return None if step is None else (step.user, step.password, step.code)


PASSWORD = "<input type=password name=p>"


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        (f"<form><input name=u>{PASSWORD}</form>", ("u", "p", "")),
        (f"<form><input name=x><input name=y autocomplete=username>{PASSWORD}</form>", ("y", "p", "")),
        (f"<form><input name=x type=email><select name=y></select>{PASSWORD}</form>", ("x", "p", "")),
        (f"<form>{PASSWORD}<input name=login></form>", ("login", "p", "")),
        (f"<form>{PASSWORD}</form>", ("", "p", "")),
        (f"<form><input name=u>{PASSWORD}<input name=otp></form>", ("u", "p", "otp")),
        ("<form><input name=x autocomplete=one-time-code></form>", ("", "", "x")),
        ("<form><input name=mfa_code inputmode=numeric></form>", ("", "", "mfa_code")),
        ("<form><input type=email name=e><button>Next</button></form>", ("e", "", "")),
        (f"<form action=/search><input name=q></form><form>{PASSWORD}</form>", ("", "p", "")),
        (
            f"<form><input name=n>{PASSWORD}<button>Sign up</button></form><form><input name=u>{PASSWORD}",
            ("u", "p", ""),
        ),
        (
            f"<form><input name=n><input name=e>{PASSWORD}</form><form><input name=u>{PASSWORD}</form>",
            ("u", "p", ""),
        ),
        (f"<form action='/in?next=/register'><input name=u>{PASSWORD}</form>", ("u", "p", "")),
        ("<form><input name=user><input name=pin></form>", ("user", "pin", "")),
        ("<form><input name=pin></form>", ("", "", "pin")),
        ("<form><input name=user><input name=x placeholder=Passwort></form>", ("user", "x", "")),
        ("<form><input name=user><input name=x autocomplete=current-password></form>", ("user", "x", "")),
    ],
)
def test_what_a_form_asks_for(markup: str, found: tuple[str, str, str]) -> None:
    assert fields(step_on(page(markup))) == found


@pytest.mark.parametrize(
    "markup",
    [
        "<p>nothing</p>",
        "<form><input name=q><button>Search</button></form>",
        f"<form action=/register><input name=u>{PASSWORD}</form>",
        f"<form><input name=u>{PASSWORD}<button>Konto anlegen</button></form>",
        f"<form><input name=u>{PASSWORD}<input type=password name=again></form>",
        "<form><input name=u><input type=password name=p autocomplete=new-password></form>",
        "<form id=newsletter><input type=email name=e><button>Continue</button></form>",
        "<form><input type=password></form>",
    ],
)
def test_what_is_no_login(markup: str) -> None:
    assert step_on(page(markup)) is None


def test_an_address_alone_is_a_login_only_where_it_is_called_one() -> None:
    markup = "<form action=/x><input type=email name=e><button>Send</button></form>"
    assert step_on(page(markup, "/contact")) is None
    assert step_on(page(markup, "/signin")) is not None


def test_what_is_sent_is_what_a_browser_sends() -> None:
    step = step_on(
        page(
            "<base href=/app/><form method=post action=in><input type=hidden name=csrf value=abc>"
            f"<input name=u value=old>{PASSWORD}"
            "<button name=do value=register>Register</button>"
            "<button name=do value=login>Log in</button></form>"
        )
    )
    assert step is not None
    request = step.filled("anna", "a&b", "")
    assert request.url == "http://site.test/app/in"
    assert params(request) == {"csrf": "abc", "u": "anna", "p": "a&b", "do": "login"}
    assert request.header("origin") == "http://site.test"
    assert request.header("referer") == "http://site.test/login"


def test_a_login_in_a_script() -> None:
    text = "axios.post('/session', {login: name, password: pass})"
    step = step_of_calls(calls_in_script(text), "http://site.test/")
    assert step is not None
    assert step.filled("anna", "s3", "").body == b'{"login": "anna", "password": "s3"}'
    assert step_of_calls(calls_in_script("axios.post('/like', {id: 1})"), "http://site.test/") is None


def test_a_password_field_in_any_form() -> None:
    assert asks_for_password(page(f"<form>{PASSWORD}{PASSWORD}</form>"))
    assert not asks_for_password(page("<form><input name=q></form>"))


FORM = "<form method=post action=/in{}><input name=u><input type=password name=p>{}</form>{}"


@pytest.mark.parametrize(
    ("markup", "scripted"),
    [
        (FORM.format("", "", ""), False),
        (FORM.format(" onsubmit='this.go.disabled = true'", "", ""), False),
        (FORM.format(" onsubmit='return enc(this)'", "", ""), True),
        (FORM.format("", "<button onclick='send()'>Log in</button>", ""), True),
        (FORM.format("", "", "<script>menu.onclick = () => open(1)</script>"), False),
        (FORM.format("", "", "<script>f.onsubmit = () => { f.p.value = md5(f.p.value) }</script>"), True),
        (FORM.format("", "", "<script src=/js/jsencrypt.min.js></script>"), True),
        (FORM.format("", "", "<script src=/js/menu.js></script>"), False),
        ("<form><input name=u><input type=password name=p></form><script>x</script>", True),
    ],
)
def test_a_form_whose_script_changes_what_is_typed(markup: str, scripted: bool) -> None:
    step = step_on(page(markup))
    assert step is not None
    assert step.scripted is scripted
