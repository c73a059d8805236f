"""What was left out is counted and told."""

from s2n.errors import TimedOut
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.ledger import MAX_FAILED, Ledger


def test_nothing_to_tell():
    assert Ledger().notes() == []


def test_counts_and_notes():
    counts = Ledger()
    counts.skip(ledger.DEPTH, 0)
    counts.skip(ledger.MAX_PAGES, 3)
    counts.skip(ledger.FULL)
    counts.astray = "http://other.test/"
    for number in range(MAX_FAILED + 1):
        counts.fail(f"http://site.test/{number}", TimedOut("no answer within 30 s"))
    assert counts.skipped == {ledger.MAX_PAGES: 3, ledger.FULL: 1}
    assert counts.failures == {"TimedOut": MAX_FAILED + 1}
    assert len(counts.failed) == MAX_FAILED
    astray, failed, pages, full = counts.notes()
    assert "http://other.test/" in astray
    assert "101 pages" in failed
    assert "http://site.test/0: no answer within 30 s" in failed
    assert "--max-pages" in pages
    assert "1 were not followed" in full
