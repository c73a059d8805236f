"""All that one running lab remembers: its data base, its guest books, and what to end when it stops."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

LONGEST_WAIT = 6.0
"""Seconds one request may sleep or compute, whatever was injected."""

_GUESTS = 50
_SQL_LENGTH = 1 << 20
_STEPS_BETWEEN_LOOKS = 20_000
_UNWRITABLE = "/proc" if Path("/proc/self").exists() else "/"
"""Where shells start: a stray ``>`` in a payload must not be able to create a file."""

_SCHEMA = """
CREATE TABLE tea (id INTEGER PRIMARY KEY, slug TEXT, name TEXT, kind TEXT, country TEXT, price REAL);
INSERT INTO tea VALUES
 (1, 'sencha', 'Sencha', 'green', 'Japan', 7.5), (2, 'gyokuro', 'Gyokuro', 'green', 'Japan', 19),
 (3, 'longjing', 'Long Jing', 'green', 'China', 12), (4, 'assam', 'Assam', 'black', 'India', 5),
 (5, 'darjeeling', 'Darjeeling', 'black', 'India', 9), (6, 'keemun', 'Keemun', 'black', 'China', 8),
 (7, 'tieguanyin', 'Tie Guan Yin', 'oolong', 'China', 14),
 (8, 'dongding', 'Dong Ding', 'oolong', 'Taiwan', 15), (9, 'shoumei', 'Shou Mei', 'white', 'China', 11);
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, password TEXT);
INSERT INTO customer VALUES (1, 'admin', 'first-flush'), (2, 'mina', 'jasmine');
CREATE TABLE parcel (ref TEXT PRIMARY KEY, state TEXT);
INSERT INTO parcel VALUES ('T100', 'on its way'), ('T101', 'delivered');
CREATE TABLE region (code TEXT PRIMARY KEY, days INTEGER);
INSERT INTO region VALUES ('eu', 3), ('us', 6), ('asia', 2);
CREATE TABLE note (name TEXT, message TEXT);
"""

Row = tuple[object, ...]


class Shop:
    """The state of one lab. Made when it starts, closed when it stops; a restart forgets everything."""

    def __init__(self) -> None:
        self.url = ""
        self.guests: deque[tuple[str, str]] = deque(maxlen=_GUESTS)
        self.visitors: deque[tuple[str, str]] = deque(maxlen=_GUESTS)
        self.random = random.Random()
        self._stopping = threading.Event()
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._shells: set[subprocess.Popen[bytes]] = set()

    def wait(self, seconds: float) -> None:
        """Sleep for real, at most `LONGEST_WAIT`; a stop ends it at once."""
        self._stopping.wait(min(max(seconds, 0.0), LONGEST_WAIT))

    def sql(self, statement: str, values: tuple[object, ...] = ()) -> list[Row]:
        """Run one statement, exactly as given, and undo what it changed.

        Each worker thread has a data base of its own in memory, so a sleeping statement blocks nobody.

        Raises:
            sqlite3.Error: what SQLite says of it.
        """
        connection = self._connection()
        self._local.until = time.monotonic() + LONGEST_WAIT
        try:
            return connection.execute(statement, values).fetchmany(500)
        except (sqlite3.Warning, ValueError) as error:  # two statements at once; NUL, up to Python 3.11
            raise sqlite3.ProgrammingError(str(error)) from error
        finally:
            connection.rollback()

    def sql_script(self, statements: str) -> None:
        """Run statements one after the other, as some drivers do; none of them may change anything.

        Raises:
            sqlite3.Error: what SQLite says of the first that fails.
        """
        if "\0" in statements:
            raise sqlite3.ProgrammingError("the query contains a null character")
        self.sql("PRAGMA query_only = 1")
        try:
            start = 0
            for at, char in enumerate(statements):
                if char == ";" and sqlite3.complete_statement(statements[start : at + 1]):
                    self.sql(statements[start : at + 1])
                    start = at + 1
            self.sql(statements[start:])
        finally:
            self.sql("PRAGMA query_only = 0")

    def shell(self, *command: str) -> str:
        """Run a program for real and return what it printed; after `LONGEST_WAIT` it is killed."""
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=_UNWRITABLE,
            env={"PATH": "/usr/bin:/bin", "LANG": "C"},
            start_new_session=True,
        ) as process:
            with self._lock:
                self._shells.add(process)
                if self._stopping.is_set():
                    _kill(process)
            try:
                output, _ = process.communicate(timeout=LONGEST_WAIT)
            except subprocess.TimeoutExpired:
                _kill(process)
                output, _ = process.communicate()
            finally:
                with self._lock:
                    self._shells.discard(process)
        return output.decode("utf-8", "replace")

    def interrupt(self) -> None:
        """End what is sleeping or running, so that no request outlives the lab."""
        self._stopping.set()
        with self._lock:
            for process in self._shells:
                _kill(process)

    def close(self) -> None:
        """Close the data bases; no request may run any more."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            connection.executescript(_SCHEMA)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _SQL_LENGTH)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            if sys.version_info >= (3, 12):  # builds differ in whether "text" may be a string
                connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, True)
            connection.set_progress_handler(self._overdue, _STEPS_BETWEEN_LOOKS)
            for name in ("SLEEP", "pg_sleep"):
                connection.create_function(name, 1, self._sql_sleep)
            self._local.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection

    def _sql_sleep(self, seconds: object) -> int:
        """What MySQL calls SLEEP; all sleeps of one statement together stay within `LONGEST_WAIT`."""
        try:
            wanted = float(str(seconds))
        except ValueError:
            return 0
        self.wait(min(wanted, self._local.until - time.monotonic()))
        return 0

    def _overdue(self) -> bool:
        return self._stopping.is_set() or time.monotonic() > self._local.until + 1


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
