from collections import Counter

import pytest

from s2n.options import GROUPS, OWNERS, options_of

OPTIONS = [option for owner in OWNERS for option in options_of(owner)]


def by_name(name):
    return next(option for option in OPTIONS if option.name == name)


def test_no_flag_and_no_name_is_given_twice():
    flags = Counter(flag for option in OPTIONS for flag in option.flags)
    names = Counter(name for option in OPTIONS for name in option.names)
    assert [flag for flag, count in flags.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


def test_every_option_is_described_and_belongs_somewhere():
    assert [option.name for option in OPTIONS if not option.help.endswith((".", ")"))] == []
    assert {option.group for option in OPTIONS} == set(GROUPS)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("crawl", "flag"),
        ("verbose", "count"),
        ("headers", "list"),
        ("scope", "choice"),
        ("output_format", "choice"),
        ("depth", "value"),
        ("target_url", "value"),
    ],
)
def test_how_an_option_is_given_follows_from_its_type(name, kind):
    assert by_name(name).kind == kind


def test_names():
    assert by_name("max_pages").flag == "--max-pages"
    assert by_name("target_url").names == ("url", "target_url")
    assert by_name("depth").names == ("depth", "crawler_depth")


def test_shown_defaults():
    shown = {option.name: option.shown_default for option in OPTIONS}
    assert shown["plugin_timeout"] == "2m"
    assert shown["max_body"] == "8M"
    assert shown["scope"] == "origin"
    assert shown["crawl"] == "yes"
    assert [shown[name] for name in ("target_url", "rate", "insecure", "headers", "output_format")] == [
        ""
    ] * 5


def test_what_is_expected_is_said_in_words():
    assert by_name("concurrency").expects == "a whole number, at least 1 and at most 512"
    assert by_name("timeout").expects == "a time such as 90s, 10m or 2h, above 0"
    assert by_name("max_body").expects == "a size such as 512k or 8M, at least 1k"
    assert by_name("fail_on").expects == "one of info, low, medium, high, critical, never"
    assert by_name("headers").expects == "a list of texts"
