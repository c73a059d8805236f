"""podman builds and runs the same image from the same Dockerfile."""

import json
import subprocess

import pytest

from support.container_engine import BUILD_ARGS, HARDENED, Engine, base_image, find_engine, image_script
from support.hostcli import Host

TAG = "localhost/s2n-test:podman"


@pytest.fixture(scope="module")
def podman_image(podman):
    for base in (base_image("dev"), base_image("prod")):
        if not podman.has(base):
            _hand_over(base, podman)
    done = image_script("build", "prod", "--", *BUILD_ARGS, environment={"ENGINE": podman.path, "IMAGE": TAG})
    assert done.returncode == 0, done.stderr
    return TAG


def _hand_over(image: str, podman: Engine) -> None:
    """Give podman what docker has, where it has it; the build pulls the rest."""
    docker = find_engine("docker")
    if not isinstance(docker, Engine) or not docker.has(image):
        return
    with subprocess.Popen([docker.path, "save", image], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            [podman.path, "load", "--quiet"], stdin=archive.stdout, check=True, capture_output=True
        )


def test_podman_builds_and_scans(podman, podman_image, lab):
    done = podman.run(*HARDENED, podman_image, "scan", "-u", lab.url, "-p", "xss", "--output-format", "json")
    assert done.returncode == 1, done.stderr.decode()
    assert json.loads(done.stdout)["target_url"] == lab.url
    config = json.loads(podman.text("image", "inspect", podman_image))[0]["Config"]
    assert config["Entrypoint"] == ["python", "-m", "s2n.s2nscanner.runner"]


def test_the_smoke_test_passes_with_podman(podman, podman_image):
    done = image_script("smoke", "prod", environment={"ENGINE": podman.path, "IMAGE": podman_image})
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ok: ") == 7


def test_the_command_line_scans_with_podman(podman, podman_image, lab, tmp_path):
    tmp_path.chmod(0o755)
    host = Host(podman, podman_image, tmp_path)
    host.plugin()
    host.run("scan", "-u", lab.url, "-p", "xss,custom_scan", "--max-pages", "20", "-o", "out.json", code=1)
    report = host.report()
    assert report["metadata"]["runtime"] == "podman"
    assert {finding["plugin"] for result in report["plugin_results"] for finding in result["findings"]} >= {
        "xss"
    }
    assert "custom_scan" in host.run("plugins", "list", code=0).stdout
    assert host.engine.text("ps", "--all", "--quiet", "--filter", "label=io.s2n.scan") == ""
