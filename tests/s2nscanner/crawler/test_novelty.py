"""Kinds of URLs are fetched as long as they bring something new."""

from s2n.s2nscanner.crawler.novelty import DULL, DULL_FOLDER, MOST, Novelty
from s2n.s2nscanner.crawler.recognise import Variety, shape_of


def fetched(novelty, urls, skeleton=lambda _: 1, links=lambda _: []):
    """How many of ``urls`` are fetched."""
    count = 0
    for number, url in enumerate(urls):
        shape = shape_of(url)
        kind = novelty.judge(shape)
        if novelty.exhausted(shape, kind):
            continue
        novelty.begin(shape, kind)
        novelty.end(shape, kind, skeleton(number), links(number))
        count += 1
    return count


def many(path, count):
    return [f"http://site.test{path}{number}" for number in range(count)]


def test_alike_numbers_end_soon():
    assert fetched(Novelty(), many("/item/", 1000)) == DULL[Variety.NUMBER] + 1


def test_random_ids_end_sooner():
    urls = [f"http://site.test/i?x={number:08x}a1" for number in range(0, 1 << 24, 1 << 12)]
    assert fetched(Novelty(), urls) == DULL[Variety.OPAQUE] + 1


def test_words_are_all_fetched():
    assert fetched(Novelty(), many("/?page=p", 100)) == 100


def test_even_words_end():
    assert fetched(Novelty(), many("/?page=p", 1000)) == DULL[Variety.NAME] + 1


def test_new_markup_keeps_a_kind_alive():
    assert fetched(Novelty(), many("/item/", 100), skeleton=lambda number: number // 15) == 100


def test_new_kinds_of_links_keep_a_kind_alive():
    def links(number):
        return [shape_of(f"http://site.test/word{number // 15}")]

    assert fetched(Novelty(), many("/item/", 100), links=links) == 100


def test_always_new_ends_too():
    assert fetched(Novelty(), many("/item/", 2000), skeleton=lambda number: number) == MOST[Variety.NUMBER]


def test_combinations_of_known_words_are_no_news():
    words = [f"w{number}" for number in range(20)]
    urls = [f"http://site.test/list?sort={one}&color={other}" for one in words for other in words]
    assert fetched(Novelty(), urls) < 70


def test_plain_pages_are_never_dropped_but_can_wait():
    novelty = Novelty()
    assert fetched(novelty, many("/blog/post-", 500)) == 500
    assert novelty.monotonous(shape_of("http://site.test/blog/another"))
    assert not novelty.monotonous(shape_of("http://site.test/shop/another"))


def test_a_folder_with_varied_pages_does_not_wait():
    novelty = Novelty()
    fetched(novelty, many("/blog/post-", 2 * DULL_FOLDER), skeleton=lambda number: number // 20)
    assert not novelty.monotonous(shape_of("http://site.test/blog/another"))
