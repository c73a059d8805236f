"""Where on a site something may lie: the roots and folders that the crawl saw, inside the scan's limits."""

import re
from collections import Counter
from collections.abc import Sequence

from s2n.model import Origin, Request
from s2n.protocol import ScanRequest

MAX_ORIGINS = 3

_IDENTIFIER = re.compile(r"/(\d+|[0-9a-fA-F-]{16,})(?=/)")


class Places:
    """Folders as absolute URLs that end in ``/``; the target's own origin first, then the most visited."""

    def __init__(self, scan: ScanRequest, endpoints: Sequence[Request]) -> None:
        self.target = Request.from_url(scan.target_url)
        self._root = self.target.path.rpartition("/")[0] + "/" if scan.scope == "folder" else "/"
        self._banned = [re.compile(pattern) for pattern in scan.exclude]
        pages = [self.target, *endpoints]
        counts = Counter(page.origin for page in pages)
        counts[self.target.origin] += len(pages)
        self._paths: dict[Origin, list[str]] = {origin: [] for origin, _ in counts.most_common(MAX_ORIGINS)}
        for page in pages:
            if page.origin in self._paths and page.path.startswith(self._root):
                self._paths[page.origin].append(page.path)

    def allows(self, url: str) -> bool:
        """Has the user not excluded ``url``?"""
        return not any(pattern.search(url) for pattern in self._banned)

    @property
    def roots(self) -> list[str]:
        """The top folder of each origin."""
        return [f"{origin}{self._root}" for origin in self._paths]

    def folders(self, most: int) -> list[str]:
        """Folders below the roots, by how many pages lie in them; ids are no folders."""
        seen: Counter[str] = Counter()
        for origin, paths in self._paths.items():
            for path in paths:
                folder = path.rpartition("/")[0] + "/"
                while len(folder) > len(self._root):
                    if not _IDENTIFIER.search(folder):
                        seen[f"{origin}{folder}"] += 1
                    folder = folder.rstrip("/").rpartition("/")[0] + "/"
        return [folder for folder, _ in seen.most_common(most)]
