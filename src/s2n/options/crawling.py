"""The options of ``s2n crawl``: those of a scan that mean something to it, and where the site model goes."""

from argparse import Namespace
from collections.abc import Callable
from typing import Annotated, Literal

from msgspec import Struct
from msgspec.structs import fields, replace

from s2n.options.commandline import OWNERS, Parser, build_parser
from s2n.options.fields import Option, options_of
from s2n.options.values import Given, value_of
from s2n.protocol import ScanRequest, option

NOT_FOR_A_CRAWL = frozenset(
    {
        *("plugins", "exclude_plugins", "all_plugins", "accept_risk", "plugin_timeout", "auth_as"),
        *("callback", "callback_dns", "outputs", "output_format", "fail_on", "store", "no_store"),
    }
)
"""The options of a scan, by field, that are about testing or about its report."""


class CrawlOptions(Struct, frozen=True, kw_only=True):
    """Where the site model goes. Only the command line says it: variables and config file mean reports."""

    site_outputs: Annotated[
        tuple[str, ...],
        option(
            "Write the site model to this file, in the format of its suffix: .json (a scan starts from it by "
            "--api), .openapi.json or .yaml (OpenAPI 3.1), .txt (a tree); - is standard output (repeat).",
            "-o",
            "--output",
            group="output",
            metavar="FILE",
        ),
    ] = ()
    site_format: Annotated[
        Literal["tree", "json", "openapi", "openapi-yaml"] | None,
        option(
            "The format of standard output; without -o - in the command, that of every -o FILE whatever its "
            "suffix. Default: tree.",
            "--output-format",
            group="output",
        ),
    ] = None


def for_a_crawl(request: ScanRequest) -> ScanRequest:
    """``request`` without what is about testing, which a variable or a config file may have said."""
    plain = {field.name: field.default for field in fields(request) if field.name in NOT_FOR_A_CRAWL}
    return replace(request, **plain)


def is_for_a_crawl(option: Option) -> bool:
    """Does it mean something to a crawl?"""
    return option.name not in NOT_FOR_A_CRAWL


def build_crawl_parser(
    prog: str, description: str, keep: Callable[[Option], bool] = lambda _: True, usage: str = "[OPTIONS]"
) -> Parser:
    """The parser of a crawl's options, as far as ``keep`` keeps them."""
    return build_parser(
        prog,
        (*OWNERS, CrawlOptions),
        description,
        lambda option: is_for_a_crawl(option) and keep(option),
        usage,
    )


def crawl_options(namespace: Namespace) -> CrawlOptions:
    """What was given of `CrawlOptions`.

    Raises:
        UsageError: a value is not what its option takes.
    """
    given = vars(namespace)
    values = {
        option.name: value_of(option, Given(given[option.name], option.flag))
        for option in options_of(CrawlOptions)
        if option.name in given
    }
    return CrawlOptions(**values)
