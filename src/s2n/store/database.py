"""One SQLite file: a row a scan, its journal of events while it runs, its report when it is over."""

import os
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import msgspec
from msgspec import Struct

from s2n.errors import RuntimeFailed, UsageError
from s2n.model import ScanReport, now
from s2n.protocol import Also, Covered, Event, Found, decode_event, encode_event

SCHEMA_VERSION = 1
RUNNING = "RUNNING"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS scan (
    id TEXT PRIMARY KEY, target TEXT NOT NULL, started TEXT NOT NULL, ended TEXT,
    status TEXT NOT NULL, findings INTEGER NOT NULL DEFAULT 0, config TEXT NOT NULL, report BLOB
);
CREATE TABLE IF NOT EXISTS journal (
    scan TEXT NOT NULL REFERENCES scan(id) ON DELETE CASCADE, number INTEGER PRIMARY KEY, event BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_by_scan ON journal(scan);
CREATE INDEX IF NOT EXISTS scan_by_target ON scan(target, started);
"""


class Scan(Struct, frozen=True, kw_only=True):
    """A line of the list of scans. ``status`` is a `ScanStatus`, or RUNNING: it runs, or was killed."""

    scan_id: str
    target_url: str
    start_time: datetime
    end_time: datetime | None
    status: str
    findings: int


class Store:
    """The file at ``path``, made with its folder if it is not there; only its owner may read it.

    Raises:
        RuntimeFailed: the file cannot be opened, is not a store, or is of a newer s2n.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._current = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            os.close(descriptor)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            raise _unusable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def begin(self, scan_id: str, target: str, config: Mapping[str, Any]) -> None:
        """Enter a scan that has started. ``config`` has its secrets masked already."""
        row = (scan_id, target, now().isoformat(), RUNNING, msgspec.json.encode(config).decode())
        self._write(
            "INSERT OR REPLACE INTO scan (id, target, started, status, config) VALUES (?,?,?,?,?)", row
        )
        self._current = scan_id

    def journal(self, event: Event) -> None:
        """Keep, of the scan that began last, what must survive a crash: findings, and what was tested."""
        if isinstance(event, (Found, Also, Covered)):
            row = (self._current, encode_event(event))
            self._write("INSERT INTO journal (scan, event) VALUES (?,?)", row)

    def events(self, scan_id: str) -> list[Event]:
        """The journal of a scan that has not been saved, in order."""
        rows = self._db.execute("SELECT event FROM journal WHERE scan = ? ORDER BY number", (scan_id,))
        return [decode_event(bytes(row[0])) for row in rows]

    def save(self, report: ScanReport) -> None:
        """Keep the report; the journal has done its work."""
        row = (
            report.scan_id,
            report.target_url,
            report.start_time.isoformat(),
            report.end_time.isoformat(),
            report.metadata.status.value,
            len(report.findings),
            msgspec.json.encode(report.config).decode(),
            msgspec.json.encode(report),
        )
        self._write(
            "INSERT OR REPLACE INTO scan (id, target, started, ended, status, findings, config, report)"
            " VALUES (?,?,?,?,?,?,?,?)",
            row,
        )
        self._write("DELETE FROM journal WHERE scan = ?", (report.scan_id,))

    def scans(self, limit: int = 100) -> list[Scan]:
        """The last scans, the newest first."""
        query = "SELECT id, target, started, ended, status, findings FROM scan ORDER BY started DESC LIMIT ?"
        return [
            Scan(
                scan_id=row[0],
                target_url=row[1],
                start_time=datetime.fromisoformat(row[2]),
                end_time=datetime.fromisoformat(row[3]) if row[3] else None,
                status=row[4],
                findings=row[5],
            )
            for row in self._db.execute(query, (limit,))
        ]

    def load(self, scan_id: str) -> ScanReport:
        """The report of a scan, by its id or the beginning of it.

        Raises:
            UsageError: no such scan, several, or one that has no report.
        """
        query = "SELECT id, report FROM scan WHERE substr(id, 1, ?) = ? LIMIT 2"
        rows = self._db.execute(query, (len(scan_id), scan_id)).fetchall()
        if not scan_id or not rows:
            raise UsageError(f"there is no scan {scan_id!r} in {self.path}", "`s2n scans` lists them")
        if len(rows) > 1:
            raise UsageError(f"several scans begin with {scan_id!r}", "give more of the id")
        if rows[0][1] is None:
            raise UsageError(f"scan {rows[0][0]} has no report: it was killed or still runs", "scan again")
        return msgspec.json.decode(bytes(rows[0][1]), type=ScanReport)

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            self._db.close()
            raise RuntimeFailed(
                f"the store {self.path} was written by a newer s2n",
                "upgrade s2n, or name another with --store",
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def default_path() -> Path:
    """``$XDG_DATA_HOME/s2n/s2n.db``, or the same under ``~/.local/share``."""
    base = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return Path(base) / "s2n" / "s2n.db"


def _unusable(path: Path, error: Exception) -> RuntimeFailed:
    return RuntimeFailed(
        f"the store {path} cannot be used: {error}", "name another with --store, or use --no-store"
    )
