"""``s2n version``."""

from s2n import __version__
from s2n.cli.main import COMMANDS
from s2n.cli.terminal import write_stdout
from s2n.options import Parser


def parser() -> Parser:
    """The parser of this command."""
    return Parser(prog="s2n version", usage="s2n version", description=COMMANDS["version"][1])


def run(argv: list[str]) -> int:
    """Print the version."""
    parser().parse_args(argv)
    write_stdout(f"s2n {__version__}\n".encode())
    return 0
