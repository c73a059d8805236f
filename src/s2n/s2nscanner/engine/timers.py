"""What goes by the clock during a scan: its progress, and its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from s2n.errors import BudgetSpent
from s2n.s2nscanner.engine.crawling import MORE_BUDGET

PROGRESS_SECONDS = 0.5


@contextlib.asynccontextmanager
async def ticking(tick: Callable[[], None], seconds: float = PROGRESS_SECONDS) -> AsyncIterator[None]:
    """Call ``tick`` every ``seconds``, and once at the end."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(seconds)
            tick()

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        tick()


@contextlib.asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """--max-time holds even while a request hangs; 0 is no limit.

    Raises:
        BudgetSpent: the time is over.
    """
    try:
        async with asyncio.timeout(seconds or None):
            yield
    except TimeoutError:
        raise BudgetSpent(f"--max-time {seconds:g} s is used up", MORE_BUDGET) from None
