"""The options: one definition, read from the command line, variables and config files.

Each option is a field of `s2n.protocol.ScanRequest` or of `HostOptions`. ``--help``, shell completion and
docs/cli.md are made from the same fields.
"""

from s2n.options.commandline import GROUPS, OWNERS, Parser, build_parser
from s2n.options.crawling import CrawlOptions, build_crawl_parser, crawl_options, for_a_crawl, is_for_a_crawl
from s2n.options.fields import Option, options_of
from s2n.options.host import HostOptions
from s2n.options.resolve import masked, resolve
from s2n.options.target import normalize_target

__all__ = [
    "GROUPS",
    "OWNERS",
    "CrawlOptions",
    "HostOptions",
    "Option",
    "Parser",
    "build_crawl_parser",
    "build_parser",
    "crawl_options",
    "for_a_crawl",
    "is_for_a_crawl",
    "masked",
    "normalize_target",
    "options_of",
    "resolve",
]
