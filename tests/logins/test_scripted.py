"""Logins that scripts make are made in the browser, by `auto` itself."""

import pytest

from logins.door import INSIDE, Door
from logins.shapes_scripted import SCRIPTED, SHUT
from logins.test_forms import seen_inside
from s2n.errors import LoginFailed
from support.browser import needs_browser

pytestmark = needs_browser


@pytest.mark.parametrize("name", SCRIPTED)
def test_the_login_is_found_and_made(name: str) -> None:
    door = SCRIPTED[name]()
    assert INSIDE in seen_inside(door, browser="auto")
    assert door.tries <= 2


@pytest.mark.parametrize("name", SHUT)
def test_what_no_password_opens_is_said(name: str) -> None:
    answer, told = SHUT[name]
    with pytest.raises(LoginFailed) as caught:
        seen_inside(lambda request: answer(Door("", {}), request), browser="auto")
    said = f"{caught.value} {caught.value.remedy}"
    assert all(part in said for part in told), said
