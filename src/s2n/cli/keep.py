"""The scan's place in the store. A store that does not work is told once, and the scan goes on."""

from collections.abc import Callable
from pathlib import Path

from s2n.errors import S2nError
from s2n.model import ScanReport
from s2n.options import HostOptions
from s2n.protocol import Event, Started
from s2n.store import Store, default_path


def store_path(named: str) -> Path:
    """The store's file: the one that was named, or the user's own."""
    return Path(named).expanduser() if named else default_path()


class Keeper:
    """Writes each event to the journal as it comes, and the report in the end."""

    def __init__(self, host: HostOptions, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._store: Store | None = None
        self._begun = False
        if not host.no_store:
            try:
                self._store = Store(store_path(host.store))
            except S2nError as problem:
                self._give_up(problem)

    def feed(self, event: Event) -> None:
        """Journal ``event``; the store decides what of it must survive a crash."""
        store = self._store
        if store is None:
            return
        if isinstance(event, Started):
            self._attempt(lambda: store.begin(event.scan_id, event.target_url, event.config))
            self._begun = True
        elif self._begun:
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
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _attempt(self, work: Callable[[], None]) -> None:
        if self._store is None:
            return
        try:
            work()
        except S2nError as problem:
            self._give_up(problem)

    def _give_up(self, problem: S2nError) -> None:
        self.close()
        self._warn(f"this scan is not kept: {problem}")
