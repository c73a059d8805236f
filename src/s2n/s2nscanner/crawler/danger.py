"""Links and buttons that end the session, destroy something or change the site's settings: never pressed."""

import itertools
import re
from urllib.parse import unquote_plus

from s2n.model import Location, Request
from s2n.s2nscanner.http.points import points_of

_WORDS = frozenset(
    """
    logout logoff signout signoff delete del remove rm destroy erase wipe purge truncate
    unsubscribe unregister deregister deactivate uninstall terminate kill shutdown reboot restart poweroff
    deleteall removeall deleteaccount closeaccount toggle enable disable enforce
    disconnect endsession uitloggen ausloggen wyloguj disconnetti esci salir sair
    """.split()  # noqa: SIM905 -- a word list reads better than thirty quoted strings
)
_PAIRS = frozenset(
    {
        ("log", "out"),
        ("log", "off"),
        ("sign", "out"),
        ("sign", "off"),
        ("shut", "down"),
        ("power", "off"),
        ("reset", "database"),
        ("reset", "db"),
        ("reset", "all"),
        ("up", "database"),
        ("create", "db"),
        ("cancel", "account"),
        ("close", "account"),
        ("end", "session"),
    }
)
_PHRASES = (
    "로그아웃",
    "삭제",
    "탈퇴",
    "abmelden",
    "löschen",
    "déconnexion",
    "deconnexion",
    "déconnecter",
    "supprimer",
    "cerrar sesión",
    "cerrar sesion",
    "cerrarsesion",
    "eliminar",
    "encerrar sessão",
    "logga ut",
    "logg ut",
    "kirjaudu ulos",
    "ログアウト",
    "выйти",
    "выход",
    "退出登录",
    "登出",
)
"""The same orders in the languages s2n's first users meet."""

_HINT = re.compile("|".join(sorted({*_WORDS, *_PHRASES, *(second for _, second in _PAIRS)}, key=len)))
"""Something that every order contains, in lower case: most links are let through by this one search."""

_FIELDS = frozenset({Location.FORM, Location.JSON, Location.MULTIPART})
_NO = frozenset({"", "0", "false", "no", "off", "null"})
_MAX_BODY = 1 << 16
"""Bytes of a body that are looked at; an order is short."""

_BUTTON_WORDS = frozenset({"clear", "reset"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MAX_PHRASE = 30
_MAX_WORDS = 4
"""A longer text is a title *about* deleting ("How to delete a branch in git"), not a command."""

_LEAVING = frozenset({"logout", "logoff", "signout", "signoff"})
_LEAVING_PAIRS = frozenset({("log", "out"), ("log", "off"), ("sign", "out"), ("sign", "off")})
_MAX_LEAVING = 8
"""The same for leaving, which costs the session: "Or click here to logout." is a button's whole text."""


def endangers(*texts: str) -> bool:
    """Does a short text (link text, id, label) order a logout, a deletion or a change of settings?"""
    return any(_orders(text) or _leaves(text) for text in texts if _HINT.search(text.lower()))


def url_endangers(url: str) -> bool:
    """Does a path segment, a parameter name or a value of ``url`` give such an order?"""
    target = url.partition("://")[2].partition("/")[2]
    if not _HINT.search(unquote_plus(target).lower()):
        return False
    path, _, query = target.partition("?")
    parts = path.split("/")
    for pair in query.split("&"):
        parts += pair.split("=", 1)
    return any(_orders(unquote_plus(part)) for part in parts if part)


def body_endangers(request: Request) -> bool:
    """Does a field of the body of ``request`` give such an order: ``{"action": "delete"}``?"""
    if not request.body or len(request.body) > _MAX_BODY:
        return False
    return any(
        point.value not in _NO
        and "/" not in point.value
        and endangers(point.name.rpartition(".")[2], point.value)
        for point in points_of(request)
        if point.location in _FIELDS
    )


def button_endangers(*texts: str) -> bool:
    """As `endangers`, and also what clears or resets when pressed."""
    return endangers(*texts) or any(
        bool(_BUTTON_WORDS.intersection(words)) and len(words) <= _MAX_WORDS
        for words in (_words(text) for text in texts)
    )


def _orders(text: str) -> bool:
    words = _words(text)
    if len(text) <= _MAX_PHRASE and any(phrase in text.lower() for phrase in _PHRASES):
        return True
    if not words or len(words) > _MAX_WORDS:
        return False
    return not _WORDS.isdisjoint(words) or any(pair in _PAIRS for pair in itertools.pairwise(words))


def _leaves(text: str) -> bool:
    words = _words(text)
    if len(words) > _MAX_LEAVING:
        return False
    return not _LEAVING.isdisjoint(words) or any(pair in _LEAVING_PAIRS for pair in itertools.pairwise(words))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text[:200])]
