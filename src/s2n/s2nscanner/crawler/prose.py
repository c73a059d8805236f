"""Addresses in what people write: the text of pages, comments of scripts and style sheets, plain documents.

Prose is full of slashes (and/or, km/h, 1/2) and of names with dots, so that only what looks like nothing else
counts: an absolute URL, a path from the root, a relative path with an extension, a file that a server runs.
"""

import re
from itertools import islice

MAX_FOUND = 30
"""Addresses of one text that are kept."""

MAX_TEXT = 1 << 20

_TAIL = r"(?:\?[\w.~%&=;+\-\[\]]{1,200})?"
_ADDRESS = re.compile(
    rf"""(?<![\w.@:/\\&=%\#~$<>*-])
    (?: https?://[^\s<>"'`\\^{{}}|()\[\]]{{4,1000}}
      | (?:\.{{1,2}}/){{1,10}}[\w~%\-][\w.~%\-]{{0,99}}(?:/[\w.~%\-]{{1,100}}){{0,20}}
        (?<=[\w\-])\.[A-Za-z]\w{{1,7}}\b(?!/){_TAIL}
      | /[\w~][\w.~%\-]{{0,99}}(?:/[\w.~%\-]{{1,100}}){{0,20}}/?{_TAIL}
      | [\w\-]{{1,100}}(?:/[\w.\-]{{1,100}}){{0,20}}
        \.(?:php\d?|phtml|aspx?|ashx|asmx|jspx?|html?|cfm|cgi)\b(?![\-/\w]|\.\w){_TAIL}
    )""",
    re.VERBOSE | re.ASCII,
)
_ELSEWHERE = re.compile(r"/(?:etc|usr|bin|sbin|var|tmp|proc|lib\d*|mnt|root|sys|boot|opt|home|dev)(?:/|\Z)")
"""Paths of an operating system, which manuals are full of."""

_WORD = re.compile(r"/[A-Za-z_~].")


def addresses(text: str) -> list[str]:
    """The addresses written in ``text``, each once, at most `MAX_FOUND`."""
    # Most words are let through by these two looks.
    words = [word for word in text[:MAX_TEXT].split() if "/" in word or "." in word[1:-2]]
    found = (match[0].rstrip(".,;:!?'*") for match in _ADDRESS.finditer("\n".join(words)))
    return list(islice(dict.fromkeys(each for each in found if _is_ours(each)), MAX_FOUND))


def readings(address: str, base: str = "") -> list[str]:
    """What ``address`` may mean: as it stands, from the site's root, below the page's ``<base>`` (its path).

    Whoever writes of ``./a.html`` or ``/a`` may have the application's own folder in mind.
    """
    if address.startswith("http"):
        return [address]
    if not address.startswith("/"):
        return [address, f"/{address.lstrip('./')}"]
    return [address, *([base.rstrip("/") + address] if base.strip("/") else [])]


def _is_ours(address: str) -> bool:
    return not address.startswith("/") or (_WORD.match(address) is not None and not _ELSEWHERE.match(address))
