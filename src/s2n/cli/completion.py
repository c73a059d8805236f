"""``s2n completion``: the completion script of a shell."""

import argparse
import importlib

import shtab

from s2n.cli.main import COMMANDS
from s2n.cli.terminal import write_stdout
from s2n.options import Parser

SHELLS = ("bash", "zsh", "fish")


def parser() -> Parser:
    """The parser of this command."""
    parser = Parser(
        prog="s2n completion",
        usage=f"s2n completion {'|'.join(SHELLS)}",
        description=COMMANDS["completion"][1],
        epilog='For bash: eval "$(s2n completion bash)" in ~/.bashrc.',
    )
    parser.add_argument("shell", choices=SHELLS, help="Your shell.")
    return parser


def run(argv: list[str]) -> int:
    """Print the completion script of the shell that ``argv`` names."""
    shell = parser().parse_args(argv).shell
    write_stdout(f"{shtab.complete(whole_command(), shell)}\n".encode())
    return 0


def parser_of(command: str) -> Parser:
    """The parser of a command."""
    made: Parser = importlib.import_module(COMMANDS[command][0]).parser()
    return made


def whole_command() -> argparse.ArgumentParser:
    """The parser of ``s2n`` with all its commands; only completion needs them at once."""
    whole = argparse.ArgumentParser(prog="s2n")
    commands = whole.add_subparsers()
    for name, (_, text) in COMMANDS.items():
        parents = [parser_of(name)]
        command = commands.add_parser(name, help=text, parents=parents, conflict_handler="resolve")
        if name == "plugins":
            command.add_argument("action", choices=("list", "show"))
    return whole
