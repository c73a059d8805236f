"""``s2n scan`` through a real engine: what it finds, what the container may do, and whose plugins run."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from support.hostcli import eventually

LAB = ("-p", "xss", "--max-pages", "20", "--no-store", "-o", "out.json")
ONE_PAGE = ("--no-crawl", "--no-store", "-o", "out.json")
SECRET = "hunter2-hunter2"

RUN = """
from s2n.s2nscanner.sdk import PluginInfo, Severity, report

class Plugin:
    info = PluginInfo(id="custom_scan", title="Mine", severity=Severity.LOW, kind="passive")

    def inspect(self, exchange):
"""


def result_of(report, plugin="custom_scan"):
    return next(r for r in report["plugin_results"] if r["plugin_name"] == plugin)


def test_a_site_on_loopback_is_scanned(host, lab):
    done = host.run("scan", "-u", lab.url, *LAB, code=1)
    report = host.report()
    assert report["metadata"]["status"] == "COMPLETE"
    assert report["metadata"]["runtime"] == host.env["S2N_RUNTIME"]
    assert {finding["plugin"] for finding in result_of(report, "xss")["findings"]} == {"xss"}
    assert report["target_url"] == lab.url
    assert "xss" in done.stderr


@pytest.fixture
def inspected(host, endless_site):
    """The description of a container at work, and the command lines of all processes meanwhile."""
    process = host.scanning(
        endless_site.url,
        *("-a", "basic", "--username", "ada"),
        env={
            "S2N_PASSWORD": SECRET,
            "S2N_HEADER": f"X-Key: {SECRET}",
            "HTTP_PROXY": f"http://u:{SECRET}@p:1",
        },
    )
    try:
        (container,) = host.containers(process)
        listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        yield json.loads(host.engine.text("inspect", container))[0], listing
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def test_the_container_may_do_nothing_but_scan(host, inspected):
    described, listing = inspected
    settings, config = described["HostConfig"], described["Config"]
    assert config["User"] in {"10001:10001", f"{os.getuid()}:{os.getgid()}"}
    assert not config["User"].startswith("0")
    assert settings["ReadonlyRootfs"]
    assert not settings["Privileged"]
    assert settings["AutoRemove"]
    assert "no-new-privileges" in settings["SecurityOpt"]
    assert settings["Memory"] == 2 << 30
    assert settings["PidsLimit"] == 1024
    assert settings["NanoCpus"] or settings["CpuQuota"]
    mounts = [(mount["Destination"], mount["RW"]) for mount in described["Mounts"]]
    assert ("/opt/s2n/plugins", False) in mounts
    assert all(not writable for place, writable in mounts if place != "/tmp")
    if not host.engine.is_podman:
        assert settings["CapDrop"] == ["ALL"]
        assert "noexec" in settings["Tmpfs"]["/tmp"]
    assert SECRET not in json.dumps(described)
    assert SECRET not in listing


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_owns_the_reports_and_is_the_containers_user(host, endless_site):
    socket = Path("/var/run/docker.sock")
    if host.engine.is_podman or not socket.exists():
        pytest.skip("no engine that another user may use")
    for path in (host.folder, *host.folder.rglob("*")):
        os.chown(path, 23456, 23456)
    host.plugin().chmod(0o700)
    for path in (host.folder / "s2n-plugins", *(host.folder / "s2n-plugins").iterdir()):
        os.chown(path, 23456, 23456)
    groups = [socket.stat().st_gid]
    process = host.scanning(endless_site.url, as_user=23456, groups=groups)
    (container,) = host.containers(process)
    described = json.loads(host.engine.text("inspect", container))[0]
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert described["Config"]["User"] == "23456:23456"
    assert {path.stat().st_uid for path in host.folder.rglob("*")} == {23456}


def test_a_plugin_of_ones_own_is_run_by_its_name(host, lab):
    host.plugin(RUN + '        yield report(exchange, "seen")\n')
    host.run("scan", "-u", lab.url, "-p", "custom_scan", *ONE_PAGE, code=1)
    assert [finding["evidence"] for finding in result_of(host.report())["findings"]] == ["seen"]
    assert "custom_scan" in host.run("plugins", "list", code=0).stdout
    shown = host.run("plugins", "show", "custom_scan", code=0).stdout
    assert f"{host.folder}/s2n-plugins/custom_scan.py" in shown


def test_the_nearest_name_is_told(host, lab):
    host.plugin()
    assert "did you mean custom_scan" in host.run("scan", "-u", lab.url, "-p", "custom_scn", code=2).stderr


def test_a_broken_plugin_that_was_asked_for_is_wrong_use(host, lab):
    host.plugin("def :\n")
    done = host.run("scan", "-u", lab.url, "-p", "custom_scan", *ONE_PAGE, code=2)
    assert "custom_scan" in done.stderr
    assert "BROKEN  custom_scan: SyntaxError" in host.run("plugins", "list", code=0).stdout


SLOW = """
import asyncio

class Plugin:
    async def check(self, point, ctx):
        await asyncio.sleep(600)
        yield
