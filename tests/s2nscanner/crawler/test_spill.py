"""Blocks come back in their order, by level, and no file is left."""

import sqlite3
import tempfile

import pytest

from s2n.s2nscanner.crawler import spill as spill_module
from s2n.s2nscanner.crawler.spill import Spill


@pytest.fixture
def spill():
    made = Spill()
    yield made
    made.close()


def test_first_in_first_out_by_level(spill):
    for level, block in ((1, b"a"), (7, b"x"), (1, b"b"), (1, b"\x00")):
        spill.put(level, block)
    assert [spill.take(1), spill.take(7), spill.take(1)] == [b"a", b"x", b"b"]
    spill.put(1, b"c")
    assert [spill.take(1), spill.take(1)] == [b"\x00", b"c"]
    with pytest.raises(KeyError):
        spill.take(1)


def test_no_file_is_left_lying(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spill = Spill()
    spill.put(0, bytes(4 << 20))
    assert list(tmp_path.iterdir()) == []
    assert spill.take(0) == bytes(4 << 20)
    spill.close()


def test_nor_where_it_could_not_be_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(spill_module, "_SETUP", "CREATE TABLE blocks")
    with pytest.raises(sqlite3.Error):
        Spill()
    assert list(tmp_path.iterdir()) == []


def test_taken_space_is_used_again(spill):
    for _ in range(3):
        spill.put(0, bytes(1 << 20))
    pages = spill._database.execute("PRAGMA page_count").fetchone()
    for _ in range(9):
        spill.take(0)
        spill.put(0, bytes(1 << 20))
    assert spill._database.execute("PRAGMA page_count").fetchone() == pages


def test_a_refused_block_leaves_those_before_it(spill):
    spill.put(0, b"kept" * 10_000)
    spill._database.execute("PRAGMA max_page_count = 20")
    with pytest.raises(sqlite3.Error):
        spill.put(0, bytes(1 << 20))
    assert spill.take(0) == b"kept" * 10_000
    with pytest.raises(KeyError):
        spill.take(0)
