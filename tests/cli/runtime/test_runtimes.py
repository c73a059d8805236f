import pytest

from s2n.cli.runtime import RUNTIME_OPTIONS, RUNTIMES, choose_runtime, image_of, settings_of
from s2n.cli.runtime.image import DEFAULT_IMAGE
from s2n.errors import RuntimeFailed, UsageError
from s2n.options import HostOptions, options_of


def test_the_option_offers_what_there_is():
    offered = next(option.choices for option in options_of(HostOptions) if option.name == "runtime")
    assert set(offered) == {"auto", *RUNTIMES}


def test_every_option_of_a_runtime_is_one():
    assert {option.name for option in options_of(HostOptions)} >= RUNTIME_OPTIONS


def test_a_process_of_this_machine_needs_no_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_runtime(HostOptions(runtime="local"), pytest.fail).name == "local"


def test_auto_without_an_engine_says_so_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = []
    assert choose_runtime(HostOptions(), said.append).name == "local"
    assert said == [
        "no container engine is installed; scanning with a process of this machine (local)",
    ]


def test_one_that_was_asked_for_and_is_not_there_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeFailed, match="podman is not installed") as caught:
        choose_runtime(HostOptions(runtime="podman"), pytest.fail)
    assert "--runtime local" in caught.value.remedy


def test_an_unknown_one_is_wrong_use():
    with pytest.raises(UsageError, match="no runtime 'lxc'") as caught:
        choose_runtime(HostOptions(runtime="lxc"), pytest.fail)
    assert "local" in caught.value.remedy


def test_the_options_become_settings():
    settings = settings_of(
        HostOptions(network="n", memory=1 << 30, cpus=1.5, runtime_args=("--dns=1.1.1.1",))
    )
    assert (settings.image, settings.network, settings.memory) == (DEFAULT_IMAGE, "n", 1 << 30)
    assert (settings.cpus, settings.extra) == (1.5, ("--dns=1.1.1.1",))
    assert image_of(HostOptions(image="mine:1")) == "mine:1"
