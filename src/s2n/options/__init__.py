"""The options: one definition, read from the command line, variables and config files.

Each option is a field of `s2n.protocol.ScanRequest` or of `HostOptions`. ``--help``, shell completion and
docs/cli.md are made from the same fields.
"""

from s2n.options.commandline import GROUPS, OWNERS, Parser, build_parser
from s2n.options.fields import Option, options_of
from s2n.options.host import HostOptions
from s2n.options.resolve import masked, resolve
from s2n.options.target import normalize_target

__all__ = [
    "GROUPS",
    "OWNERS",
    "HostOptions",
    "Option",
    "Parser",
    "build_parser",
    "masked",
    "normalize_target",
    "options_of",
    "resolve",
]
