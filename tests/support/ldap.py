"""A directory in miniature: search filters by RFC 4515, strict as OpenLDAP's library."""

import re

Entry = dict[str, str]


class FilterError(Exception):
    """The filter is none."""


PEOPLE: tuple[Entry, ...] = (
    {"objectClass": "person", "uid": "ada", "cn": "Ada Lovelace", "mail": "ada@site.test", "pass": "x1"},
    {"objectClass": "person", "uid": "bob", "cn": "Bob Builder", "mail": "bob@site.test", "pass": "x2"},
    {"objectClass": "device", "uid": "printer", "cn": "Printer", "mail": "lp@site.test", "pass": "x3"},
)


def search(text: str, *, c_text: bool = False) -> list[Entry]:
    """The entries that match. ``c_text``: NUL ends the filter."""
    if c_text:
        text = text.partition("\0")[0]
    return [entry for entry in PEOPLE if _whole(text, entry)]


def _whole(text: str, entry: Entry) -> bool:
    result, rest = _filter(text, entry)
    if rest:
        raise FilterError("Bad search filter (-7)")
    return result


def _filter(text: str, entry: Entry) -> tuple[bool, str]:
    if text[:1] != "(":
        raise FilterError("Bad search filter (-7)")
    if text[1:2] in {"&", "|"}:
        results, rest = [], text[2:]
        while rest.startswith("("):
            result, rest = _filter(rest, entry)
            results.append(result)
        return (all if text[1] == "&" else any)(results), _closed(rest)
    match = re.match(r"\(([A-Za-z]\w*)=((?:[^()\\\0]|\\[0-9A-Fa-f]{2})*)", text)
    if match is None:
        raise FilterError("Bad search filter (-7)")
    parts = [re.escape(_decoded(part)) for part in match[2].split("*")]
    found = re.fullmatch(".*".join(parts), entry.get(match[1], ""), re.IGNORECASE) is not None
    return found and match[1] in entry, _closed(text[match.end() :])


def _closed(rest: str) -> str:
    if not rest.startswith(")"):
        raise FilterError("Bad search filter (-7)")
    return rest[1:]


def _decoded(text: str) -> str:
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), text)


def escaped(value: str) -> str:
    """The value as a filter takes it for data."""
    return re.sub(r"[*()\\\0]", lambda match: f"\\{ord(match[0]):02x}", value)
