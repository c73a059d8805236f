"""The one-time codes of a login, by the server's clock and by one that goes a step slower or faster."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from s2n.errors import LoginFailed
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.totp import STEP, totp


class Codes:
    """Codes of ``secret``; remembers how far the server's clock is off. ``clock``: seconds since 1970."""

    def __init__(self, secret: str, attempts: Attempts, clock: Callable[[], float]) -> None:
        self._secret = secret
        self._attempts = attempts
        self._clock = clock
        self._skew = 0
        self._left: list[int] = []
        self._without = False

    def begin(self) -> None:
        """Another login begins."""
        self._left = list(dict.fromkeys((self._skew, 0, -1, 1)))
        self._without = False

    def next(self, url: str, date: str, *, beside_password: bool = False) -> str:
        """The next code for the page at ``url``, whose response named ``date`` as its own time.

        ``beside_password``: the field may be for those alone who have codes: without a secret it stays empty.

        Raises:
            LoginFailed: there is no secret, or none of its codes is accepted.
        """
        if not self._secret and beside_password:
            self._without = True
            return ""
        if not self._secret:
            raise LoginFailed(f"{url} asks for a one-time code", "give its base32 secret with --totp-secret")
        now = self._clock()
        theirs = _seconds(date, now)
        if not self._left:
            raise LoginFailed(
                f"{url} refuses the one-time codes of now, {STEP} s ago and in {STEP} s "
                f"(its clock is {round(theirs - now):+d} s from ours)",
                "check --totp-secret and the clocks; --auth script can make other codes",
            )
        self._attempts.check()
        self._skew = self._left.pop(0)
        return totp(self._secret, theirs + self._skew * STEP)

    def hinted(self, refusal: LoginFailed) -> LoginFailed:
        """``refusal``, which may be for a code that was left out."""
        if not self._without:
            return refusal
        hint = "the form has a field for a one-time code: --totp-secret fills it in"
        return type(refusal)(str(refusal), f"{refusal.remedy}; {hint}")


def _seconds(date: str, otherwise: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return otherwise
