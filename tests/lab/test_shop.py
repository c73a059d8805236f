import sqlite3
import threading
import time

import pytest

from s2n.lab import shop as module
from s2n.lab.shop import Shop


@pytest.fixture
def shop():
    one = Shop()
    yield one
    one.interrupt()
    one.close()


def test_every_thread_has_the_same_teas(shop):
    counts = []
    threads = [
        threading.Thread(target=lambda: counts.append(shop.sql("SELECT count(*) FROM tea"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [[(9,)]] * 3


@pytest.mark.parametrize(
    "change", ["DELETE FROM tea", "UPDATE tea SET price = 0", "INSERT INTO tea (id) VALUES (99)"]
)
def test_what_a_statement_changes_is_undone(shop, change):
    before = shop.sql("SELECT * FROM tea")
    shop.sql(change)
    assert shop.sql("SELECT * FROM tea") == before


@pytest.mark.parametrize(
    "statement",
    ["SELECT", "SELECT 1; DELETE FROM tea", "SELECT '\0'", "SELECT zeroblob(100000000)", "SELECT ?"],
)
def test_what_cannot_run_is_an_sqlite_error(shop, statement):
    with pytest.raises(sqlite3.Error):
        shop.sql(statement)
    assert len(shop.sql("SELECT * FROM tea")) == 9


def test_a_script_runs_statement_by_statement(shop):
    with pytest.raises(sqlite3.OperationalError, match="no such table: third"):
        shop.sql_script("SELECT 'a;b'; SELECT SLEEP(0) -- ; comment\n; SELECT * FROM third")


def test_a_script_with_nul_is_an_sqlite_error(shop):
    with pytest.raises(sqlite3.ProgrammingError):
        shop.sql_script("SELECT '\0;'")


def test_a_script_changes_nothing(shop):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        shop.sql_script("SELECT 1; DROP TABLE tea")
    assert len(shop.sql("SELECT * FROM tea")) == 9
    shop.sql("DELETE FROM tea")


def test_no_file_can_be_attached_or_written(shop, tmp_path):
    for statement in (f"ATTACH '{tmp_path}/a.db' AS a", f"VACUUM INTO '{tmp_path}/b.db'"):
        with pytest.raises(sqlite3.Error):
            shop.sql(statement)
    assert list(tmp_path.iterdir()) == []


def test_sleeps_of_a_statement_share_one_limit(shop, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.3)
    started = time.perf_counter()
    shop.sql("SELECT SLEEP(0.2) FROM tea")
    assert 0.3 <= time.perf_counter() - started < 0.6


def test_a_sleep_without_a_number_is_none(shop):
    assert shop.sql("SELECT SLEEP('x'), pg_sleep(NULL), SLEEP(-1)") == [(0, 0, 0)]


def test_a_statement_that_never_ends_is_ended(shop, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT", -0.8)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        shop.sql(endless)


def test_a_command_that_never_ends_is_killed(shop, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.2)
    started = time.perf_counter()
    assert shop.shell("sh", "-c", "echo before; sleep 30; echo after") == "before\n"
    assert time.perf_counter() - started < 5


def test_a_shell_sees_nothing_of_our_environment(shop, monkeypatch):
    monkeypatch.setenv("S2N_SECRET", "x")
    assert "S2N_SECRET" not in shop.shell("sh", "-c", "env")


@pytest.mark.parametrize(
    "work", [lambda s: s.wait(5), lambda s: s.sql("SELECT SLEEP(5)"), lambda s: s.shell("sleep", "5")]
)
def test_an_interrupt_ends_what_waits(shop, work):
    thread = threading.Thread(target=work, args=(shop,))
    started = time.perf_counter()
    thread.start()
    threading.Timer(0.2, shop.interrupt).start()
    thread.join()
    assert time.perf_counter() - started < 3
