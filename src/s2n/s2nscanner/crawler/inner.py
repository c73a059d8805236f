"""Addresses inside other addresses: where ``/login?next=%2Forders`` goes afterwards."""

from urllib.parse import unquote

from s2n.s2nscanner.crawler.javascript.references import is_address

MAX_INNER = 5
_SIGNS = ("=/", "=%2F", "=%2f", "=http")
_STARTS = ("/", "http://", "https://")


def inner_addresses(text: str) -> list[str]:
    """The addresses that are values in a query, or in a list of the same form; most texts have none."""
    if not any(sign in text for sign in _SIGNS):
        return []
    found: list[str] = []
    path, mark, query = text.partition("?")
    pairs = query if mark or path.startswith(_STARTS) else text
    for pair in pairs.partition("#")[0].split("&")[:50]:
        value = unquote(pair.partition("=")[2])
        if value.startswith(_STARTS) and is_address(value) and len(found) < MAX_INNER:
            found.append(value)
    return found
