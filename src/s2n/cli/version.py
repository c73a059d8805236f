"""``s2n version``."""

from s2n import __version__
from s2n.cli.terminal import write_stdout


def run(argv: list[str]) -> int:
    """Print the version."""
    del argv
    write_stdout(f"s2n {__version__}\n".encode())
    return 0
