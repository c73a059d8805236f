"""Running a plugin's hooks so that a crash, a hang, a flood or nonsense stays the plugin's own."""

import asyncio
import contextlib
import ctypes
import inspect
import logging
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from itertools import islice
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from s2n.errors import BudgetSpent, NetworkError, NotApplicable, PluginFlooded, SessionLost, Withheld
from s2n.model import Exchange, Finding, PluginError, Request
from s2n.s2nscanner.oracles.probe import Sender
from s2n.s2nscanner.sdk import Claim

T = TypeVar("T")

_log = logging.getLogger(__name__)

LARGE = 100_000
"""Bytes of a body beyond which passive plugins read it in a thread."""

MAX_CLAIMS = 500
"""Claims a hook may yield in one call; a detection that finds more at one place finds nothing."""

Ending = Literal[
    "ok", "inapplicable", "network", "session", "withheld", "budget", "failed", "timeout", "flood"
]


class Outcome(Struct):
    """How a hook's call ended; ``claims`` are those it yielded before."""

    claims: list[Claim]
    ending: Ending = "ok"
    reason: str = ""
    error: PluginError | None = None


class Stage:
    """Where hooks run. The built-in plugins share the scan's own event loop."""

    async def call(self, work: Callable[[], Awaitable[T]], seconds: float) -> T:
        """Await ``work`` for at most ``seconds``; TimeoutError then."""
        async with asyncio.timeout(seconds):
            return await work()

    def bridge(self, sender: Sender) -> Sender:
        """``sender`` as it can be used by what runs here."""
        return sender

    def reading(self, hook: Callable[..., Any], size: int) -> Callable[..., Any]:
        """``hook``, which only reads ``size`` bytes; many are read in a thread, and the scan goes on."""
        return _aside(hook) if size > LARGE else hook

    def close(self) -> None:
        """Free what it holds."""


