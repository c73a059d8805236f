"""The image with the browser: what it adds to prod, and Chromium in a container that may do nothing."""

import json
import os
import signal
import subprocess

import pytest

from support.container_engine import HARDENED, Engine, image_script
from support.hostcli import Host, eventually
from support.scripted import MADE, never_answers_behind_it, page_made_by_a_script
from support.webserver import serving

BUDGET = 550_000_000
"""Bytes on top of prod: 380 MB are Chromium, its libraries and a font, 130 MB Playwright and its node."""

LIMITED = ("--memory", "2g", "--pids-limit", "1024")
TRIAL = ("-m", "s2n.s2nscanner.crawler.browser.trial")
PODMAN_TAG = "localhost/s2n-test:browser"

PATHS = """
import json, os

def walk():
    for folder, folders, files in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in {"/proc", "/sys", "/dev"}]
        for name in folders + files:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            yield path, [oct(about.st_mode), about.st_uid, about.st_size if os.path.isfile(path) else 0]

print(json.dumps(dict(walk())))
"""


@pytest.fixture(scope="module", params=["docker", "podman"])
def runs(request):
    """An engine and the image in it: built by the first, and handed over to podman."""
    engine, image = request.getfixturevalue("engine"), request.getfixturevalue("browser_image")
    if request.param == "docker":
        return engine, image
    podman = request.getfixturevalue("podman")
    if engine.is_podman:
        pytest.skip("podman is the engine of all tests here")
    _hand_over(engine, image, podman)
    return podman, PODMAN_TAG


def _hand_over(docker: Engine, image: str, podman: Engine) -> None:
    docker.text("tag", image, PODMAN_TAG)
    earlier = podman.call("image", "inspect", "--format", "{{.Id}}", PODMAN_TAG).stdout.decode().strip()
    if earlier and earlier in docker.text("image", "inspect", "--format", "{{.Id}}", image):
        return
    with subprocess.Popen([docker.path, "save", PODMAN_TAG], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            [podman.path, "load", "--quiet"], stdin=archive.stdout, check=True, capture_output=True
        )
    if earlier:
        podman.call("image", "rm", earlier)


def test_it_is_prod_and_two_layers(engine, prod_image, browser_image):
    prod, ours = (
        json.loads(engine.text("image", "inspect", "--format", "{{json .RootFS.Layers}}", image))
        for image in (prod_image, browser_image)
    )
    assert ours[: len(prod)] == prod
    assert len(ours) == len(prod) + 2


def test_what_it_adds_changes_nothing_of_prod(engine, prod_image, browser_image):
    prod, ours = (
        json.loads(engine.run("--user", "0:0", "--entrypoint", "python", image, "-c", PATHS).stdout)
        for image in (prod_image, browser_image)
    )
    changed = {path for path, about in prod.items() if ours.get(path) != about}
    packages = {path for path in changed if path.startswith(("/var/lib/dpkg/", "/var/lib/apt/"))}
    assert changed - packages == {"/etc/ld.so.cache"}
    added = {path: about for path, about in ours.items() if path not in prod}
    assert {path.split("/")[1] for path in added} == {"etc", "opt", "usr", "var"}
    for path, (mode, owner, _) in added.items():
        assert owner == 0, path
        assert not int(mode, 8) & 0o6000, f"{path} is setuid"
        assert mode.startswith("0o12") or not int(mode, 8) & 0o022, f"{path} can be written to"


def test_it_stays_within_its_size(engine, prod_image, browser_image):
    prod, ours = (
        int(engine.text("image", "inspect", "--format", "{{.Size}}", image))
        for image in (prod_image, browser_image)
    )
    assert ours - prod <= BUDGET


def test_the_list_of_what_is_installed_is_true(engine, browser_image):
    shell = "dpkg --audit && apt-get check -qq && dpkg-query --show chromium libatomic1"
    done = engine.run("--user", "0:0", "--entrypoint", "sh", browser_image, "-c", shell)
    assert done.returncode == 0, done.stderr.decode()
    assert [line.split()[0].partition(":")[0] for line in done.stdout.decode().splitlines()] == [
        "chromium",
        "libatomic1",
    ]


