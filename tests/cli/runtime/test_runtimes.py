import json

import pytest

from s2n.cli.runtime import RUNTIME_OPTIONS, RUNTIMES, choose_runtime, settings_of
from s2n.cli.runtime.image import BROWSER_IMAGE, DEFAULT_IMAGE, PROTOCOL_LABEL
from s2n.errors import RuntimeFailed, UsageError
from s2n.options import HostOptions, options_of
from s2n.protocol import PROTOCOL_VERSION
from support.fake_engine import calls, info, install


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
        HostOptions(network="n", memory=1 << 30, cpus=1.5, runtime_args=("--dns=1.1.1.1",)), "mine:1"
    )
    assert (settings.image, settings.network, settings.memory) == ("mine:1", "n", 1 << 30)
    assert (settings.cpus, settings.extra) == (1.5, ("--dns=1.1.1.1",))


@pytest.mark.parametrize(("browser", "image"), [("always", BROWSER_IMAGE), ("never", DEFAULT_IMAGE)])
@pytest.mark.parametrize("name", ["docker", "auto"])
def test_the_scans_browser_decides_on_the_image(tmp_path, monkeypatch, name, browser, image):
    labels = json.dumps({PROTOCOL_LABEL: str(PROTOCOL_VERSION)})
    docker = install(tmp_path, "docker", info=info(), image=(0, labels, ""))
    monkeypatch.setenv("PATH", str(tmp_path))
    runtime = choose_runtime(HostOptions(runtime=name), pytest.fail, browser)
    assert runtime.settings.image == image
    assert calls(docker)[-1][-1] == image