class ThreadStage(Stage):
    """An event loop of the plugin's own in a daemon thread: foreign code may block it, and only it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    async def call(self, work: Callable[[], Awaitable[T]], seconds: float) -> T:
        """As `Stage.call`; a thread that does not even react to cancellation is given up."""
        loop = self._started()
        call = _Call(loop, work, lambda: loop is self._loop)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(call.result)
        except TimeoutError:
            call.cancel()
            await self._abandon_if_stuck(loop)
            raise

    def bridge(self, sender: Sender) -> Sender:
        """Requests go to the scan's loop, where the one door to the network is."""
        return _BridgedSender(sender, asyncio.get_running_loop())

    def reading(self, hook: Callable[..., Any], size: int) -> Callable[..., Any]:
        """As it is: nothing of the scan waits for this loop."""
        return hook

    def close(self) -> None:
        """Stop the loop; a stuck thread is a daemon and ends with the process."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=_run_loop, args=(self._loop,), name=self._name, daemon=True
            )
            self._thread.start()
        return self._loop

    async def _abandon_if_stuck(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            return  # another call that hangs in the same thread has given it up already
        alive = asyncio.Event()
        loop.call_soon_threadsafe(asyncio.get_running_loop().call_soon_threadsafe, alive.set)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await alive.wait()
            return
        if loop is not self._loop:
            return
        thread = self._thread
        self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)  # for the case that what holds it lets go after all
        if thread is not None and thread.ident is not None:
            # The documented way to break Python code in another thread; a blocking C call ends with us.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
            )


async def run_hook(stage: Stage, hook: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Outcome:
    """Call ``hook`` on ``stage`` and collect what it yields or returns, in whatever form it does."""
    outcome = Outcome([])
    try:
        await stage.call(lambda: _collect(hook, args, outcome.claims), seconds)
    except NotApplicable as error:
        outcome.ending = "inapplicable"
        outcome.reason = ": ".join(filter(None, (str(error), error.remedy)))
    except PluginFlooded as error:
        outcome.ending, outcome.reason = "flood", str(error)
    except BudgetSpent as error:
        outcome.ending, outcome.reason = "budget", str(error)
    except SessionLost as error:
        outcome.ending, outcome.reason = "session", str(error)
    except Withheld as error:
        outcome.ending, outcome.reason = "withheld", str(error)
    except NetworkError as error:
        outcome.ending, outcome.reason = "network", f"{type(error).__name__}: {error}"
    except TimeoutError:
        outcome.ending, outcome.reason = "timeout", f"stopped after {seconds:g} s (--plugin-timeout)"
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        outcome.ending, outcome.reason = "failed", "the plugin cancelled itself"
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- foreign code: whatever it raises is its own failure
        outcome.ending, outcome.reason = "failed", f"{type(error).__name__}: {error}"
        outcome.error = PluginError(
            error_type=type(error).__name__,
            message=" ".join(str(error).split()),
            traceback="".join(traceback.format_exception(error)),
        )
    if outcome.ending in {"flood", "timeout"}:
        outcome.error = PluginError(error_type=outcome.ending, message=outcome.reason)
    return outcome


class WrongReturn(TypeError):
    """A hook gave something that is not a claim."""


async def _collect(hook: Callable[..., Any], args: tuple[Any, ...], claims: list[Claim]) -> None:
    result = hook(*args)
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, AsyncIterator):
        async for item in result:
            _take(item, claims)
    elif isinstance(result, Claim) or result is None:
        _take(result, claims)
    elif hasattr(result, "__iter__") and not isinstance(result, (str, bytes, dict)):
        for item in result:
            _take(item, claims)
    else:
        _take(result, claims)


def _aside(hook: Callable[..., Any]) -> Callable[..., AsyncIterator[Any]]:
    async def call(*args: Any) -> AsyncIterator[Any]:
        found: list[Any] = []
        failure: Exception | None = None
        try:
            await asyncio.to_thread(_drain, hook, args, found)
        except Exception as error:  # noqa: BLE001 -- raised again below, after what was found before it
            failure = error
        for item in found:
            yield item
        if failure is not None:
            raise failure

    return call


def _drain(hook: Callable[..., Any], args: tuple[Any, ...], found: list[Any]) -> None:
    for item in islice(hook(*args), MAX_CLAIMS + 1):
        found.append(item)  # noqa: PERF402 -- one by one, so that a crash leaves what came before it


def _take(item: object, claims: list[Claim]) -> None:
    if item is None:
        return
    if isinstance(item, (Finding, Exchange)) or not isinstance(item, Claim):
        raise WrongReturn(
            f"a hook yields ctx.finding(), ctx.claim() or report(), not {type(item).__name__}: {item!r:.80}"
        )
    if len(claims) >= MAX_CLAIMS:
        raise PluginFlooded(f"more than {MAX_CLAIMS} findings in one call")
    claims.append(item)


class _BridgedSender:
    def __init__(self, inner: Sender, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop

    async def send(self, request: Request, **options: Any) -> Exchange:
        call = _Call(self._loop, lambda: self._inner.send(request, **options))
        return await asyncio.wrap_future(call.result)


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(_log_stray)
    with contextlib.suppress(SystemExit):
        loop.run_forever()
    while left := asyncio.all_tasks(loop):  # calls that were queued become tasks only while the loop runs
        for task in left:
            task.cancel()
        with contextlib.suppress(SystemExit):
            loop.run_until_complete(asyncio.wait(left))
    loop.close()


def _log_stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a plugin's own stray tasks raise is of interest to its author only."""
    _log.debug("in a plugin's thread: %s", context.get("exception") or context.get("message"))


class _Call(Generic[T]):
    """Work handed to another thread's loop, with no coroutine before it really runs there.

    ``wanted``: is that loop still in use? What waited behind a stuck call does not get stuck as well.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Callable[[], Awaitable[T]],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.result: Future[T] = Future()
        self._loop = loop
        self._work = work
        self._wanted = wanted
        self._task: asyncio.Task[T] | None = None
        self._dropped = False
        loop.call_soon_threadsafe(self._begin)

    def cancel(self) -> None:
        """Stop it, or never begin it."""
        self._dropped = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing runs there any more
            self._loop.call_soon_threadsafe(self._stop)

    def _begin(self) -> None:
        if not self._dropped:
            self._task = self._loop.create_task(self._run())
            self._task.add_done_callback(self._finish)

    async def _run(self) -> T:
        if self._dropped or not self._wanted():
            raise TimeoutError
        try:
            return await self._work()
        except (SystemExit, KeyboardInterrupt) as error:  # would end the loop before the caller heard of it
            raise RuntimeError(f"the plugin raised {type(error).__name__}: {error}") from error

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self.result.cancel()
        elif not self.result.cancelled():
            error = task.exception()
            if error is not None:
                self.result.set_exception(error)
            else:
                self.result.set_result(task.result())
