from typing import get_args

import pytest

from s2n.errors import UsageError
from s2n.options import OWNERS, CrawlOptions, build_crawl_parser, crawl_options, is_for_a_crawl, options_of
from s2n.options.crawling import NOT_FOR_A_CRAWL, for_a_crawl
from s2n.protocol import ScanRequest
from s2n.report.sites import SITE_FORMATS


def parsed(*words):
    return build_crawl_parser("s2n crawl", "Map it.").parse_args([*words])


def test_the_formats_are_those_that_can_be_written():
    (option,) = (option for option in options_of(CrawlOptions) if option.name == "site_format")
    assert option.choices == SITE_FORMATS
    assert get_args(option.choices) == ()


def test_what_is_not_for_a_crawl_exists():
    names = {option.name for owner in OWNERS for option in options_of(owner)}
    assert names >= NOT_FOR_A_CRAWL


@pytest.mark.parametrize(
    "words", [("--fail-on", "low"), ("-p", "xss"), ("--callback", "h"), ("-y",), ("--no-store",)]
)
def test_options_of_a_test_are_not_offered(words):
    with pytest.raises(UsageError, match="unknown option"):
        parsed("-u", "h", *words)


@pytest.mark.parametrize(
    "words",
    [
        ("--depth", "3"),
        ("--auth", "basic", "--username", "ann"),
        ("--rate", "5"),
        ("--api", "openapi.json"),
        ("--browser", "never"),
        ("--runtime", "local"),
        ("-H", "A: b"),
    ],
)
def test_options_of_the_crawl_are(words):
    assert parsed("-u", "h", *words)


def test_what_variables_say_of_tests_does_not_reach_a_crawl():
    scan = ScanRequest(
        target_url="http://h/",
        plugins=("xss",),
        callback="h:1",
        auth_as=("bob:x",),
        accept_risk=True,
        depth=3,
    )
    assert for_a_crawl(scan) == ScanRequest(target_url="http://h/", depth=3)


def test_where_the_model_goes():
    given = crawl_options(parsed("-u", "h", "-o", "a.json", "-o", "-", "--output-format", "OpenAPI"))
    assert given == CrawlOptions(site_outputs=("a.json", "-"), site_format="openapi")
    assert crawl_options(parsed("-u", "h")) == CrawlOptions()


def test_an_unknown_format():
    with pytest.raises(UsageError, match="sarif"):
        parsed("-u", "h", "--output-format", "sarif")


def test_a_person_in_the_image_has_no_host():
    parser = build_crawl_parser("runner crawl", "Map it.", lambda option: option.group != "host")
    assert "--runtime" not in parser.format_help()
    assert "--depth" in parser.format_help()
    for owner in OWNERS:
        for option in options_of(owner):
            offered = f"{option.flag} " in parser.format_help() or f"{option.flag}," in parser.format_help()
            assert not (offered and not is_for_a_crawl(option) and option.group != "output")
