"""References in CSS, and what ``data:`` URLs hold."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

MAX_CSS = 1 << 20
MAX_URLS = 500

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_URL = re.compile(
    r"""(?:\burl|\bsrc)\(\s*(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|((?>\\[0-9a-fA-F]{1,6}\s?|\\.|[^\s"'()\\]){1,2000}+))\s*\)
    | @(?:import|namespace)\s+(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})')
    | image-set\(\s*(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})')""",
    re.IGNORECASE | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_SOURCE_MAP = re.compile(r"/\*[#@]\s*sourceMappingURL=([^\s*]{1,500})\s*\*/\s*\Z")


def urls_in_css(text: str) -> list[str]:
    """What ``url()``, ``@import`` and ``image-set()`` name, and the source map, each once."""
    text = text[:MAX_CSS]
    source_map = _SOURCE_MAP.search(text[-1000:])
    found: dict[str, None] = {}
    for match in _URL.finditer(_COMMENT.sub("", text)):
        url = _ESCAPE.sub(_character, match[match.lastindex or 0]).strip()
        if url and not url.startswith(("#", "data:")):
            found[url] = None
        if len(found) >= MAX_URLS:
            break
    if source_map:
        found[source_map[1]] = None
    return list(found)


def comments_in_css(text: str) -> str:
    """What the comments of a style sheet say."""
    return "\n".join(_COMMENT.findall(text[:MAX_CSS])) if "/*" in text else ""


def data_url(url: str) -> tuple[str, str]:
    """Media type and text of a ``data:`` URL; an empty text where it is malformed."""
    head, _, data = url.strip().partition(",")
    kind, *parameters = head[5:].split(";")
    raw = unquote_to_bytes(data)
    if parameters and parameters[-1].strip().lower() == "base64":
        try:
            raw = base64.b64decode(raw)
        except binascii.Error:
            return kind.strip().lower(), ""
    return kind.strip().lower(), raw.decode("utf-8", "replace")


def _character(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if code < 0x110000 else ""
    return match[2]
