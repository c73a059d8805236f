from s2n.model import Request
from s2n.s2nscanner.oracles import canaries
from s2n.s2nscanner.oracles.canaries import Canaries
from support.site import point_at

A = point_at("http://site.test/?a=1&b=2", "a")
B = point_at("http://site.test/?a=1&b=2", "b")
C = point_at("http://site.test/c?c=1", "c")


def planted() -> Canaries:
    kept = Canaries()
    for token, point in (("k3jd9s8a7f", A), ("q8w7e6r5t4", A), ("zz11yy22xx", B), ("m0n9b8v7c6", C)):
        kept.plant(token, point)
    return kept


def test_a_point_is_known_by_any_of_its_canaries_once() -> None:
    assert planted().points_in("<p>q8w7e6r5t4</p><p>k3jd9s8a7f</p>") == [A]
    assert planted().points_in("zz11yy22xx k3jd9s8a7f") == [A, B]
    assert planted().points_in("nothing of ours, thoughlong1234567890words") == []


def test_a_canary_is_seen_after_a_value_and_in_capitals() -> None:
    assert planted().points_in("Ann17zz11yy22xx") == [B]
    assert planted().points_in("ZZ11YY22XX") == [B]


def test_the_oldest_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(canaries, "MAX_CANARIES", 3)
    assert planted().points_in("k3jd9s8a7f") == []
    assert planted().points_in("m0n9b8v7c6") == [C]


def test_requests_come_with_their_points() -> None:
    assert list(planted().requests()) == [
        (Request.from_url("http://site.test/?a=1&b=2"), [A, B]),
        (Request.from_url("http://site.test/c?c=1"), [C]),
    ]
