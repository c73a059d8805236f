"""A plain list of URLs: one a line, with or without a method before it; ``#`` begins a comment."""

import re

from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported
from s2n.s2nscanner.crawler.api.recorded import operation_of
from s2n.s2nscanner.http.urls import Base

_LINE = re.compile(r"(?:([A-Z]{3,10})\s+)?(\S+)")


def read_urls(text: str, ground: Ground) -> Imported:
    """A request for each line; paths belong to the target."""
    imported = Imported()
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        match = _LINE.fullmatch(bare)
        url = Base(ground.target.url).join(match[2]) if match else None
        if match is None or url is None:
            imported.left_out.append((f"line {number}", f"it is no http(s) URL: {bare[:60]!r}"))
            continue
        method = match[1] or "GET"
        if (method, url) not in seen:
            seen.add((method, url))
            ground.keep(imported, operation_of(Request.from_url(url, method)))
    return imported
