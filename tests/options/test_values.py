import pytest

from s2n.errors import ConfigError, UsageError
from s2n.options import OWNERS, options_of
from s2n.options.values import Given, value_of

OPTIONS = {option.name: option for owner in OWNERS for option in options_of(owner)}


def typed(name, raw):
    return value_of(OPTIONS[name], Given(raw, "here"))


def variable(name, raw):
    return value_of(OPTIONS[name], Given(raw, "here", by_line=True, error=ConfigError))


def from_file(name, raw):
    return value_of(OPTIONS[name], Given(raw, "here", textual=False, error=ConfigError))


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("depth", "3", 3),
        ("rate", "2.5", 2.5),
        ("timeout", "2m", 120.0),
        ("max_body", "1M", 1 << 20),
        ("crawl", False, False),
        ("verbose", 2, 2),
        ("plugins", ["a, b", "c"], ("a", "b", "c")),
        ("headers", ["A: 1, 2"], ("A: 1, 2",)),
        ("exclude", ["a{1,2}\nb"], ("a{1,2}\nb",)),
        ("fail_on", "HIGH", "high"),
    ],
)
def test_from_the_command_line(name, raw, value):
    assert typed(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("crawl", "no", False),
        ("insecure", "1", True),
        ("plugins", "a,b\nc", ("a", "b", "c")),
        ("headers", "A: 1, 2\nB: 3\n", ("A: 1, 2", "B: 3")),
        ("verbose", "1", 1),
    ],
)
def test_from_a_variable(name, raw, value):
    assert variable(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("depth", 3, 3),
        ("rate", 2, 2.0),
        ("timeout", 5, 5.0),
        ("timeout", "5m", 300.0),
        ("crawl", False, False),
        ("plugins", ["a", "b"], ("a", "b")),
        ("plugins", "a, b", ("a", "b")),
        ("output_format", "JSON", "json"),
    ],
)
def test_from_a_file(name, raw, value):
    assert from_file(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("depth", "3", "a whole number, at least 0, got '3'"),
        ("depth", True, "got True"),
        ("depth", 2.5, "got 2.5"),
        ("crawl", "yes", "true or false, got 'yes'"),
        ("plugins", 3, "a list of texts, got 3"),
        ("plugins", [1], "a list of texts"),
        ("user_agent", {"a": 1}, "text, got a table"),
        ("max_pages", 0, "at least 1, got 0"),
    ],
)
def test_a_file_has_types(name, raw, words):
    with pytest.raises(ConfigError) as caught:
        from_file(name, raw)
    assert str(caught.value).startswith("here: expected ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("depth", "x"),
        ("depth", "-1"),
        ("timeout", "0"),
        ("timeout", "1w"),
        ("max_body", "9"),
        ("rate", "nan"),
        ("rate", "inf"),
    ],
)
def test_text_that_is_no_such_value(name, raw):
    with pytest.raises(UsageError, match="expected"):
        typed(name, raw)


def test_a_near_choice_is_named():
    with pytest.raises(ConfigError) as caught:
        variable("fail_on", "hgih")
    assert caught.value.remedy == "did you mean high?"


def test_a_secret_is_not_repeated():
    with pytest.raises(ConfigError) as caught:
        from_file("password", 1234567)
    assert "1234567" not in str(caught.value)


def test_a_word_that_is_neither_true_nor_false():
    with pytest.raises(ConfigError, match="true or false"):
        variable("crawl", "perhaps")
