from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.engine import provoked
from s2n.s2nscanner.engine.provoked import MAX_ALIKE, MAX_LOOKS, Provoked


def seen(target: str, status: int = 200, kind: str = "text/html") -> Exchange:
    response = Response(status, headers=(("Content-Type", kind),))
    return Exchange(Request.from_url(f"http://site.test{target}"), response)


def knowing(*exchanges: Exchange) -> Provoked:
    made = Provoked()
    for exchange in exchanges:
        made.know(exchange)
    return made


def test_failures_of_one_kind_a_few_times_for_each_path() -> None:
    made = knowing(seen("/a"), seen("/b"))
    assert [made.worth(seen(f"/a?q={n}", 500)) for n in range(5)] == [True] * MAX_ALIKE + [False, False]
    assert made.worth(seen("/a", 500, "text/plain"))
    assert made.worth(seen("/a", 502))
    assert made.worth(seen("/b", 500))


def test_other_answers_once_and_only_if_their_path_never_gave_such() -> None:
    made = knowing(seen("/a"))
    assert not made.worth(seen("/a?q=1"))
    assert [made.worth(seen("/a?q=1", 404)) for _ in range(2)] == [True, False]
    assert made.worth(seen("/a?q=1", 200, "text/plain"))


def test_a_failure_that_the_crawl_has_read_is_no_news() -> None:
    assert not knowing(seen("/a", 500)).worth(seen("/a", 500))


def test_paths_that_attacks_made_up_count_together_and_only_if_they_fail() -> None:
    made = knowing(seen("/u/17"))
    assert not any(made.worth(seen(f"/u/x{n}", 404)) for n in range(9))
    assert sum(made.worth(seen(f"/u/x{n}", 500)) for n in range(9)) == MAX_ALIKE


def test_no_more_looks_than_allowed(monkeypatch) -> None:
    made = Provoked()
    assert sum(made.worth(seen(f"/{n}/x", 500)) for n in range(2 * MAX_LOOKS)) == MAX_LOOKS
    monkeypatch.setattr(provoked, "MAX_KINDS", 2)
    small = knowing(seen("/a"), seen("/b"), seen("/c"))
    assert not small.worth(seen("/a", 500))
    assert small.looks == 0
