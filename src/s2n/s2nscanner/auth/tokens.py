"""Tokens that a login hands out in its JSON answer."""

from typing import Any

import msgspec

from s2n.model import Exchange

_TOKENS = ("access_token", "accesstoken", "token", "auth_token", "authtoken", "jwt", "id_token", "idtoken")


def token_in(page: Exchange) -> str:
    """The token in a JSON answer, wherever it is nested; empty if there is none."""
    if page.response.is_html or page.response.status >= 400:
        return ""
    try:
        return _token(msgspec.json.decode(page.response.body), 4)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _token(value: Any, depth: int) -> str:
    if not isinstance(value, dict) or not depth:
        return ""
    plain = {str(name).lower().replace("-", "_"): member for name, member in value.items()}
    for name in _TOKENS:
        if isinstance(plain.get(name), str) and plain[name]:
            return str(plain[name]).removeprefix("Bearer ")
    return next((found for member in value.values() if (found := _token(member, depth - 1))), "")
