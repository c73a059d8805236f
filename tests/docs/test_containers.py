"""Each message of an engine or a registry that s2n explains stands on the page that people look it up on."""

from pathlib import Path

import pytest

from s2n.cli.runtime import RUNTIME_OPTIONS
from s2n.cli.runtime.trouble import TROUBLES
from s2n.options import HostOptions, options_of

PAGE = (Path(__file__).parents[2] / "docs" / "containers.md").read_text()


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.message[:40])
def test_the_page_has_every_message(trouble):
    assert f"`{trouble.message.format(engine='docker', image='…', registry='…')}`" in PAGE


@pytest.mark.parametrize("option", [o.flag for o in options_of(HostOptions) if o.name in RUNTIME_OPTIONS])
def test_the_page_has_every_option_of_the_container(option):
    assert option in PAGE
