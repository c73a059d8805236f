"""Blocks of queue entries on disk, in a SQLite file of the temporary folder that no one else can open.

The file loses its name as soon as it is open, so nothing is left of it however the process ends. It is no
"temporary database" of SQLite's own (https://www.sqlite.org/inmemorydb.html): such a one keeps in its cache
what it has accepted, and has to give it up when the disk turns out to be full.
"""

import os
import sqlite3
import tempfile
from pathlib import Path

_SETUP = """
    PRAGMA page_size = 16384;
    PRAGMA cache_size = -1024;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA synchronous = OFF;
    PRAGMA journal_mode = MEMORY;
    CREATE TABLE blocks (level INTEGER, number INTEGER, body BLOB, PRIMARY KEY (level, number));
"""  # The journal is a block at most. Without it a full disk would cost the blocks that fitted, too.


class Spill:
    """First in, first out, by level.

    Every method but `close` raises `sqlite3.Error` (the constructor `OSError`, too) where the disk is full or
    cannot be used. A block that was refused is not stored; those before it can still be taken.
    """

    def __init__(self) -> None:
        self._spans: dict[int, tuple[int, int]] = {}  # level → number of its first block, and of the next
        handle, name = tempfile.mkstemp(prefix="s2n-", suffix=".queue")
        os.close(handle)
        try:
            self._database = sqlite3.connect(name, isolation_level=None)
            try:
                self._database.executescript(_SETUP)
            except sqlite3.Error:
                self._database.close()
                raise
        finally:
            Path(name).unlink()

    def put(self, level: int, block: bytes) -> None:
        """Store ``block`` behind those of its level."""
        first, after = self._spans.get(level, (0, 0))
        self._database.execute("INSERT INTO blocks VALUES (?, ?, ?)", (level, after, block))
        self._spans[level] = first, after + 1

    def take(self, level: int) -> bytes:
        """The first block of ``level``, which is then gone.

        Raises:
            KeyError: there is none.
        """
        first, after = self._spans.pop(level)
        if first + 1 < after:
            self._spans[level] = first + 1, after
        rows = self._database.execute(
            "DELETE FROM blocks WHERE level = ? AND number = ? RETURNING body", (level, first)
        )
        block: bytes = rows.fetchall()[0][0]
        return block

    def close(self) -> None:
        """Delete the database."""
        self._spans.clear()
        self._database.close()