"""


def test_a_slow_plugin_is_stopped_and_told(host, lab):
    host.plugin(SLOW)
    words = ("-p", "custom_scan", "--plugin-timeout", "0.2", *ONE_PAGE)
    url = f"{lab.url}search?q=a"
    assert "plugin custom_scan: TIMEOUT" in host.run("scan", "-u", url, *words, code=0).stderr
    result = result_of(host.report())
    assert result["status"] == "TIMEOUT"
    assert "--plugin-timeout" in json.dumps(result)


def test_a_plugin_that_writes_to_its_folder_fails_and_changes_nothing(host, lab):
    folder = host.plugin(RUN + '        open(__file__ + ".log", "w")\n')
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    host.run("scan", "-u", lab.url, "-p", "custom_scan", *ONE_PAGE, code=0)
    result = result_of(host.report())
    assert result["status"] != "COMPLETE"
    assert "Read-only file system" in json.dumps(result)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


SPY = """
        from pathlib import Path
        seen = []
        for path in PATHS:
            try:
                seen.append(Path(path).read_bytes().decode(errors="replace"))
            except OSError:
                continue
        for folder in ("/host", "/home", "/root", "/var/run/docker.sock", "/mnt", "/media"):
            try:
                seen += [str(path) for path in Path(folder).iterdir()]
            except OSError:
                continue
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        seen += [line for line in mounts if "docker.sock" in line]
        processes = len([path for path in Path("/proc").iterdir() if path.name.isdigit()])
        yield report(exchange, f"{processes} processes; seen: {seen}")
"""


def test_a_plugin_sees_nothing_of_this_machine(host, lab):
    marked = host.folder / "private.txt"
    marked.write_text("the host's own")
    paths = ["/etc/shadow", str(marked), str(Path(__file__))]
    host.plugin(RUN + SPY.replace("PATHS", repr(paths)))
    host.run("scan", "-u", lab.url, "-p", "custom_scan", *ONE_PAGE, code=1)
    (finding,) = result_of(host.report())["findings"]
    processes, _, seen = finding["evidence"].partition("; seen: ")
    assert seen.replace("[]", "") == ""
    assert int(processes.split()[0]) <= 5


def test_files_that_the_options_name_are_there_inside(host, tmp_path, lab):
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate\n")
    done = host.run("scan", "-u", lab.url, "--ca-bundle", str(bundle), *ONE_PAGE, code=2)
    assert "certificate" in done.stderr
    assert "no such file" not in done.stderr.lower()


def test_a_target_by_another_name_is_connected_to_where_one_says(host, endless_site):
    host.plugin()
    port = endless_site.url.rsplit(":", 1)[1].rstrip("/")
    words = ("--resolve", "shop.test:127.0.0.1", "--network", "host", "-p", "custom_scan", *ONE_PAGE)
    host.run("scan", "-u", f"http://shop.test:{port}/", *words, code=1)
    (finding,) = result_of(host.report())["findings"]
    assert finding["url"] == f"http://shop.test:{port}/"
    assert ("Host", f"shop.test:{port}") in endless_site.requests[0].headers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_scan_leaves_a_partial_report_and_no_container(host, endless_site, number):
    process = host.scanning(endless_site.url)
    assert len(host.containers(process)) == 1
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert host.report()["metadata"]["status"] == "INTERRUPTED"
    assert host.report()["summary"]["total_vulnerabilities"] >= 1
    assert host.containers(process) == []


STUCK = """
import time

class Plugin:
    async def run(self, ctx):
        print("stuck from now on", flush=True)
        time.sleep(600)
"""


def test_a_host_that_is_killed_takes_its_container_along(host, endless_site):
    process = host.scanning(endless_site.url)
    assert host.containers(process)
    process.kill()
    process.communicate()
    assert eventually(lambda: not host.containers(process)), "the container outlives its host"


def test_even_a_plugin_that_never_returns_does_not_outlive_the_host(host, endless_site):
    host.plugin(STUCK)
    process = host.scanning(endless_site.url, "--no-crawl", "-v", until="stuck from now on")
    assert host.containers(process)
    process.kill()
    process.communicate()
    assert eventually(lambda: not host.containers(process)), "the container outlives its host"


def test_what_was_left_behind_is_pruned_and_nothing_else(host):
    gone = subprocess.Popen(["true"])
    gone.wait()
    import platform

    labels = {
        "io.s2n.scan": "s2n-test-orphan",
        "io.s2n.host": platform.node(),
        "io.s2n.host-pid": str(gone.pid),
        "io.s2n.host-started": "1",
    }
    words = [word for key, value in labels.items() for word in ("--label", f"{key}={value}")]
    other = ["--label", "io.s2n.scan=s2n-test-other", "--label", "io.s2n.host=another machine"]
    for name, marks in (("s2n-test-orphan", words), ("s2n-test-other", other)):
        host.engine.call("rm", "--force", name)
        host.engine.text("create", "--name", name, "--network", "host", *marks, host.image, "run")
    try:
        assert "removed s2n-test-orphan\n" in host.run("image", "prune", code=0).stdout
        left = host.engine.text("ps", "--all", "--format", "{{.Names}}").split()
        assert "s2n-test-orphan" not in left
        assert "s2n-test-other" in left
    finally:
        host.engine.call("rm", "--force", "s2n-test-orphan", "s2n-test-other")


def test_the_image_is_listed(host):
    assert host.image in host.run("image", "ls", code=0).stdout
