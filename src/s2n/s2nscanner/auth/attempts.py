"""How often a site may refuse us: never so often that it locks the account."""

from s2n.errors import LoginFailed

MAX_REFUSED = 3
"""Refused attempts in a whole scan, in whatever way; most sites lock an account after five."""


class Attempts:
    """Counts what the site refused: passwords and one-time codes."""

    def __init__(self) -> None:
        self.refused = 0

    def count(self) -> None:
        """One more was refused."""
        self.refused += 1

    def check(self) -> None:
        """Do nothing if another attempt may be made.

        Raises:
            LoginFailed: it may not.
        """
        if self.refused >= MAX_REFUSED:
            raise LoginFailed(
                f"the site has refused {self.refused} logins: no further try, lest it lock the account",
                "check user and password by hand",
            )
