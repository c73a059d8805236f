"""What is only written about waits, once, and not without limit."""

from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.mentions import BATCH, MAX_MENTIONS, MAX_MISSES, Mentions

ONE, OTHER = Entry("http://h/a?x=1&y=2"), Entry("http://h/b")


def test_each_address_is_kept_once_and_given_back_once():
    mentions = Mentions()
    assert mentions.keep(ONE)
    assert mentions.keep(Entry("http://h/a?y=2&x=1"))
    assert mentions.keep(OTHER)
    assert len(mentions) == 2
    assert mentions.release() == [ONE, OTHER]
    assert len(mentions) == 0
    assert mentions.release() == []


def test_a_site_has_so_many_and_not_more():
    mentions = Mentions()
    for number in range(MAX_MENTIONS):
        assert mentions.keep(Entry(f"http://h/{number}"))
    assert not mentions.keep(ONE)
    assert len(mentions.release()) == BATCH
    assert not mentions.keep(ONE)


def test_texts_are_believed_no_more_when_nothing_is_where_they_say():
    mentions = Mentions()
    mentions.keep(ONE)
    for _ in range(MAX_MISSES - 1):
        mentions.tell(there=False)
    mentions.tell(there=True)
    assert len(mentions) == 1
    for _ in range(MAX_MISSES):
        mentions.tell(there=False)
    assert len(mentions) == 0
    assert not mentions.keep(OTHER)
