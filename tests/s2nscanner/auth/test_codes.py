from email.utils import formatdate

import pytest

from s2n.errors import LoginFailed
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.totp import totp
from support.members import SECRET

NOW = 1_700_000_000.0


def codes(attempts: Attempts | None = None, secret: str = SECRET) -> Codes:
    made = Codes(secret, attempts or Attempts(), lambda: NOW)
    made.begin()
    return made


def test_the_clock_is_the_servers_and_then_a_step_off() -> None:
    theirs = formatdate(NOW + 500, usegmt=True)
    made = codes()
    assert [made.next("u", theirs) for _ in range(3)] == [totp(SECRET, NOW + 500 + d) for d in (0, -30, 30)]


def test_without_their_time_it_is_ours() -> None:
    assert codes().next("u", "") == codes().next("u", "yesterday") == totp(SECRET, NOW)


def test_what_was_right_is_tried_first_next_time() -> None:
    made = codes()
    made.next("u", "")
    late = made.next("u", "")
    made.begin()
    assert made.next("u", "") == late
    assert made.next("u", "") == totp(SECRET, NOW)


def test_when_none_is_accepted_the_clocks_are_named() -> None:
    made = codes()
    for _ in range(3):
        made.next("http://h/otp", "")
    with pytest.raises(
        LoginFailed, match=r"http://h/otp refuses the one-time codes of now.*\+90 s from"
    ) as caught:
        made.next("http://h/otp", formatdate(NOW + 90, usegmt=True))
    assert "--totp-secret" in caught.value.remedy


def test_each_code_is_an_attempt_that_may_be_made() -> None:
    attempts = Attempts()
    attempts.refused = 3
    with pytest.raises(LoginFailed, match="lest it lock the account"):
        codes(attempts).next("u", "")


def test_without_a_secret_there_is_no_code() -> None:
    with pytest.raises(LoginFailed, match="u asks for a one-time code"):
        codes(secret="").next("u", "")


def test_beside_a_password_the_code_may_be_left_out_and_a_refusal_says_so() -> None:
    made = codes(secret="")
    made.begin()
    refusal = LoginFailed("no", "check the password")
    assert made.hinted(refusal) is refusal
    assert made.next("u", "", beside_password=True) == ""
    assert made.hinted(refusal).remedy.startswith("check the password; ")
    assert "--totp-secret" in made.hinted(refusal).remedy
    made.begin()
    assert made.hinted(refusal) is refusal
