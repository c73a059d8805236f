"""Obvious URLs in scripts and inline handlers: string literals that look like one.

No script is run. A literal counts when it is a path, a same-site file or an absolute URL; where the script
goes on to append a value (``'/item?id=' + id``, ``/item/${id}``), a plain ``1`` stands for it.
"""

import re

MAX_SCRIPT = 1 << 20
"""Characters of one script that are read; bundles are larger, but repeat their routes early."""

MAX_URLS = 500

_LITERAL = re.compile(
    r'\\.|"((?:[^"\\\n]|\\.){1,500})"|\'((?:[^\'\\\n]|\\.){1,500})\'|`((?:[^`\\]|\\.){1,500})`', re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_HOLE = re.compile(r"\$\{[^{}]*\}")
_PLUS = re.compile(r"\s*(?:\+|\.concat\()")

_PATH = r"[\w.~!$&()*,;:@%/\[\]{}\-]"
_URL_LIKE = re.compile(
    rf"""
    (?:https?:)?//[\w.\-\[\]:]+(?:[/?]\S*)?                       # http://host/…, //host/…
    | (?:\.{{1,2}}/)+[\w%]{_PATH}*(?:\?\S*)?                      # ./x, ../x
    | /(?:[\w.~@%\-]{_PATH}*)?(?:\?\S*)?                          # /x
    | [\w\-]+(?:/[\w.\-]+)*\.(?:php\d?|phtml|aspx?|ashx|asmx|jspx?|html?|do|action|cgi|pl|py|rb|cfm|json|xml)
      (?:\?\S*)?                                                  # x.php?y
    | [\w\-]+(?:/[\w.\-]+)*/?\?[\w\[\].\-]+=\S*                   # x?y=
    | \?[\w\[\].\-]+=\S*                                          # ?y=
    """,
    re.VERBOSE | re.ASCII,
)
_CALL = re.compile(
    r"""(?x) (?: \b(?: fetch | (?:location|window)\.(?:open|replace|assign)
                  | (?:\$|jQuery|axios|http)\.(?:get|post|put|ajax|getJSON) | \.load ) \(\s*
            | \.open\(\s*["'](?:GET|POST|PUT|DELETE|PATCH)["']\s*,\s*
            | \b(?:location|href|src|url)\s*[:=]\s* ) $"""
)
_BARE = re.compile(r"[\w\-]+(?:/[\w.\-]+)*/?", re.ASCII)
_NOT_A_PATH = re.compile(
    r"/[gimsuy]*|//?|.*[<>{}|^\\\"'].*|\.{1,2}/?|(?:text|image|application|audio|video)/.*"
)


def urls_in_script(text: str) -> list[str]:
    """The references in ``text`` that look like URLs, unresolved, in order, at most `MAX_URLS`."""
    text = text[:MAX_SCRIPT]
    found: dict[str, None] = {}
    for match in _LITERAL.finditer(text):
        if match.lastindex is None:
            continue
        template = match[3] is not None
        literal = _ESCAPE.sub(_unescape, match[match.lastindex])
        if template:
            literal = _HOLE.sub("1", literal)
        literal = literal.strip()
        if not _is_url(literal, text, match.start()):
            continue
        if literal.endswith(("=", "/")) and len(literal) > 1 and _PLUS.match(text, match.end()):
            literal += "1"
        found[literal] = None
        if len(found) >= MAX_URLS:
            break
    return list(found)


def _is_url(literal: str, text: str, at: int) -> bool:
    if not literal or _NOT_A_PATH.fullmatch(literal):
        return False
    if _URL_LIKE.fullmatch(literal):
        return True
    return bool(_BARE.fullmatch(literal) and _CALL.search(text, max(0, at - 40), at))


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        value = int(code, 16)
        return chr(value) if value < 0x110000 else ""
    return {"n": "\n", "t": "\t", "r": "\r", "\n": ""}.get(match[4], match[4])
