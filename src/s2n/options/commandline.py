"""The argparse parser of the options, and what it was given."""

import argparse
import difflib
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from msgspec import Struct

from s2n.errors import UsageError
from s2n.options.fields import Option, options_of
from s2n.options.host import HostOptions
from s2n.protocol import ScanRequest

GROUPS = {
    "target": "what to scan",
    "plugins": "plugins",
    "crawl": "crawling",
    "http": "HTTP",
    "limits": "hard limits",
    "callbacks": "callbacks",
    "auth": "logging in",
    "output": "reports and messages",
    "host": "this machine",
}
OWNERS: tuple[type[Struct], ...] = (ScanRequest, HostOptions)


class Parser(argparse.ArgumentParser):
    """An argparse parser that raises `UsageError` and names the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting, with the way to the help as remedy."""
        raise UsageError(message, f"`{self.prog} --help` shows what there is")

    def parse_args(  # type: ignore[override]  # no intermixed namespaces here
        self, args: Iterable[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """As argparse does, but an unknown option is answered with the nearest known one."""
        known, rest = self.parse_known_args(None if args is None else list(args), namespace)
        if not rest:
            return known
        if not rest[0].startswith("-"):
            raise UsageError(f"unexpected argument {rest[0]!r}", f"`{self.prog} --help` shows what there is")
        name = rest[0].partition("=")[0]
        near = difflib.get_close_matches(name, self._option_string_actions, n=1)
        hint = f"did you mean {near[0]}?" if near else f"`{self.prog} --help` shows what there is"
        raise UsageError(f"unknown option {name}", hint)


def build_parser(
    prog: str = "s2n scan",
    owners: Iterable[type[Struct]] = OWNERS,
    description: str = "Scan a web site for vulnerabilities that can be proved.",
    keep: Callable[[Option], bool] = lambda _: True,
    usage: str = "[OPTIONS]",
) -> Parser:
    """The parser of the options that ``owners`` define and ``keep`` keeps.

    Its namespace holds only what was given, by field name, as text; `s2n.options.resolve` makes values of it.
    """
    parser = Parser(prog=prog, usage=f"{prog} {usage}", description=description, allow_abbrev=False)
    groups: dict[str, Any] = {}
    for owner in owners:
        for option in filter(keep, options_of(owner)):
            if option.group not in groups:
                groups[option.group] = parser.add_argument_group(GROUPS[option.group])
            _add(groups[option.group], option)
    return parser


def _add(group: Any, option: Option) -> None:
    text = option.help if not option.shown_default else f"{option.help} (default: {option.shown_default})"
    shown: dict[str, Any] = {
        "dest": option.name,
        "default": argparse.SUPPRESS,
        "help": argparse.SUPPRESS if option.hidden else text.replace("%", "%%"),
    }
    match option.kind:
        case "flag" if option.hidden or option.flag.startswith("--no-"):
            group.add_argument(*option.flags, action="store_true", **shown)
        case "flag":
            group.add_argument(*option.flags, action=argparse.BooleanOptionalAction, **shown)
        case "count":
            group.add_argument(*option.flags, action="count", **shown)
        case "list":
            group.add_argument(*option.flags, action="append", metavar=option.metavar, **shown)
        case "choice":
            group.add_argument(*option.flags, choices=option.choices, type=str.lower, **shown)
        case "value":
            group.add_argument(*option.flags, metavar=option.metavar, **shown)
