"""What the crawl left out, and why: what was not looked at must not pass for clean."""

from s2n.errors import NetworkError

MAX_FAILED = 100

MAX_PAGES = "max pages"
OUT_OF_SCOPE = "out of scope"
DEPTH = "depth"
TEMPLATE = "duplicate template"
DANGER = "ends the session or destroys"
SENSITIVE = "form with a password or a file"
STATIC = "static file"
TRAP = "endless path"
LOOP = "redirect loop"
FULL = "queue full"
BUDGET = "out of budget"


class Ledger:
    """Counts by reason; names the first `MAX_FAILED` failures."""

    def __init__(self) -> None:
        self.skipped: dict[str, int] = {}
        self.failures: dict[str, int] = {}
        self.failed: list[tuple[str, str]] = []
        self.astray = ""

    def skip(self, reason: str, count: int = 1) -> None:
        """``count`` links were not followed."""
        if count:
            self.skipped[reason] = self.skipped.get(reason, 0) + count

    def fail(self, url: str, error: NetworkError) -> None:
        """A request failed."""
        kind = type(error).__name__
        self.failures[kind] = self.failures.get(kind, 0) + 1
        if len(self.failed) < MAX_FAILED:
            self.failed.append((url, str(error)))

    def notes(self) -> list[str]:
        """The gaps a user can do something about, a sentence each."""
        out = []
        if self.astray:
            out.append(
                f"the start URL redirects to {self.astray}, which is outside the scope: "
                "scan that URL, or widen the scope with --allow-host"
            )
        if self.failures:
            kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.failures.items()))
            url, message = self.failed[0]
            out.append(
                f"{sum(self.failures.values())} pages could not be fetched ({kinds}), first {url}: {message}"
            )
        if MAX_PAGES in self.skipped:
            out.append(f"--max-pages is reached: {self.skipped[MAX_PAGES]} known links were not followed")
        if FULL in self.skipped:
            out.append(f"too many links at a time: {self.skipped[FULL]} were not followed")
        return out
