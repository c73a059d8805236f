"""How a login form takes a row of wrong guesses for a user that does not exist."""

from statistics import median

from s2n.model import Exchange
from s2n.s2nscanner.oracles.loginform import Desk, has_puzzle, limits, turned_away
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.oracles.stability import Stable, learned

ATTEMPTS = 12
"""Guides advise to slow down after 3 to 10 (OWASP ASVS 2.2.1 and the Authentication Cheat Sheet)."""

SLOWER = 3.0
GROWN = 0.8
"""A delay that grows: so many times the first answers' time, and at least so many seconds more."""


class Guessing:
    """A row of attempts. The user is made up, so that nobody is locked out."""

    def __init__(self, desk: Desk, fresh: Fresh) -> None:
        self.user = fresh.letters(10) + ("@example.com" if desk.form.wants_email else "")
        self.answers: list[Exchange] = []
        self.limited: Exchange | None = None
        """The first answer that was a limit's."""
        self._desk = desk
        self._fresh = fresh
        self._wrong: Stable | None = None

    async def run(self, attempts: int = ATTEMPTS) -> bool:
        """Guess until a limit shows; False if this cannot be judged: no plain refusal, or a captcha."""
        for _ in range(attempts):
            answer = await self.guess()
            if not self.answers and (not turned_away(answer) or has_puzzle(answer.response)):
                return False
            self.answers.append(answer)
            if len(self.answers) == 2:
                self._wrong = learned(self.answers)
            if not self.is_plain(answer):
                self.limited = answer if limits(answer.response, self.answers[0].response) else None
                return self.limited is not None
        return True

    async def guess(self, headers: dict[str, str] | None = None) -> Exchange:
        """One wrong guess more."""
        password = "A1-" + self._fresh.token(12)
        return (await self._desk.attempt(self.user, password, headers=headers)).answer

    def is_plain(self, answer: Exchange) -> bool:
        """Is it the usual answer to a wrong guess?"""
        if limits(answer.response, self.answers[0].response):
            return False
        return self._wrong is None or self._wrong.same(answer)

    @property
    def unlimited(self) -> bool:
        """Were all guesses answered alike, and not ever slower?"""
        if self.limited is not None or self._wrong is None or len(self.answers) < ATTEMPTS:
            return False
        times = [answer.first.response.elapsed for answer in self.answers]
        first, last = median(times[:4]), median(times[-4:])
        return not (last > SLOWER * first and last - first > GROWN)
