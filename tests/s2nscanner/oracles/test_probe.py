import asyncio
import re

import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.http.points import extend_name
from s2n.s2nscanner.oracles.probe import BLOCKING_STATUSES, Fresh, Probe
from support.site import MemorySender, Site, html, params, point_at

URL = "http://site.test/?q=tea&r=1"


def probing(site: Site) -> tuple[Probe, MemorySender]:
    sender = MemorySender(site)
    baseline = asyncio.run(sender.send(Request.from_url(URL)))
    sender.requests.clear()
    return Probe(point_at(URL, "q"), sender, Fresh(1), baseline), sender


def test_a_value_goes_where_the_point_is_and_the_rest_stays() -> None:
    probe, sender = probing(lambda _: "x")
    asyncio.run(probe.send("a&b=<c>"))
    (sent,) = sender.requests
    assert params(sent) == {"q": "a&b=<c>", "r": "1"}


def test_a_raw_value_is_not_encoded() -> None:
    probe, sender = probing(lambda _: "x")
    asyncio.run(probe.send("%2e%2E/<", raw=True))
    assert sender.requests[0].target == "/?q=%2e%2E/<&r=1"


def test_the_original_is_sent_as_it_was() -> None:
    probe, sender = probing(lambda _: "x")
    asyncio.run(probe.original())
    assert sender.requests == [Request.from_url(URL)]


def test_how_to_send_is_handed_on() -> None:
    class Noting(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            seen.append(options)
            return await super().send(request)

    seen: list[dict[str, object]] = []
    probe, _ = probing(lambda _: "x")
    noting = Probe(probe.point, Noting(lambda _: "x"), probe.fresh, probe.baseline)
    asyncio.run(noting.send("v", follow=True, alone=True, timeout=3.0))
    asyncio.run(noting.original(alone=True))
    assert seen == [{"follow": True, "alone": True, "timeout": 3.0}, {"follow": False, "alone": True}]


def filtering(usual: int, attacked: int) -> bool:
    probe, _ = probing(lambda request: html("", usual if params(request)["q"] == "tea" else attacked))
    return probe.blocked(asyncio.run(probe.send("<attack>")))


@pytest.mark.parametrize("status", sorted(BLOCKING_STATUSES))
def test_a_filter_answers_only_the_attack(status: int) -> None:
    assert filtering(200, status)
    assert not filtering(status, status)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 500])
def test_the_applications_own_answers_are_no_block(status: int) -> None:
    assert not filtering(200, status)


def test_a_filter_before_a_redirect_counts_not_the_page_it_leads_to() -> None:
    def site(request: Request) -> object:
        if request.path == "/blocked":
            return html("", 403)
        return html("", 302, location="/blocked")

    probe, _ = probing(site)  # type: ignore[arg-type]
    assert not probe.blocked(asyncio.run(probe.send("<attack>", follow=True)))


def test_fresh_values_are_new_each_time_and_the_same_for_the_same_seed() -> None:
    fresh, same = Fresh(7), Fresh(7)
    tokens = [fresh.token() for _ in range(200)]
    assert len(set(tokens)) == 200
    assert tokens == [same.token() for _ in range(200)]
    assert all(re.fullmatch(r"[a-z][a-z0-9]{9}", token) for token in tokens)


def test_fresh_values_have_the_form_they_promise() -> None:
    fresh = Fresh()
    assert re.fullmatch(r"[a-z][a-z0-9]{3}", fresh.token(4))
    assert re.fullmatch(r"[a-z]{8}", fresh.letters())
    assert all(re.fullmatch(r"[1-9]{6}", str(fresh.number(6))) for _ in range(50))
    items = list(range(20))
    shuffled = fresh.shuffled(items)
    assert sorted(shuffled) == items == list(range(20))


def test_a_probe_can_write_values_in_another_way() -> None:
    probe, sender = probing(lambda _: "x")
    other = probe.writing(lambda value: extend_name(probe.point, {"[]": value}))
    asyncio.run(other.send("tea"))
    asyncio.run(probe.send("tea2"))
    assert [sent.target for sent in sender.requests] == ["/?q[]=tea&r=1", "/?q=tea2&r=1"]
