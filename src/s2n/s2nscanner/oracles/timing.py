"""Does the target wait as long as it is told to? The time oracle.

Method: a quick screen, then delays of several lengths in mixed order, alone on the wire, with a linear
regression of the answer's time on the requested delay (as ZAP's TimingUtils and nuclei's time analyzer do),
zero-delay controls among them, and a look-alike that cannot wait as the last control.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from s2n.errors import TimedOut
from s2n.model import Confidence, Exchange
from s2n.s2nscanner.oracles.probe import Probe
from s2n.s2nscanner.oracles.proof import Proof

SCREEN = 2
"""Seconds asked for in the one request that most attempts cost."""

DELAYS = (0, 1, 2, 3)
"""Seconds asked for alone on the wire; six in sum, so that a proof takes under ten."""

EARLY = 0.02
"""Seconds by which a sleeping function may be early: timers are coarse."""

TOLERANCE = 0.35
"""Seconds that one answer may lie off the line: jitter of a network that carries nothing else."""

SLOPE_ERROR = 0.15
"""How far the slope may be from a whole number (the wait runs once, or once for each of a few rows)."""

MAX_SLOPE = 4


class Line(Struct, frozen=True):
    """A least-squares line through (delay, seconds) samples, and the largest distance from it in seconds."""

    slope: float
    intercept: float
    residual: float

    def at(self, delay: float) -> float:
        """The seconds expected for ``delay``."""
        return self.intercept + self.slope * delay

    @property
    def obeys(self) -> bool:
        """Do the answers take as long as was asked, once or a small whole number of times?"""
        times = round(self.slope)
        return (
            1 <= times <= MAX_SLOPE
            and abs(self.slope - times) <= SLOPE_ERROR
            and self.residual <= TOLERANCE
            and self.intercept > -EARLY - TOLERANCE
        )


class _Sample(Struct, frozen=True):
    delay: int
    exchange: Exchange

    @property
    def seconds(self) -> float:
        return _seconds(self.exchange)


def fit(samples: Sequence[tuple[float, float]]) -> Line:
    """The line through at least two samples with different delays."""
    n = len(samples)
    mean_x = sum(x for x, _ in samples) / n
    mean_y = sum(y for _, y in samples) / n
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread
    intercept = mean_y - slope * mean_x
    residual = max(abs(y - intercept - slope * x) for x, y in samples)
    return Line(slope, intercept, residual)


def _line(samples: Sequence[_Sample]) -> Line:
    return fit([(sample.delay, sample.seconds) for sample in samples])


async def delays(
    probe: Probe, payload: Callable[[int], str], inert: Callable[[int], str] | None = None
) -> Proof | None:
    """A proof that ``payload(seconds)`` makes the target wait, or None.

    ``payload(0)`` must be the same text with no wait: it is the control. ``inert(seconds)`` looks alike but
    cannot wait (a misspelt function): a filter that slows down suspicious text gives itself away. Takes one
    request if the target does not wait, about eight seconds and eight requests if it does.

    Raises:
        TimedOut: an answer that was needed as a sample never came.
    """
    try:
        screened = await probe.send(payload(SCREEN))
    except TimedOut:  # slow indeed: let the controls decide whether the payload did it
        pass
    else:
        if probe.blocked(screened) or _seconds(screened) < SCREEN - EARLY:
            return None
    return await _confirm(probe, payload, inert)


async def _confirm(
    probe: Probe, payload: Callable[[int], str], inert: Callable[[int], str] | None
) -> Proof | None:
    control = await probe.send(payload(0), alone=True)
    idle = _seconds(control)
    samples = [_Sample(0, control)]
    for delay in probe.fresh.shuffled(list(DELAYS)):
        sample = _Sample(delay, await probe.send(payload(delay), alone=True))
        if probe.blocked(sample.exchange) or sample.seconds < max(delay - EARLY, idle + delay - TOLERANCE):
            return None
        samples.append(sample)
    line = _line(samples)
    if not line.obeys:  # a busy machine may be late once
        latest = max(samples, key=lambda sample: sample.seconds - line.at(sample.delay))
        samples.remove(latest)
        samples.append(_Sample(latest.delay, await probe.send(payload(latest.delay), alone=True)))
        line = _line(samples)
        if not line.obeys:
            return None
    if inert is not None:
        control = await probe.send(inert(max(DELAYS)), alone=True)
        if _seconds(control) > idle + 1:
            return None
    samples.sort(key=lambda sample: sample.delay)
    shown = ", ".join(f"{sample.delay} s → {sample.seconds:.2f} s" for sample in samples)
    return Proof(
        exchange=samples[-1].exchange,
        control=control,
        payload=payload(max(DELAYS)),
        evidence=f"the answer takes as long as it is told to ({shown}; slope {line.slope:.2f})",
        confidence=Confidence.FIRM,
        again=lambda: _confirm(probe, payload, inert),
    )


def _seconds(exchange: Exchange) -> float:
    return exchange.first.response.elapsed
