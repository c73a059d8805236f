"""The login's next step among the controls that a browser shows: its fields, and what sends them."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from s2n.s2nscanner.auth.loginpage import TYPED
from s2n.s2nscanner.auth.proof import offers_logout
from s2n.s2nscanner.auth.words import (
    ACCOUNT,
    CODE,
    ELSEWHERE,
    GO_ON,
    LOGIN,
    OTHER,
    PASSWORD,
    SEND,
    TO_LOGIN,
    USER,
)

MAX_NAME = 60
"""Characters of what a button or link is called; what has more is a teaser."""


MAX_NODS = 10
"""Controls of a page that only asks whether to go on; what has more is a page of the site."""


class Described(Struct, frozen=True):
    """A control that can be seen. ``nth``: among those of its frame; ``form``: a number, -1 for none."""

    nth: int
    button: bool
    form: int
    about: str
    kind: str
    name: str
    id: str
    autocomplete: str
    disabled: bool
    single: bool
    """A field for one character, of a row of such."""
    called: list[str]

    @property
    def hints(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name, self.id, self.autocomplete, *self.called)

    def speaks(self, pattern: re.Pattern[str]) -> bool:
        """Is it called like that?"""
        return any(pattern.search(hint) for hint in self.hints)

    def names(self, pattern: re.Pattern[str]) -> bool:
        """As `speaks`, for a link or button, and only in a few words."""
        return any(pattern.search(text) for text in (*self.called, self.id) if len(text) <= MAX_NAME)


class Wanted(Struct, frozen=True):
    """The fields of one step, as indexes of their frame's controls; ``form`` holds them."""

    user: Described | None = None
    password: Described | None = None
    code: Described | None = None
    form: int = -1

    @property
    def rank(self) -> tuple[bool, bool]:
        """Less is likelier to be the step that counts."""
        return self.password is None, self.code is None

    @property
    def last(self) -> int:
        """The index of the last field."""
        return max(field.nth for field in (self.user, self.password, self.code) if field is not None)

    @property
    def asks(self) -> frozenset[str]:
        """What is to be given."""
        return frozenset(name for name in ("user", "password", "code") if getattr(self, name) is not None)


def wanted_of(controls: Sequence[Described], url: str) -> Wanted | None:
    """The fields among ``controls`` that a login at ``url`` asks for."""
    fields = [control for control in controls if not control.button and not control.disabled]
    best: Wanted | None = None
    for form in dict.fromkeys(field.form for field in fields):
        inside = [field for field in fields if field.form == form]
        wanted = _wanted(inside, controls, url)
        if wanted is not None and (best is None or wanted.rank < best.rank):
            best = wanted
    return best


def sender_of(controls: Iterable[Described], wanted: Wanted) -> Described | None:
    """The button that sends the step ``wanted``; None where only the Enter key can."""
    buttons = [c for c in controls if c.button and not c.names(OTHER) and not c.names(ELSEWHERE)]
    if wanted.form >= 0:
        buttons = [button for button in buttons if button.form == wanted.form]
    else:  # a page without forms: links and what stands before the fields are something else
        buttons = [button for button in buttons if button.kind != "a" and button.nth > wanted.last]
    sends = [button for button in buttons if button.kind in {"submit", "image"}]
    return _first(sends, LOGIN) or _first(buttons, LOGIN) or _first(buttons, SEND) or next(iter(sends), None)


def ways_to_login(controls: Iterable[Described]) -> list[Described]:
    """Links and buttons that lead to a login: what is called so, then what leads to an account."""
    ways = [control for control in controls if control.button and not control.disabled]
    ways = [way for way in ways if not way.names(ELSEWHERE)]
    named = [way for way in ways if way.names(TO_LOGIN)]
    return named + [way for way in ways if way.names(ACCOUNT) and way not in named]


def nod_of(controls: Sequence[Described]) -> Described | None:
    """The button of a page that only asks whether to go on; None where there is more to do."""
    if len(controls) > MAX_NODS or any(not c.button and c.kind in {*TYPED, "password"} for c in controls):
        return None
    if any(offers_logout(text) for control in controls for text in control.called):
        return None
    buttons = [c for c in controls if c.button and not c.disabled and not c.names(OTHER)]
    return next((c for c in buttons if any(GO_ON.search(text) for text in c.called)), None)


def _first(buttons: Iterable[Described], pattern: re.Pattern[str]) -> Described | None:
    return next((button for button in buttons if button.names(pattern)), None)


def _wanted(fields: list[Described], controls: Sequence[Described], url: str) -> Wanted | None:
    about = fields[0].about
    passwords = [field for field in fields if field.kind == "password"]
    if not passwords and len(fields) > 1:
        passwords = [field for field in fields if field.kind in TYPED and _is_password(field)]
    if len(passwords) > 1 or OTHER.search(about) or any(f.autocomplete == "new-password" for f in passwords):
        return None
    typed = [field for field in fields if field.kind in TYPED and field not in passwords]
    codes = [field for field in typed if _is_code(field)] or [field for field in typed if field.single]
    if passwords:
        before = [field for field in typed if field.nth < passwords[0].nth and not _is_code(field)]
        users = [field for field in before if field.speaks(USER) or field.kind == "email"] or before
        code = codes[0] if codes else None
        return Wanted(users[-1] if users else None, passwords[0], code, passwords[0].form)
    if codes:
        return Wanted(code=codes[0], form=codes[0].form)
    users = [f for f in typed if f.kind != "search" and (f.kind == "email" or f.speaks(USER))]
    others = [field for field in typed if field.kind != "search"]
    if len(users) != 1 or len(others) != 1:
        return None
    wanted = Wanted(user=users[0], form=users[0].form)
    sender = sender_of(controls, wanted)
    named = LOGIN.search(f"{about} {url.partition('://')[2].partition('/')[2]}") is not None
    return wanted if named or (sender is not None and sender.names(LOGIN)) else None


def _is_password(field: Described) -> bool:
    return field.autocomplete == "current-password" or field.speaks(PASSWORD)


def _is_code(field: Described) -> bool:
    return field.autocomplete == "one-time-code" or field.speaks(CODE)
