"""Does the browser start here? ``python -m s2n.s2nscanner.crawler.browser.trial`` tries; `s2n doctor` asks.

It prints one line, the browser's version or ``none: `` and why, and exits with 0; with 4 if there is one that
does not start, and the reason on standard error.
"""

import asyncio
import sys

from s2n.errors import EXIT_OK, RuntimeFailed
from s2n.s2nscanner.crawler.browser.find import why_not

NO_GATE = 9
"""The discard port: the trial opens no page, so nothing is ever sent to its gate."""


async def version() -> str:
    """Start the browser and end it; its version.

    Raises:
        RuntimeFailed: it does not start.
    """
    from s2n.s2nscanner.crawler.browser.launch import launch  # noqa: PLC0415 -- imports Playwright

    launched = await launch(NO_GATE)
    try:
        return launched.chromium.version
    finally:
        await launched.close()


def main() -> int:
    """Try it, and say what came of it."""
    if lacking := why_not():
        sys.stdout.write(f"none: {lacking.partition(': ')[0]}\n")
        return EXIT_OK
    try:
        sys.stdout.write(f"Chromium {asyncio.run(version())}\n")
    except RuntimeFailed as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.exit_code
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
