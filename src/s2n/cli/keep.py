"""The scan's place in the store. A store that does not work is told once, and the scan goes on."""

import os
from collections.abc import Callable
from pathlib import Path

from s2n.errors import S2nError
from s2n.model import ScanReport
from s2n.options import HostOptions
from s2n.protocol import Event, Phase, Progress, Started
from s2n.store import Store


def store_path(named: str) -> Path:
    """The store's file: the one that was named, or ``s2n/s2n.db`` in the user's data folder."""
    if named:
        return Path(named).expanduser()
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "s2n" / "s2n.db"


class Keeper:
    """Writes each event to the journal as it comes, and the report in the end."""

    def __init__(self, host: HostOptions, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._store: Store | None = None
        self._begun = False
        if not host.no_store:
            self._attempt(lambda: self._open(store_path(host.store)))

    def feed(self, event: Event) -> None:
        """Journal ``event``; figures that the next event replaces are left out."""
        if self._store is None or isinstance(event, (Progress, Phase)):
            return
        store = self._store
        if isinstance(event, Started):
            self._begun = True
            started = event
            self._attempt(lambda: store.begin(started.scan_id, started.target_url, started.config))
        if self._begun and self._store is not None:
            self._attempt(lambda: store.journal(event))

    def save(self, report: ScanReport) -> bool:
        """Keep the report; False if there is none to keep, or nowhere."""
        if self._store is None or not report.scan_id:
            return False
        store = self._store
        self._attempt(lambda: store.save(report))
        return self._store is not None

    def close(self) -> None:
        """Let go of the file."""
        if self._store is not None:
            store = self._store
            self._attempt(store.close)
            self._store = None

    def _open(self, path: Path) -> None:
        self._store = Store(path)

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (S2nError, OSError) as problem:
            self._store = None
            self._warn(f"this scan is not kept in the store: {problem}")
