"""Bounds of time are counted by what the browser itself can do."""

import asyncio
import time

import pytest

from support.browser import in_browser, needs_browser
from support.site import Answer

pytestmark = needs_browser


def test_a_page_hangs_when_it_has_worked_for_its_time_and_not_before():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        before = await tab.pulse.worked()
        work = "const end = performance.now() + 500; while (performance.now() < end); 7"
        assert await tab.pulse.patient(tab.direct.evaluate(tab.page, work), 2.0) == 7
        assert await tab.pulse.worked() > before
        with pytest.raises(TimeoutError):
            await tab.pulse.patient(tab.direct.evaluate(tab.page, "for (;;);"), 0.5)

    in_browser(lambda _: "page", visit)


def test_a_page_that_waits_or_sleeps_does_not_hang():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        sleep = "new Promise(done => setTimeout(() => done(7), 1200))"
        assert await tab.pulse.patient(tab.direct.evaluate(tab.page, sleep), 0.8) == 7
        ask = "const asked = new XMLHttpRequest(); asked.open('GET', '/slow', false); asked.send(); 7"
        asking = tab.direct.evaluate(tab.page, ask)
        assert await tab.pulse.patient(asking, 0.1, waits=lambda: tab.in_flight > 0) == 7

    async def site(request) -> Answer:
        if request.path == "/slow":
            await asyncio.sleep(1.5)
        return "page"

    in_browser(site, visit)


def test_a_browser_that_answers_late_makes_bounds_longer():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        pulse = tab.pulse
        assert 1.0 <= pulse.slow <= 10.0
        taken: list[float] = []
        for late in (0.0, 0.05):
            for _ in range(5):
                pulse._next = 0.0
                beat = asyncio.ensure_future(pulse.beat())
                await asyncio.sleep(0)
                time.sleep(late)  # noqa: ASYNC251 -- nobody is there to hear the answer
                await beat
            taken.append(pulse.slow)
        assert taken[1] > taken[0]
        assert taken[1] > 9.0

    in_browser(lambda _: "page", visit)


def test_a_pulse_without_a_browser_knows_of_no_hurry():
    from s2n.s2nscanner.crawler.browser.pulse import Pulse

    async def go() -> None:
        pulse = Pulse()
        await pulse.beat()
        assert pulse.slow == 1.0

        async def answer() -> int:
            return 7

        assert await pulse.patient(answer(), 0.1) == 7
        with pytest.raises(TimeoutError):
            await pulse.patient(asyncio.sleep(9), 0.1)

    asyncio.run(go())
