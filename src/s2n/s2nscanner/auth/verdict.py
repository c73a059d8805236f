"""What a site says to a step of a login in the browser: by its answer, and by what is new on the page."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote, quote_plus

import msgspec
from msgspec import Struct

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.crawler.sights import Heard, Sight
from s2n.s2nscanner.oracles.loginform import turned_away

_SAYS_NO = frozenset({400, 401, 403, 404, 405, 422, 423, 429})


class Verdict(Struct, frozen=True):
    """The answer as a page that holds only what is new in it, and ``before``, the page without that.

    ``seen``: what the page asked for. ``answered``: there is an answer to what was typed; ``fetched``: to a
    script, and it takes it.
    """

    page: Exchange
    before: Exchange
    seen: list[Sight]
    answered: bool
    fetched: bool

    @property
    def sent(self) -> bool:
        """Was anything?"""
        return any(isinstance(sight, Heard) for sight in self.seen)

    @property
    def says_no(self) -> bool:
        """By its status."""
        return self.page.response.status in _SAYS_NO or self.page.response.status >= 500

    @property
    def words_say_no(self) -> bool:
        """By its text, where nothing says yes."""
        return not self.fetched and turned_away(self.page)


def verdict(
    url: str, seen: Sequence[Sight], typed: Sequence[str], lines: tuple[str, str], extra: str
) -> Verdict:
    """What was ``seen`` after ``typed`` was sent. ``lines``: the page's text before and after.

    ``extra``: markup of what else counts on the page, a password field or a puzzle.
    """
    answer = _answer(seen, typed)
    status = answer.exchange.response.status if answer is not None else 200
    known = set(lines[0].split("\n"))
    fresh = "\n".join(line for line in lines[1].split("\n") if line not in known)
    request = Request.from_url(url)
    return Verdict(
        page=Exchange(request, as_page(f"<p>{escape(fresh)}</p>{extra}", status)),
        before=Exchange(request, as_page("")),
        seen=list(seen),
        answered=answer is not None,
        fetched=answer is not None and answer.kind == "fetch" and status < 300,
    )


def as_page(html: str, status: int = 200) -> Response:
    """``html`` as a response."""
    return Response(status, "", (("Content-Type", "text/html; charset=utf-8"),), html.encode())


def server_time(sights: Sequence[Sight]) -> str:
    """The time of the server, as its last answer names it."""
    dates = [s.exchange.response.header("date") for s in sights if isinstance(s, Heard)]
    return next((date for date in reversed(dates) if date), "")


def _answer(seen: Sequence[Sight], typed: Sequence[str]) -> Heard | None:
    """The first answer to a request that carries what was typed; the first of ``typed`` counts most."""
    heard = [sight for sight in seen if isinstance(sight, Heard)]
    for text in filter(None, typed):
        spellings = {text, quote(text, safe=""), quote_plus(text), msgspec.json.encode(text).decode()[1:-1]}
        for sight in heard:
            request = sight.exchange.request
            sent = f"{request.target}\n{request.body.decode('utf-8', 'replace')}"
            if any(spelling in sent for spelling in spellings):
                return sight
    return None
