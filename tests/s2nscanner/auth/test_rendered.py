import re

import pytest

from s2n.s2nscanner.auth.rendered import (
    MAX_NODS,
    Described,
    Wanted,
    nod_of,
    sender_of,
    wanted_of,
    ways_to_login,
)

ALPHABET = re.compile(r"(\w+)(?::(\w+))?(?:@(-?\d+))?(?:#([\w-]*))?(?:=(.*))?")


def controls(*texts: str, about: str = "") -> list[Described]:
    """``password``, ``text:user@0#id=Called``: kind, name, form, id and what it is called. Buttons are kinds
    ``submit``, ``button`` and ``a``."""
    made = []
    for nth, text in enumerate(texts):
        kind, name, form, own, called = ALPHABET.fullmatch(text).groups()  # type: ignore[union-attr]
        made.append(
            Described(
                nth=nth,
                button=kind in {"submit", "button", "a"},
                form=int(form or -1),
                about=about,
                kind=kind,
                name=name or "",
                id=own or "",
                autocomplete=own if own in {"one-time-code", "new-password"} else "",
                disabled=own == "disabled",
                single=own == "single",
                called=[called] if called else [],
            )
        )
    return made


def asked(wanted: Wanted | None) -> dict[str, int]:
    if wanted is None:
        return {}
    return {name: getattr(wanted, name).nth for name in sorted(wanted.asks)}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (("text:q", "text:mail", "password"), {"user": 1, "password": 2}),
        (("text=Kennung", "password"), {"user": 0, "password": 1}),
        (("email", "text:zip", "password"), {"user": 0, "password": 2}),
        (("password",), {"password": 0}),
        (("text:user", "password", "text:otp"), {"user": 0, "password": 1, "code": 2}),
        (("text:user", "text=Password"), {"user": 0, "password": 1}),
        (("text:user", "text:x#current-password"), {"user": 0, "password": 1}),
        (("search:q@0", "text:user@1", "password@1"), {"user": 1, "password": 2}),
        (("text#one-time-code",), {"code": 0}),
        (("tel:a#single", "tel:b#single"), {"code": 0}),
        (("text=Verification code",), {}),
        (("text:mfa_code=Code",), {"code": 0}),
        (("text=E-mail", "submit=Next"), {"user": 0}),
        (("text=E-mail", "search", "submit=Log in"), {"user": 0}),
        (("text=E-mail", "submit=Sign up", "a=Forgot?", "submit=Next"), {"user": 0}),
        (("text:user@0", "submit@0=Log in", "text:otp@1"), {"code": 2}),
    ],
)
def test_what_a_page_asks_for(page: tuple[str, ...], found: dict[str, int]) -> None:
    assert asked(wanted_of(controls(*page), "http://h/")) == found


@pytest.mark.parametrize(
    "page",
    [
        ("text:user", "password", "password"),
        ("text:user", "password#new-password"),
        ("text:user#disabled", "password#disabled"),
        ("text=E-mail", "submit=Subscribe"),
        ("text=E-mail", "text=Name", "submit=Log in"),
        ("a=Log in", "text=E-mail", "submit=Subscribe", "a=Log in"),
        ("search:user", "submit=Log in"),
        ("submit=Log in",),
        (),
    ],
)
def test_what_is_no_login(page: tuple[str, ...]) -> None:
    assert wanted_of(controls(*page), "http://h/") is None


def test_a_form_that_is_called_otherwise_is_none_and_one_at_a_login_is() -> None:
    assert wanted_of(controls("text:user", "password", about="register"), "http://h/") is None
    assert wanted_of(controls("email"), "http://h/") is None
    assert asked(wanted_of(controls("email"), "http://h/#/login")) == {"user": 0}


@pytest.mark.parametrize(
    ("page", "button"),
    [
        (("password", "submit=Go", "submit=Log in"), "Log in"),
        (("password", "submit=Sign in with Google", "submit=Continue"), "Continue"),
        (("submit=Log in", "password", "submit=Verify"), "Verify"),
        (("password", "button=Log in", "submit=Cookies"), "Log in"),
        (("password", "a=Log in", "submit=x"), "x"),
        (
            ("password", "submit=Log in with GitHub", "submit=Log in with your e-mail"),
            "Log in with your e-mail",
        ),
        (("password", "a=Log in"), None),
        (("password@0", "submit=Log in", "button@0=Help"), None),
        (("password@0", "submit@0=Forgot password?", "submit@0=Ok"), "Ok"),
        (("password@0", "submit=Log in", "submit@0=Weiter"), "Weiter"),
    ],
)
def test_what_sends_it(page: tuple[str, ...], button: str | None) -> None:
    every = controls(*page)
    wanted = wanted_of(every, "http://h/")
    assert wanted is not None
    found = sender_of(every, wanted)
    assert (found.called[0] if found else None) == button


def test_ways_to_a_login() -> None:
    page = controls(
        *("a=Log in", "button=Sign In", "a#login-link", "submit=Anmelden", "a=Logout", "a=Sign up to log in"),
        *(
            "a=Log in with Google",
            "a=How to log in to the app that you have bought from us in 2019, and more",
        ),
        *("a=Blog into", "button#disabled=Log in", "text=Log in"),
    )
    assert [way.nth for way in ways_to_login(page)] == [0, 1, 2, 3]


def test_what_is_called_after_logging_in_comes_before_what_leads_to_an_account() -> None:
    page = controls("a=My account", "a=Help", "button=Log in", "a=Register an account")
    assert [way.nth for way in ways_to_login(page)] == [2, 0]


@pytest.mark.parametrize(
    ("page", "button"),
    [
        (("button=No", "button=Yes"), 1),
        (("checkbox=Do not ask again", "submit=Weiter"), 1),
        (("a=Skip for now",), 0),
        (("submit=Continue here", "a=Cancel"), 0),
        (("submit=Yes", "text:comment"), None),
        (("submit=Yes", "a=Log out"), None),
        (("submit=Order now",), None),
        (("submit=Yes", *(["a=x"] * MAX_NODS)), None),
        ((), None),
    ],
)
def test_the_button_of_a_page_that_only_asks_whether_to_go_on(
    page: tuple[str, ...], button: int | None
) -> None:
    found = nod_of(controls(*page))
    assert (found.nth if found else None) == button
