"""``--api``: a URL, or a file whose text travels inside the request, because a container sees no files.

An inlined file is ``inline:NAME``, a line feed, and its text.
"""

import codecs
from pathlib import Path

from s2n.errors import UsageError

INLINE = "inline:"
MAX_BYTES = 64 << 20
_URL = ("http://", "https://")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def inlined(api: str, folder: Path) -> str:
    """``api`` with its file's text, if it is a path (relative to ``folder``); a URL stays.

    Raises:
        UsageError: there is no such file, or it is too large.
    """
    if api.startswith(INLINE) or is_url(api):
        return api
    path = folder / Path(api).expanduser()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MB", "split it, or leave parts out")
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "check the path, or give a URL"
        ) from error
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    return f"{INLINE}{api}\n{raw.decode(encoding, 'replace')}"


def shown(api: str) -> str:
    """What a person typed: the path or the URL."""
    return api.removeprefix(INLINE).partition("\n")[0] if api.startswith(INLINE) else api


def text_of(api: str) -> str | None:
    """The text of an inlined file; None for a URL."""
    return api.partition("\n")[2] if api.startswith(INLINE) else None


def is_url(api: str) -> bool:
    """Is it a URL, not a file?"""
    return api.lower().startswith(_URL)
