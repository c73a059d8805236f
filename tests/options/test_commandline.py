import pytest

from s2n.errors import UsageError
from s2n.options import HostOptions, build_parser


def parse(*words):
    return vars(build_parser().parse_args(words))


def test_only_what_was_given_is_there():
    assert parse() == {}
    assert parse("-u", "h", "--depth", "3") == {"target_url": "h", "depth": "3"}


def test_every_form():
    given = parse("-vv", "--no-crawl", "-k", "-p", "a,b", "-p", "c", "--scope", "FOLDER", "--crawler-depth=2")
    assert given == {
        "verbose": 2,
        "crawl": False,
        "insecure": True,
        "plugins": ["a,b", "c"],
        "scope": "folder",
        "depth": "2",
    }


def test_names_of_earlier_versions_are_accepted_and_not_shown():
    assert parse("--all") == {"all_plugins": True}
    assert "--all " not in build_parser().format_help()


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (["--max-page", "3"], "unknown option --max-page", "did you mean --max-pages"),
        (["--scope", "orgin"], "invalid choice", "--help"),
        (["--depth"], "expected one argument", "--help"),
        (["example.com"], "unexpected argument 'example.com'", "--help"),
    ],
)
def test_mistakes_are_usage_errors_that_help(words, message, remedy):
    with pytest.raises(UsageError, match=message) as caught:
        parse(*words)
    assert remedy in caught.value.remedy


def test_help_shows_groups_defaults_and_every_visible_option(capsys):
    with pytest.raises(SystemExit) as end:
        parse("--help")
    text = capsys.readouterr().out
    assert end.value.code == 0
    assert "hard limits:" in text
    assert "(default: 2m)" in text


def test_a_command_may_take_some_options_only():
    parser = build_parser("s2n scans", [HostOptions], keep=lambda option: option.name == "store")
    assert vars(parser.parse_args(["--store", "x"])) == {"store": "x"}
    with pytest.raises(UsageError):
        parser.parse_args(["--fail-on", "low"])
