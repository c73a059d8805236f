"""The places where a scan can run, by the name that ``--runtime`` takes."""

from collections.abc import Callable

from s2n.cli.runtime.base import Runtime
from s2n.cli.runtime.local import LocalRuntime
from s2n.errors import UsageError

RUNTIMES: dict[str, Callable[[], Runtime]] = {"local": LocalRuntime}
"""How to make each runtime. ``--runtime`` offers exactly these, and ``auto``."""


def choose_runtime(name: str) -> Runtime:
    """The runtime of that name; ``auto`` takes what is there.

    Raises:
        UsageError: there is no such runtime.
    """
    make = RUNTIMES.get("local" if name == "auto" else name)
    if make is None:
        raise UsageError(f"no runtime {name!r}", f"choose one of auto, {', '.join(RUNTIMES)}")
    return make()
