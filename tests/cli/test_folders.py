import os

import pytest

from s2n.cli.folders import plugin_folder
from s2n.errors import UsageError


def test_the_first_that_is_there_wins(home):
    env = {"XDG_CONFIG_HOME": str(home / "config"), "HOME": str(home)}
    assert plugin_folder("", env, home) is None
    (home / "config" / "s2n" / "plugins").mkdir(parents=True)
    assert plugin_folder("", env, home) == home / "config" / "s2n" / "plugins"
    (home / "s2n-plugins").mkdir()
    assert plugin_folder("", env, home) == home / "s2n-plugins"
    (home / "mine").mkdir()
    assert plugin_folder("mine", env, home) == home / "mine"


def test_without_xdg_the_home_folder_counts(home):
    (home / ".config" / "s2n" / "plugins").mkdir(parents=True)
    assert plugin_folder("", {"HOME": str(home)}, home) == home / ".config" / "s2n" / "plugins"


def test_a_named_folder_must_be_there(home):
    with pytest.raises(UsageError, match="there is no plugin folder"):
        plugin_folder("none", {}, home)
    (home / "file").touch()
    with pytest.raises(UsageError, match="is a file"):
        plugin_folder("file", {}, home)


def test_a_folder_that_cannot_be_read(home, monkeypatch):
    (home / "mine").mkdir(mode=0o000)
    if os.access(home / "mine", os.R_OK):  # the superuser reads everything
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="cannot be read") as caught:
        plugin_folder("mine", {}, home)
    assert caught.value.remedy.startswith("chmod")
