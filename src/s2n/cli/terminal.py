"""What leaves by standard output and standard error; nothing a target says can drive the terminal."""

import contextlib
import os
import re
import sys

from s2n.errors import OutputError, S2nError

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """``text`` on one line, without what a terminal would obey or a reader be fooled by."""
    return _CONTROL.sub("�", text.replace("\n", " ").replace("\t", " "))


def say(text: str = "") -> None:
    """One message, possibly of several lines, on standard error.

    If nobody reads them any more (``2>&1 | head``) the work goes on: its result does not depend on them.
    """
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def inform(text: str) -> None:
    """One line that the user should know, on standard error."""
    say(plain(f"s2n: {text}"))


def silent(text: str) -> None:
    """Instead of `inform`, with ``--quiet``."""
    del text


def is_terminal() -> bool:
    """Can standard error show something that moves?"""
    return sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"


def tell(error: S2nError) -> None:
    """An error and its remedy, as every command shows them."""
    say(f"s2n: error: {error}" + (f"\n  → {error.remedy}" if error.remedy else ""))


def write_stdout(content: bytes) -> None:
    """Write to standard output, to the last byte.

    Raises:
        OutputError: it cannot take them.
        BrokenPipeError: nobody reads it any more.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutputError(
            f"cannot write standard output: {problem.strerror}",
            "redirect it to where there is room, or use -o",
        ) from problem
