"""Where reports go: planned and checked before the scan, written whole or not at all."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from s2n.cli.terminal import write_stdout
from s2n.errors import OutputError, UsageError
from s2n.options import HostOptions
from s2n.report import FORMATS, SUFFIXES

STDOUT = "-"


class Target(Struct, frozen=True):
    """A report to write: a path as the user wrote it, or ``-``, and a format."""

    path: str
    format: str


def plan(host: HostOptions, cwd: Path) -> tuple[Target, ...]:
    """What to write where, each file shown to be writable.

    Raises:
        UsageError: a suffix that names no format.
        OutputError: a place that cannot be written.
    """
    named = host.output_format
    if not host.outputs:
        return (Target(STDOUT, named),) if named and named != "console" else ()
    for_stdout = named if STDOUT in host.outputs else None
    override = None if for_stdout else named
    targets: list[Target] = []
    for path in dict.fromkeys(host.outputs):
        if path == STDOUT:
            targets.append(Target(path, for_stdout or "console"))
        else:
            targets.append(Target(path, override or _format_of(path)))
            check_writable(cwd / path)
    return tuple(targets)


def check_writable(path: Path) -> None:
    """Show that ``path`` can be written, leaving nothing behind and what is there untouched.

    Raises:
        OutputError: it cannot, and why.
    """
    if path.is_dir():
        raise OutputError(f"cannot write {path}: it is a folder", "name a file")
    try:
        if path.exists() and not path.is_file():
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        else:
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            os.close(descriptor)
            Path(name).unlink()
    except OSError as problem:
        raise _refused(path, problem) from problem


def write_all(render: Callable[[str], bytes], targets: Sequence[Target], cwd: Path) -> tuple[str, ...]:
    """``render`` each target's format and write it; the paths that were written.

    Raises:
        OutputError: after trying all of them, for the first that failed; the remedy says where the report is
            kept instead.
    """
    written: list[str] = []
    failed: OutputError | None = None
    for target in sorted(targets, key=lambda target: target.path == STDOUT):  # whoever reads it may go away
        content = render(target.format)
        try:
            if target.path == STDOUT:
                write_stdout(content)
            else:
                write_file(cwd / target.path, content)
                written.append(target.path)
        except OutputError as problem:
            failed = failed or OutputError(str(problem), f"{problem.remedy}; {_keep(target, content)}")
    if failed:
        raise failed
    return tuple(written)


def write_file(path: Path, content: bytes) -> None:
    """Write next to ``path``, then put it in its place: readers see the old file or the new one.

    Raises:
        OutputError: the disk is full, the folder cannot be written.
    """
    temporary = ""
    try:
        if path.is_file():
            path = path.resolve()  # a link stays a link
        elif path.exists():  # a device or a pipe has no place to be put into
            with path.open("wb", buffering=0) as stream:
                stream.write(content)
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except OSError as problem:
        if temporary:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
        raise _refused(path, problem) from problem


def _format_of(path: str) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(
            f"-o {path}: no report format has the suffix {suffix!r}" if suffix else f"-o {path}: no suffix",
            f"use one of {known}, or add --output-format {'|'.join(FORMATS)}",
        )
    return SUFFIXES[suffix]


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or that of any new file of this user."""
    if path.is_file():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _keep(target: Target, content: bytes) -> str:
    """Put a report that could not be written where it can be found; says where."""
    suffix = next((suffix for suffix, name in SUFFIXES.items() if name == target.format), ".txt")
    try:
        with tempfile.NamedTemporaryFile(prefix="s2n-report-", suffix=suffix, delete=False) as stream:
            stream.write(content)
    except OSError:
        return "nor could it be kept in the folder for temporary files"
    return f"the report is kept in {stream.name}"


def _refused(path: Path, problem: OSError) -> OutputError:
    remedy = {
        errno.ENOENT: "create that folder, or choose another place with -o",
        errno.ENOSPC: "make room on that disk",
        errno.EDQUOT: "make room in your quota",
        errno.EACCES: "choose a folder that you may write to",
        errno.EPERM: "choose a folder that you may write to",
        errno.EROFS: "choose a folder that is not read-only",
    }.get(problem.errno or 0, "choose another place with -o")
    return OutputError(f"cannot write {path}: {problem.strerror or problem}", remedy)
