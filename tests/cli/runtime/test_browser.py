import os

import pytest

from s2n.cli.runtime.browser import browser_here, browser_in
from s2n.cli.runtime.command import Settings
from s2n.cli.runtime.container import ContainerRuntime
from s2n.cli.runtime.engine import Engine
from s2n.errors import RuntimeFailed
from support.fake_engine import calls, install


def runtime(folder, answer):
    engine = Engine(name="docker", path=str(install(folder, "docker", run=answer)))
    return ContainerRuntime(engine, Settings(image="i"), pytest.fail)


def test_the_container_is_as_hardened_as_that_of_a_scan_and_has_no_network(tmp_path):
    tried = browser_in(runtime(tmp_path, (0, "Chromium 1.2.3\n", "")))
    assert (tried.version, tried.lacking) == ("Chromium 1.2.3", "")
    (words,) = calls(tmp_path / "docker")
    assert "--read-only" in words
    assert words[words.index("--network") + 1] == "none"
    assert words[words.index("--entrypoint") + 1] == "python"
    assert words[-4:] == ["i", "-P", "-m", "s2n.s2nscanner.crawler.browser.trial"]


def test_an_image_without_one_is_no_error(tmp_path):
    tried = browser_in(runtime(tmp_path, (0, "none: there is no Chromium on PATH\n", "")))
    assert (tried.version, tried.lacking) == ("", "there is no Chromium on PATH")


def test_one_that_does_not_start_in_the_container_is(tmp_path):
    with pytest.raises(RuntimeFailed, match="no more threads") as caught:
        browser_in(runtime(tmp_path, (4, "", "WARNING: old kernel\nit does not start: no more threads\n")))
    assert "s2n image pull --browser" in caught.value.remedy


def test_a_machine_without_one(tmp_path):
    tried = browser_here(os.environ | {"S2N_CHROMIUM": f"{tmp_path}/none"})
    assert tried.version == ""
    assert f"S2N_CHROMIUM names {tmp_path}/none" in tried.lacking


def test_one_that_does_not_start_here(tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(RuntimeFailed, match=f"{broken} does not start") as caught:
        browser_here(os.environ | {"S2N_CHROMIUM": str(broken)})
    assert "s2n[browser]" in caught.value.remedy
