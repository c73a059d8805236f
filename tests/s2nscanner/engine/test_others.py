import asyncio

from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.others import meet
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.oracles.otherusers import OtherUser
from support.offices import Offices
from support.webserver import serving


def met(user: str, **options: object) -> tuple[OtherUser | None, str, list[str]]:
    """The other user, what they see of the start page, and the warnings."""
    warnings: list[str] = []

    async def go(url: str) -> tuple[OtherUser | None, str]:
        scan = ScanRequest(target_url=url, auth="basic", username="anna", password="s3cret", **options)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            other = await meet(client, scan, user, warnings.append)
            if other is None:
                return None, ""
            return other, (await other.sender.send(Request.from_url(url))).response.text
        finally:
            await client.close()

    with serving(Offices(checks=True)) as web:
        return *asyncio.run(go(web.url)), warnings


def test_another_user_is_logged_in_and_knows_what_they_are_offered() -> None:
    other, start, warnings = met("bob:hunter2")
    assert other is not None
    assert other.name == "bob"
    assert "Hello bob" in start
    targets = {request.target for request in other.offered}
    assert {"/", "/news", "/order?id=2"} <= targets
    assert targets.isdisjoint({"/order?id=1", "/admin/accounts"})
    assert warnings == []


def test_who_cannot_log_in_is_not_met() -> None:
    other, _, warnings = met("bob:wrong")
    assert other is None
    assert "what bob may see is not tested" in warnings[0]
    assert "401" in warnings[0]


def test_a_crawl_that_was_cut_short_tells_nothing() -> None:
    other, _, warnings = met("bob:hunter2", max_pages=1)
    assert other is None
    assert "not complete: max pages" in warnings[0]
