"""The command ``s2n``: which subcommand, and what to do when it fails.

``s2n --help`` must come within twice a bare Python start, so this module imports nothing but `sys`; each
command is imported when it is called.
"""

import sys

COMMANDS = {
    "scan": ("s2n.cli.scan", "Scan a web site."),
    "crawl": ("s2n.cli.crawl", "Map a web site: its endpoints, their parameters, where each was found."),
    "plugins": ("s2n.cli.plugins", "List the plugins, or show one."),
    "report": ("s2n.cli.stored", "Write a report again, in another format."),
    "scans": ("s2n.cli.scans", "List the scans that are kept."),
    "doctor": ("s2n.cli.doctor", "Check that scans work on this machine, and say what to mend."),
    "image": ("s2n.cli.images", "List or pull the scanner's image; remove containers left behind."),
    "demo": ("s2n.cli.demo", "Scan a bundled vulnerable site and check the result."),
    "completion": ("s2n.cli.completion", "Print a completion script for your shell."),
    "version": ("s2n.cli.version", "Print the version."),
}
"""Command → the module whose ``run(argv)`` does it, and what it does."""

ALIASES = {
    "list-plugins": ["plugins", "list"],
    "inspect-plugin": ["plugins", "show"],
    "--version": ["version"],
    "-V": ["version"],
}
"""What earlier versions called them, and what people try."""

ISSUES = "https://github.com/s2n-scanner/s2n/issues"

# The codes of s2n.errors, which is not imported before it is needed; a test keeps them equal.
EXIT_USAGE = 2
EXIT_UNEXPECTED = 4
EXIT_INTERRUPTED = 130

EXIT_BROKEN_PIPE = 141
"""As shells report it: 128 + SIGPIPE."""


def main(argv: list[str] | None = None) -> int:
    """Run ``s2n`` with ``argv`` (default: the process's) and return its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if not words or words[0] in {"-h", "--help", "help"}:
            sys.stdout.write(overview())
            sys.stdout.flush()
            return 0 if words else EXIT_USAGE
        words[:1] = ALIASES.get(words[0], words[:1])
        return _run(words[0], words[1:])
    except SystemExit as end:  # argparse ends --help like this
        _forget_closed_streams()
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _forget_closed_streams()
        return EXIT_BROKEN_PIPE
    except Exception as problem:  # noqa: BLE001 -- the last line of defence: explained, never a bare traceback
        return _explain(problem, words)


def overview() -> str:
    """What ``s2n --help`` prints."""
    rows = "".join(f"  {name:<12}{text}\n" for name, (_, text) in COMMANDS.items())
    return (
        "usage: s2n COMMAND [OPTIONS]\n\n"
        "Scan web sites for vulnerabilities that can be proved and replayed.\n"
        "Scan only what you are entitled to scan.\n\n"
        f"commands:\n{rows}\n"
        "`s2n COMMAND --help` shows the options of a command. To begin: s2n demo\n"
    )


def _run(command: str, argv: list[str]) -> int:
    if command not in COMMANDS:
        from difflib import get_close_matches  # noqa: PLC0415 -- not for --help

        from s2n.errors import UsageError  # noqa: PLC0415 -- not for --help

        near = get_close_matches(command, [*COMMANDS, *ALIASES], n=1)
        hint = f"did you mean {near[0]}?" if near else "`s2n --help` lists the commands"
        raise UsageError(f"unknown command {command!r}", hint)
    from importlib import import_module  # noqa: PLC0415 -- not for --help

    code: int = import_module(COMMANDS[command][0]).run(argv)
    return code


def _explain(problem: Exception, words: list[str]) -> int:
    """Say what went wrong; the traceback is for those who develop s2n."""
    import os  # noqa: PLC0415 -- not for --help

    from s2n.cli.terminal import say, tell  # noqa: PLC0415 -- not for --help
    from s2n.errors import S2nError  # noqa: PLC0415 -- not for --help

    _forget_closed_streams()
    if os.environ.get("APP_ENV") == "dev" or _very_verbose(words):
        import traceback  # noqa: PLC0415 -- not for --help

        say("".join(traceback.format_exception(problem)).rstrip())
    if isinstance(problem, S2nError):
        tell(problem)
        return problem.exit_code
    kind = type(problem).__name__
    say(f"s2n: error: this should not have happened: {kind}: {problem}")
    say(f"  → run it again with -vv and report what it prints at {ISSUES}")
    return EXIT_UNEXPECTED


def _very_verbose(words: list[str]) -> bool:
    return "-vv" in words or words.count("-v") + words.count("--verbose") > 1


def _forget_closed_streams() -> None:
    """Point a standard stream nowhere if it takes nothing more, so that Python's own exit stays quiet."""
    import os  # noqa: PLC0415 -- not for --help

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
