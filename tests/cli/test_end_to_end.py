"""The whole way over the real runner: ``s2n`` as a process, a real server on loopback."""

import http.server
import json
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

S2N = [sys.executable, "-m", "s2n"]

PLUGIN = """
from s2n.s2nscanner.sdk import PluginInfo, Severity, report

class Plugin:
    info = PluginInfo(id="custom_scan", title="The word", severity=Severity.LOW, kind="passive")

    def inspect(self, exchange):
        if b"hello" in exchange.response.body:
            yield report(exchange, "hello")
"""


class Pages(http.server.BaseHTTPRequestHandler):
    """Every page says hello and links ten more, each slower than nothing, so that a scan lasts."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        here = self.path.rstrip("/")
        body = "hello" + "".join(f'<a href="{here}/{i}">more</a>' for i in range(10))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.gone.wait(0.02)
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    server.gone = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.gone.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def plugins(home):
    (home / "s2n-plugins").mkdir()
    (home / "s2n-plugins" / "custom_scan.py").write_text(PLUGIN)
    (home / "s2n-plugins" / "broken.py").write_text("def :\n")


def s2n(*words, code):
    ran = subprocess.run([*S2N, *words], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout, ran.stderr


def read():
    return json.loads(Path("out.json").read_text())


@pytest.mark.usefixtures("plugins")
def test_a_plugin_of_ones_own_runs_on_a_target_without_a_scheme(site):
    out, err = s2n("scan", "-u", site, "-p", "custom_scan", "--no-crawl", "-o", "out.json", code=1)
    report = read()
    assert out == ""
    assert report["target_url"] == f"http://{site}/"
    assert report["metadata"]["status"] == "COMPLETE"
    result = next(r for r in report["plugin_results"] if r["plugin_name"] == "custom_scan")
    assert [finding["title"] for finding in result["findings"]] == ["The word"]
    assert "custom_scan: The word" in err


def test_a_module_in_the_current_folder_is_not_run(home):
    (home / "msgspec.py").write_text("raise SystemExit('run by mistake')\n")
    script = str(Path(sys.executable).with_name("s2n"))
    ran = subprocess.run([script, "plugins"], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.usefixtures("plugins")
def test_plugins_of_ones_own_are_listed_and_shown():
    out, _ = s2n("plugins", "list", code=0)
    assert "custom_scan" in out
    assert "BROKEN  broken: SyntaxError" in out
    assert "s2n-plugins/custom_scan.py" in s2n("plugins", "show", "custom_scan", code=0)[0]
    assert "did you mean custom_scan" in s2n("plugins", "show", "custom_scna", code=2)[1]


@pytest.mark.usefixtures("plugins")
def test_plugins_that_cannot_run_are_wrong_use(site):
    assert "did you mean" in s2n("scan", "-u", site, "-p", "custom_scn", code=2)[1]
    assert "broken" in s2n("scan", "-u", site, "-p", "broken", code=2)[1]


def test_a_dead_target_is_not_clean(home):
    import socket

    with socket.socket() as held:  # bound and not listening: refuses, and nobody else gets it
        held.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{held.getsockname()[1]}"
        err = s2n("scan", "-u", target, "-o", "out.json", code=3)[1]
    assert "NOTHING WAS TESTED" in err
    assert read()["metadata"]["status"] == "NOT_TESTED"


def start(site):
    """A scan that lasts, once it shows its first finding."""
    command = [*S2N, "scan", "-u", site, "-p", "custom_scan", "--concurrency", "1", "-o", "out.json"]
    host = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for line in host.stderr:
        if "The word" in line:
            return host
    raise AssertionError(f"no finding was shown, exit code {host.wait()}")


def runner_of(host):
    children = Path(f"/proc/{host.pid}/task/{host.pid}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_scan_leaves_a_correct_partial_report(site, number):
    host = start(site)
    os.killpg(host.pid, number)
    _, err = host.communicate(timeout=30)
    assert host.returncode == 130, err
    assert "Traceback" not in err
    report = read()
    assert report["metadata"]["status"] == "INTERRUPTED"
    assert report["summary"]["total_vulnerabilities"] >= 1


@pytest.mark.usefixtures("plugins")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the runner through /proc")
def test_a_runner_killed_from_outside_leaves_a_correct_partial_report(site):
    host = start(site)
    os.kill(runner_of(host), signal.SIGKILL)
    _, err = host.communicate(timeout=30)
    assert host.returncode == 4, err
    report = read()
    assert report["metadata"]["status"] == "FAILED"
    assert "SIGKILL" in report["metadata"]["reason"]
    assert report["summary"]["total_vulnerabilities"] >= 1


@pytest.mark.usefixtures("plugins")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the runner through /proc")
def test_a_host_that_is_killed_takes_its_runner_along(site):
    host = start(site)
    watch = os.pidfd_open(runner_of(host))
    host.kill()
    host.communicate()
    assert select.select([watch], [], [], 20)[0], "the runner still works for a host that is gone"
    os.close(watch)
