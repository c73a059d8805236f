from pathlib import Path

import pytest

from s2n.errors import ConfigError
from s2n.options import OWNERS, options_of
from s2n.options.sources import config_path, from_file, from_variables

OPTIONS = [option for owner in OWNERS for option in options_of(owner)]


def read(tmp_path: Path, name: str, text: str) -> dict[str, object]:
    path = tmp_path / name
    path.write_text(text)
    return {key: given.raw for key, given in from_file(OPTIONS, path).items()}


def test_variables_answer_to_the_flag_and_to_the_field():
    given = from_variables(OPTIONS, {"S2N_URL": "a", "S2N_MAX_PAGES": "3", "S2N_OTHER": "x", "S2N_DEPTH": ""})
    assert {key: (value.raw, value.source) for key, value in given.items()} == {
        "target_url": ("a", "S2N_URL"),
        "max_pages": ("3", "S2N_MAX_PAGES"),
    }
    assert from_variables(OPTIONS, {"S2N_TARGET_URL": "b"})["target_url"].raw == "b"
    assert from_variables(OPTIONS, {"S2N_TARGET_URL": "b", "S2N_URL": "a"})["target_url"].raw == "a"


def test_toml_and_yaml_say_the_same(tmp_path):
    toml = 'url = "h"\nmax-pages = 3\nplugins = ["a"]\ncrawl = false\n'
    yaml = "url: h\nmax_pages: 3\nplugin: [a]\ncrawl: false\n"
    wanted = {"target_url": "h", "max_pages": 3, "plugins": ["a"], "crawl": False}
    assert read(tmp_path, "a.toml", toml) == read(tmp_path, "a.yaml", yaml) == wanted


def test_an_empty_file_says_nothing(tmp_path):
    assert read(tmp_path, "a.yml", "# nothing\n") == read(tmp_path, "a.toml", "") == {}


@pytest.mark.parametrize(
    ("name", "text", "message", "remedy"),
    [
        ("a.toml", 'url = "h"\n\ndepht = 3\n', "a.toml, line 3: unknown key 'depht'", "did you mean depth?"),
        ("a.yaml", "url: h\n\n\ndepht: 3\n", "a.yaml, line 4: unknown key 'depht'", "did you mean depth?"),
        (
            "a.toml",
            "url = 'h'\n[crawler]\ndepth = 3\n",
            "line 2: unknown key 'crawler'",
            "did you mean crawl",
        ),
        ("a.toml", "url = 'h'\ndepth = = 3\n", "a.toml, line 2: not TOML", "mend"),
        ("a.toml", "url = 'h", "a.toml, line 1: not TOML", "mend"),
        ("a.yaml", "url: h\n  depth: [\n", "a.yaml, line 2: not YAML", "mend"),
        ("a.yaml", "- url\n", "expected `key: value` lines", ""),
        ("a.yaml", "depth: 1\ndepth: 2\n", "line 2: depth is set a second time", "keep one"),
        (
            "a.toml",
            "depth = 1\ncrawler-depth = 2\n",
            "line 2: crawler-depth is set a second time",
            "keep one",
        ),
        ("a.toml", "config = 'x'\n", "unknown key 'config'", ""),
        ("a.ini", "", "neither TOML nor YAML", ".toml"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path, name, text, message, remedy):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, name, text)
    assert message in str(caught.value)
    assert remedy in caught.value.remedy


def test_the_line_of_a_value_is_known(tmp_path):
    (tmp_path / "s2n.toml").write_text("# a comment\nurl = 'h'\nmax-pages = 'many'\n")
    given = from_file(OPTIONS, tmp_path / "s2n.toml")
    assert given["max_pages"].source == "s2n.toml, line 3: max-pages"


def test_unreadable_files(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        from_file(OPTIONS, tmp_path / "none.toml")
    (tmp_path / "bin.toml").write_bytes(b"url = 'h'\nx = '\xff'\n")
    with pytest.raises(ConfigError, match="line 2: not UTF-8"):
        from_file(OPTIONS, tmp_path / "bin.toml")


def test_which_file_counts(tmp_path):
    assert config_path("", tmp_path) is None
    (tmp_path / "s2n.yaml").write_text("")
    assert config_path("", tmp_path) == tmp_path / "s2n.yaml"
    (tmp_path / "s2n.toml").write_text("")
    assert config_path("", tmp_path) == tmp_path / "s2n.toml"
    assert config_path("other.toml", tmp_path) == tmp_path / "other.toml"
