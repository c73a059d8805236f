import pytest

from s2n.errors import LoginFailed
from s2n.s2nscanner.auth.attempts import MAX_REFUSED, Attempts


def test_after_three_refusals_there_is_no_further_attempt() -> None:
    attempts = Attempts()
    for _ in range(MAX_REFUSED):
        attempts.check()
        attempts.count()
    with pytest.raises(LoginFailed, match="has refused 3 logins") as caught:
        attempts.check()
    assert caught.value.exit_code == 3
    assert caught.value.remedy
