"""``s2n version``."""

import sys

from s2n import __version__


def run(argv: list[str]) -> int:
    """Print the version."""
    del argv
    sys.stdout.write(f"s2n {__version__}\n")
    return 0
