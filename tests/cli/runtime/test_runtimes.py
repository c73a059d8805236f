import pytest

from s2n.cli.runtime import RUNTIMES, choose_runtime
from s2n.errors import UsageError
from s2n.options import HostOptions, options_of


def test_the_option_offers_what_there_is():
    offered = next(option.choices for option in options_of(HostOptions) if option.name == "runtime")
    assert set(offered) == {"auto", *RUNTIMES}


def test_by_name():
    assert choose_runtime("local").name == "local"
    assert choose_runtime("auto").name in RUNTIMES


def test_an_unknown_one_is_wrong_use():
    with pytest.raises(UsageError, match="no runtime 'lxc'") as caught:
        choose_runtime("lxc")
    assert "local" in caught.value.remedy
