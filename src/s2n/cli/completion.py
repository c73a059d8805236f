"""``s2n completion``: the completion script of a shell."""

import argparse

import shtab

from s2n.cli.main import COMMANDS
from s2n.cli.terminal import write_stdout
from s2n.options import Parser, build_parser

SHELLS = ("bash", "zsh", "fish")


def run(argv: list[str]) -> int:
    """Print the completion script of the shell that ``argv`` names."""
    parser = Parser(
        prog="s2n completion",
        description=COMMANDS["completion"][1],
        epilog='For bash: eval "$(s2n completion bash)" in ~/.bashrc.',
    )
    parser.add_argument("shell", choices=SHELLS)
    shell = parser.parse_args(argv).shell
    write_stdout(f"{shtab.complete(whole_command(), shell)}\n".encode())
    return 0


def whole_command() -> argparse.ArgumentParser:
    """The parser of ``s2n`` with all its commands; only completion needs them at once."""
    parser = argparse.ArgumentParser(prog="s2n")
    commands = parser.add_subparsers()
    for name, (_, text) in COMMANDS.items():
        parents = [build_parser(f"s2n {name}")] if name == "scan" else []
        command = commands.add_parser(name, help=text, parents=parents, conflict_handler="resolve")
        if name == "completion":
            command.add_argument("shell", choices=SHELLS)
        elif name == "plugins":
            command.add_argument("action", choices=("list", "show"))
    return parser
