"""What is shown while a scan runs: a live line on a terminal, plain lines elsewhere, nothing if quiet."""

import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING
from typing import Protocol as TypingProtocol

from s2n.cli.terminal import is_terminal, plain, say
from s2n.model import Finding, Severity
from s2n.protocol import Done, Event, Failed, Found, Mapped, Phase, Progress, Started, Warned

if TYPE_CHECKING:
    from rich.console import RenderableType

LINE_SECONDS = 5.0
"""Plain lines come this often: enough to see that it lives, few enough for a CI log."""

_PHASES = {"login": "logging in", "crawl": "crawling", "test": "testing", "finish": "finishing"}
_STYLES = {"CRITICAL": "bold red", "HIGH": "red", "MEDIUM": "yellow", "LOW": "cyan", "INFO": "dim"}


class Display(TypingProtocol):
    """Shows events; all of it on standard error."""

    def event(self, event: Event) -> None:
        """Show what ``event`` changes."""
        ...

    def log(self, text: str) -> None:
        """Show a line of the scanner's log; called from another thread."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


def choose_display(*, quiet: bool) -> Display:
    """The display for this terminal, or for none."""
    if quiet:
        return Silent()
    return Live() if is_terminal() else Lines()


def finding_line(finding: Finding) -> str:
    """A finding on one line: how bad, what, where."""
    where = f"{finding.location} {finding.parameter}".strip() if finding.parameter else ""
    place = f"{finding.method} {finding.url}" + (f" ({where})" if where else "")
    return plain(f"{finding.severity:<8}  {finding.plugin}: {finding.title}  {place}")


class Figures:
    """The figures so far, as a line."""

    def __init__(self) -> None:
        self.phase = "starting"
        self.progress = Progress()
        self.severities: Counter[Severity] = Counter()
        self._maps = False
        self._endpoints: set[tuple[str, str, str]] = set()

    def take(self, event: Event) -> None:
        """Count ``event`` in."""
        match event:
            case Phase():
                self.phase = _PHASES[event.name]
            case Progress():
                self.progress = event
            case Found():
                self.severities[event.finding.severity] += 1
            case Started():
                self._maps = event.maps
            case Mapped(endpoint=told):
                self._endpoints.add((told.method, told.origin, told.template))
            case _:
                pass

    @property
    def found(self) -> str:
        """``2 HIGH, 1 LOW``, or ``17 endpoints``."""
        if self._maps:
            return f"{len(self._endpoints)} endpoints"
        counts = [f"{self.severities[s]} {s}" for s in reversed(Severity) if self.severities[s]]
        return ", ".join(counts) or "no findings"

    def __str__(self) -> str:
        at = self.progress
        parts = [f"{at.requests} requests", f"{at.rate:.0f}/s", f"{at.pages} pages"]
        if at.failed:
            parts.append(f"{at.failed} failed")
        return " · ".join([*parts, self.found])


class Silent:
    """Shows nothing."""

    def event(self, event: Event) -> None:
        """Nothing."""

    def log(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Lines:
    """A plain line every few seconds, and one for each finding, warning and phase."""

    def __init__(
        self, write: Callable[[str], None] = say, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._figures = Figures()
        self._last = clock()

    def event(self, event: Event) -> None:
        """Write what ``event`` says, or the figures when it is time again."""
        self._figures.take(event)
        match event:
            case Started():
                self._write(plain(f"{'crawling' if event.maps else 'scanning'} {event.target_url}"))
            case Phase():
                self._write(self._figures.phase)
            case Found():
                self._write(finding_line(event.finding))
            case Warned():
                self._write(plain(f"warning: {event.text}"))
            case Progress() if self._clock() - self._last >= LINE_SECONDS:
                self._last = self._clock()
                self._write(f"{self._figures.phase} {event.done}/{event.total} · {self._figures}")
            case Done():
                self._write(f"done · {self._figures}")
            case _:
                pass

    def log(self, text: str) -> None:
        """Write a line of the log."""
        self._write(plain(text))

    def close(self) -> None:
        """Nothing is left to do."""


class Live:
    """One line that moves at the bottom; findings and warnings scroll above it."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 -- 60 ms, only where something is drawn
        from rich.progress import (  # noqa: PLC0415 -- when drawn
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar  # noqa: PLC0415 -- when drawn

        self._figures = Figures()
        self._console = Console(stderr=True, highlight=False)
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            redirect_stdout=False,
        )
        self._task = self._bar.add_task(self._figures.phase, total=None, figures="")
        self._bar.start()

    def event(self, event: Event) -> None:
        """Move the line; print what stays above it."""
        self._figures.take(event)
        at = self._figures.progress
        self._bar.update(
            self._task,
            description=self._figures.phase,
            completed=at.done,
            total=at.total or None,
            figures=str(self._figures),
        )
        match event:
            case Found():
                self._print(finding_line(event.finding), _STYLES[event.finding.severity])
            case Warned():
                self._print(plain(f"warning: {event.text}"), "yellow")
            case Failed() | Done():
                self.close()
            case _:
                pass

    def log(self, text: str) -> None:
        """Print a line of the log above the moving one."""
        self._print(plain(text), "dim")

    def close(self) -> None:
        """Take the line away."""
        self._bar.stop()

    def _print(self, text: str, style: str) -> None:
        from rich.text import Text  # noqa: PLC0415 -- loaded with the console above

        line: RenderableType = Text(text, style=style)
        self._console.print(line, soft_wrap=True)