def test_chromium_starts_hardened_and_leaves_nothing(runs):
    engine, image = runs
    program = (
        f"import runpy, os\ntry: runpy.run_module({TRIAL[1]!r}, run_name='__main__')\n"
        "except SystemExit as end: print(end.code, os.listdir('/tmp'))"
    )
    done = engine.run(*HARDENED, *LIMITED, "--init", "--entrypoint", "python", image, "-c", program)
    version, end = done.stdout.decode().splitlines()
    assert version.startswith("Chromium "), done.stderr.decode()
    assert end == "0 []"


def test_what_was_left_out_is_not_missed(engine, browser_image):
    """There is a font, a worker, and WebGL, which scripts ask for."""
    done = engine.run(*HARDENED, *LIMITED, "--init", "--entrypoint", "python", browser_image, "-c", DRAWS)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == ["drawn", "42", "WebGL"]


DRAWS = """
import asyncio
from playwright.async_api import async_playwright

PAGE = '''<p id=p style="font: 60px sans-serif">s2n</p><script>
const made = new Worker(URL.createObjectURL(new Blob(["postMessage(6 * 7)"])))
made.onmessage = message => { document.title = message.data }
</script>'''

async def main():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        await page.set_content(PAGE)
        await page.wait_for_function("document.title")
        drawn = await page.locator("#p").screenshot()
        await page.locator("#p").evaluate("p => { p.style.color = 'transparent' }")
        print("drawn" if drawn != await page.locator("#p").screenshot() else "no font")
        print(await page.title())
        print(await page.evaluate("document.createElement('canvas').getContext('webgl') ? 'WebGL' : 'none'"))
        await browser.close()

asyncio.run(main())
"""


ALWAYS = ("--browser", "always", "-p", "cookie_flags", "--no-store", "-o", "out.json")


def test_a_link_that_a_script_makes_is_followed(runs, open_folder):
    host = Host(*runs, open_folder)
    with serving(page_made_by_a_script) as web:
        host.run("scan", "-u", web.url, *ALWAYS, code=0)
    assert MADE in [request.target for request in web.requests]
    assert host.report()["metadata"]["status"] == "COMPLETE"


@pytest.fixture
def with_browser(engine, browser_image, open_folder) -> Host:
    """The command line, with the image that has the browser."""
    return Host(engine, browser_image, open_folder)


def test_without_a_browser_always_is_an_error_with_a_remedy(host):
    with serving(page_made_by_a_script) as web:
        done = host.run("scan", "-u", web.url, *ALWAYS, code=4)
    assert "there is no Chromium" in done.stderr
    assert "  → " in done.stderr


def test_without_a_browser_the_scan_says_what_it_did_not_see(host):
    with serving(page_made_by_a_script) as web:
        done = host.run("scan", "-u", web.url, *ALWAYS[2:], code=0)
    assert MADE not in [request.target for request in web.requests]
    assert "--browser always" in done.stderr


@pytest.fixture
def at_work(with_browser):
    """A scan whose browser has a page open, and waits for the next."""
    with serving(never_answers_behind_it) as web:
        process = with_browser.start("scan", "-u", web.url, *ALWAYS)
        assert eventually(lambda: MADE in [request.target for request in web.requests], 60)
        assert with_browser.containers(process)
        yield process
        process.kill()
        process.communicate()


def test_ctrl_c_ends_the_browser_with_the_scan(with_browser, at_work):
    os.killpg(at_work.pid, signal.SIGINT)
    _, err = at_work.communicate(timeout=30)
    assert at_work.returncode == 130, err
    assert "Traceback" not in err
    assert with_browser.report()["metadata"]["status"] == "INTERRUPTED"
    assert eventually(lambda: not with_browser.containers(at_work)), "the container outlives the scan"


def test_a_host_that_is_killed_takes_the_browsers_container_along(with_browser, at_work):
    at_work.kill()
    at_work.communicate()
    assert eventually(lambda: not with_browser.containers(at_work)), "the container outlives its host"


def test_the_doctor_knows_whether_there_is_one(with_browser, host):
    assert "✓ browser   Chromium " in with_browser.run("doctor", "--quick", code=0).stdout
    without = host.run("doctor", "--quick", code=0).stdout
    assert "– browser   none (" in without
    assert "s2n image pull --browser" in without


def test_the_smoke_test_scans_in_it(engine, browser_image):
    done = image_script("smoke", "browser", environment={"ENGINE": engine.path, "IMAGE": browser_image})
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("ok: the link that a script makes is followed\n")
