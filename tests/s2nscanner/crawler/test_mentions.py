"""What is only written about waits, once, and not without limit."""

from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.mentions import BATCH, MAX_MENTIONS, MAX_MISSES, Mentions

ONE, OTHER = Entry("http://h/a?x=1&y=2"), Entry("http://h/b")


def test_each_address_is_kept_once_and_given_back_once():
    mentions = Mentions()
    assert mentions.keep(ONE)
    assert mentions.keep(Entry("http://h/a?y=2&x=1", page="http://h/other"))
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


def test_each_text_has_its_say():
    mentions = Mentions()
    first, second = [[Entry(f"http://h/{page}{n}", page=page) for n in range(15)] for page in "ab"]
    for entry in (*first, *second):
        mentions.keep(entry)
    assert mentions.release() == [each for pair in zip(first[:10], second[:10], strict=True) for each in pair]
    assert len(mentions) == 10


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
