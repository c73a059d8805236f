"""``--api``: a URL, or a file whose text travels inside the request, because a container sees no files.

An inlined file is ``inline:NAME``, a line feed, and its text. The files that it refers to follow, each
after a file separator (U+001C), with their paths as seen from its folder.
"""

import codecs
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from s2n.errors import UsageError

INLINE = "inline:"
MAX_BYTES = 64 << 20
"""Of a file and all that it refers to."""

MAX_FILES = 200
"""Files that one file may refer to, by way of others too."""

_SEPARATOR = "\x1c"
_URL = ("http://", "https://")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REFERENCE = re.compile(
    r"""(?:\$ref["']?\s{0,9}:\s{0,9}["']?|\b(?:schemaL|l)ocation\s{0,9}=\s{0,9}["'])([^\s"'#,{}]{1,500})"""
)
_DESCRIPTIONS = frozenset({".json", ".yaml", ".yml", ".wsdl", ".xsd", ".xml"})


def inlined(api: str, folder: Path) -> str:
    """``api`` with its file's text, if it is a path (relative to ``folder``); a URL stays.

    Raises:
        UsageError: there is no such file, or it is too large.
    """
    if api.startswith(INLINE) or is_url(api):
        return api
    path = folder / Path(api).expanduser()
    try:
        text = _read(path, MAX_BYTES)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "check the path, or give a URL"
        ) from error
    parts = [f"{api}\n{text}", *(f"{name}\n{other}" for name, other in _beside(path, text))]
    return INLINE + _SEPARATOR.join(parts)


def shown(api: str) -> str:
    """What a person typed: the path or the URL."""
    return api.removeprefix(INLINE).partition("\n")[0] if api.startswith(INLINE) else api


def text_of(api: str) -> str | None:
    """The text of an inlined file; None for a URL."""
    return api.partition("\n")[2].partition(_SEPARATOR)[0] if api.startswith(INLINE) else None


def files_of(api: str) -> dict[str, str]:
    """Path, as seen from the file's folder → text of the files that an inlined file refers to."""
    if not api.startswith(INLINE):
        return {}
    parts = (each.partition("\n") for each in api.split(_SEPARATOR)[1:])
    return {name: text for name, _, text in parts}


def is_url(api: str) -> bool:
    """Is it a URL, not a file?"""
    return api.lower().startswith(_URL)


def _read(path: Path, most: int) -> str:
    if path.stat().st_size > most:
        raise UsageError(f"{path} is larger than {most >> 20} MB", "split it, or leave parts out")
    raw = path.read_bytes()
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    return raw.decode(encoding, "replace").replace(_SEPARATOR, " ")


def _beside(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """The files that ``text`` at ``path`` refers to, and those that these refer to.

    A description may come from anywhere: what it can have read is other descriptions, nothing hidden.
    """
    folder = path.parent
    seen = {os.path.normpath(path)}
    left = MAX_BYTES - len(text)
    queue = [(folder, text)]
    while queue:
        near, referring = queue.pop(0)
        for reference in _REFERENCE.findall(referring):
            name = PurePosixPath(unquote(reference))
            file = os.path.normpath(near / name)
            relative = os.path.relpath(file, folder).replace(os.sep, "/")
            if file in seen or name.is_absolute() or not _is_description(relative) or len(seen) > MAX_FILES:
                continue
            seen.add(file)
            try:
                other = _read(Path(file), left)
            except (OSError, UsageError):
                continue  # whoever resolves the reference says that it leads nowhere
            left -= len(other)
            queue.append((Path(file).parent, other))
            yield relative, other


def _is_description(relative: str) -> bool:
    path = PurePosixPath(relative)
    hidden = any(part.startswith(".") and part != ".." for part in path.parts)
    return path.suffix.lower() in _DESCRIPTIONS and not hidden
