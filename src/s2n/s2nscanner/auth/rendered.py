"""The login's next step among the controls that a browser shows: its fields, and what sends them."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from s2n.s2nscanner.auth.loginpage import CODE, LOGIN, OTHER, TYPED, USER

TO_LOGIN = re.compile(
    r"(?i)\blog[ _-]?[io]n\b|login|sign[ _-]?in\b|로그인|anmelden|einloggen|connexion|se connecter"
    r"|iniciar ses|entrar|accedi|ログイン|войти|登录"
)
"""What a way to the login is called."""

_ELSEWHERE = re.compile(
    r"(?i)\b(?:with|mit)\b(?! (?:your |an? )?(?:e-?mail|password|user|passwort))"
    r"|google|facebook|github|gitlab|apple|microsoft|linkedin|twitter|passkey|\bsso\b|saml"
    r"|\bqr\b|log[ _-]?out|sign[ _-]?out|logoff|regist|sign[ _-]?up|forgot"
)
"""What leads to somebody else's login, or out."""

_SEND = re.compile(
    r"(?i)verify|confirm|submit|\bsend\b|\bok\b|\bgo\b|enter|weiter|absenden|bestätig|valider|확인|送信"
)
"""What sends a step that is not called a login itself."""

MAX_NAME = 60
"""Characters of what a button or link is called; what has more is a teaser."""


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
    buttons = [c for c in controls if c.button and not c.names(OTHER) and not c.names(_ELSEWHERE)]
    if wanted.form >= 0:
        buttons = [button for button in buttons if button.form == wanted.form]
    else:  # a page without forms: links and what stands before the fields are something else
        buttons = [button for button in buttons if button.kind != "a" and button.nth > wanted.last]
    sends = [button for button in buttons if button.kind in {"submit", "image"}]
    return _first(sends, LOGIN) or _first(buttons, LOGIN) or _first(buttons, _SEND) or next(iter(sends), None)


def ways_to_login(controls: Iterable[Described]) -> list[Described]:
    """Links and buttons that lead to a login."""
    ways = [control for control in controls if control.button and not control.disabled]
    return [way for way in ways if way.names(TO_LOGIN) and not way.names(_ELSEWHERE)]


def _first(buttons: Iterable[Described], pattern: re.Pattern[str]) -> Described | None:
    return next((button for button in buttons if button.names(pattern)), None)


def _wanted(fields: list[Described], controls: Sequence[Described], url: str) -> Wanted | None:
    about = fields[0].about
    passwords = [field for field in fields if field.kind == "password"]
    if len(passwords) > 1 or OTHER.search(about) or any(f.autocomplete == "new-password" for f in passwords):
        return None
    typed = [field for field in fields if field.kind in TYPED]
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


def _is_code(field: Described) -> bool:
    return field.autocomplete == "one-time-code" or field.speaks(CODE)
