import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
from uuid import uuid4

import pytest

import s2n
from s2n.protocol import PROTOCOL_VERSION
from support.container_engine import BUILD_ARGS, HARDENED, ROOT, base_image, image_script

CONTEXT_FILES = [
    *("Dockerfile", ".dockerignore", "requirements.txt", "requirements-dev.txt", "requirements-browser.txt"),
    *("pyproject.toml", "README.md", "LICENSE"),
]

STRAYS = [
    *(".git/HEAD", ".venv/bin/python", ".env", "s2n.toml", "tests/test_a.py", "docs/a.md", "bench/a.py"),
    *("src/s2n/__pycache__/a.pyc", "src/s2n/b.pyc", "src/.DS_Store", "src/s2n.egg-info/PKG-INFO"),
]

PROD_BUDGET = 60_000_000  # bytes on top of the base image

FACTS = """
import importlib.util, json, os, shutil, sys

MODULES = ("pytest", "mypy", "ruff", "_pytest", "playwright", "greenlet")
TOOLS = ("gcc", "cc", "make", "git", "pytest", "ruff", "mypy", "chromium", "node")

def walk():
    for folder, folders, files in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in {"/proc", "/sys", "/dev"}]
        for name in folders + files:
            yield os.path.join(folder, name)

every = [path for path in walk() if not os.path.islink(path)]
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "modules": [m for m in MODULES if importlib.util.find_spec(m)],
    "tools": [t for t in TOOLS if shutil.which(t)],
    "writable": sorted(p for p in every if os.access(p, os.W_OK) and os.stat(p).st_uid != os.getuid()),
    "paths": every,
}))
"""


@pytest.fixture(scope="module")
def look(engine):
    """What a program inside an image sees, as the image's own user or another one."""

    def look(image, *options):
        done = engine.run(*options, "--entrypoint", "python3", image, "-c", FACTS)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return look


@pytest.fixture
def checkout(tmp_path):
    """A copy of what a build needs, for tests that change it."""
    for name in ("src", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in CONTEXT_FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_context_holds_what_dockerignore_lets_in_and_nothing_else(engine, checkout):
    expected = {
        str(path.relative_to(checkout))
        for path in checkout.rglob("*")
        if path.is_file()
        and path.relative_to(checkout).parts[0] not in {"Dockerfile", ".dockerignore", "scripts"}
    }
    for stray in STRAYS:
        (checkout / stray).parent.mkdir(parents=True, exist_ok=True)
        (checkout / stray).write_text("stray")
    (checkout / "All").write_text("FROM scratch\nCOPY . /\n")
    archive = checkout / "context.tar"
    done = subprocess.run(
        [engine.path, "build", "--file", "All", "--output", f"type=tar,dest={archive}", "."],
        cwd=checkout,
        env=os.environ | {"DOCKER_BUILDKIT": "1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    with tarfile.open(archive) as context:
        assert {member.name for member in context if member.isfile()} == expected


def cached(log: str) -> dict[str, bool]:
    """Each step of BuildKit's plain log, and whether it came from the cache."""
    names = dict(re.findall(r"^#(\d+) (\[.+)$", log, re.MULTILINE))
    hits = set(re.findall(r"^#(\d+) CACHED", log, re.MULTILINE))
    return {name: number in hits for number, name in names.items()}


def layers(engine, image):
    return json.loads(engine.text("image", "inspect", "--format", "{{json .RootFS.Layers}}", image))


@pytest.mark.parametrize("target", ["prod", "dev", "browser"])
def test_a_change_of_the_source_reinstalls_nothing(engine, request, checkout, target):
    if engine.is_podman:
        pytest.skip("reads the log of BuildKit")
    before = layers(engine, request.getfixturevalue(f"{target}_image"))
    with (checkout / "src/s2n/errors.py").open("a") as source:
        source.write(f"\n# changed: {uuid4()}\n")
    tag = f"s2n-test:{target}-changed"
    done = image_script(
        "build",
        target,
        "--",
        "--progress=plain",
        *BUILD_ARGS,
        root=checkout,
        environment={"ENGINE": engine.path, "IMAGE": tag},
    )
    assert done.returncode == 0, done.stderr
    after = layers(engine, tag)
    engine.call("image", "rm", tag)
    assert after != before
    if target == "browser":
        assert after[-2:] == before[-2:], "who has the image would get Chromium again"
    steps = cached(done.stderr)
    installs = {name: hit for name, hit in steps.items() if " install " in name}
    sources = {name: hit for name, hit in steps.items() if " COPY src" in name}
    assert installs
    assert sources
    assert all(installs.values()), installs
    assert not any(sources.values()), sources


def test_prod_holds_nothing_but_what_a_scan_needs(look, prod_image):
    seen, base = (look(image, "--user", "0:0") for image in (prod_image, base_image("prod")))
    assert seen["modules"] == []
    assert seen["tools"] == []
    stray = re.compile(
        r"/(\.git|\.venv|tests?|pytest[^/]*|\.cache|requirements[^/]*\.txt|pyproject\.toml|Dockerfile|app)(/|$)"
    )
    added = set(seen["paths"]) - set(base["paths"])
    assert [path for path in added if stray.search(path)] == []
    assert {path.split("/")[1] for path in added} == {"opt", "usr"}
    assert all("__pycache__" in path for path in added if path.startswith("/usr/")), "only bytecode"
    package = "/opt/s2n/lib/python3.11/site-packages/s2n/"
    parts = {path.removeprefix(package).split("/")[0] for path in seen["paths"] if path.startswith(package)}
    assert {"s2nscanner", "model", "report", "options"} <= parts
    assert not {"cli", "lab", "store"} & parts


def test_prod_lets_its_user_write_only_where_the_base_image_does(look, prod_image):
    seen = look(prod_image)
    assert seen["user"] == [10001, 10001]
    assert seen["writable"] == look(base_image("prod"), "--user", "10001:10001")["writable"]


def test_every_module_of_prod_has_its_bytecode(look, prod_image):
    paths = set(look(prod_image, "--user", "0:0")["paths"])
    sources = [
        path
        for path in paths
        if path.startswith("/opt/s2n/lib/python3.11/site-packages/s2n/") and path.endswith(".py")
    ]
    compiled = [re.sub(r"/([^/]+)\.py$", r"/__pycache__/\1.cpython-311.pyc", path) for path in sources]
    assert len(sources) > 50
    assert [path for path in compiled if path not in paths] == []
    library = "/usr/local/lib/python3.11/asyncio/__pycache__/base_events.cpython-311.pyc"
    assert library in paths, "each start would compile asyncio again"


def test_what_was_trimmed_is_not_missed(engine, prod_image):
    program = """
import os, zstandard, rich.syntax, rich.traceback, spnego
from pygments.lexers import get_lexer_by_name
assert zstandard.ZstdDecompressor().decompress(zstandard.ZstdCompressor().compress(b"abc")) == b"abc"
assert zstandard.backend == "cext", zstandard.backend
assert get_lexer_by_name("python").name == "Python"
assert get_lexer_by_name("text")
with open("/tmp/users", "w") as users:
    users.write("SHOP:ada:hunter2")
os.environ["NTLM_USER_FILE"] = "/tmp/users"
client = spnego.client("SHOP\\\\ada", "hunter2", hostname="shop", service="http", protocol="ntlm")
server = spnego.server(protocol="ntlm")
server.step(client.step(server.step(client.step())))
assert client.complete and server.complete
"""
    done = engine.run(*HARDENED, "--entrypoint", "python", prod_image, "-W", "error", "-c", program)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("target", ["prod", "dev", "browser"])
def test_labels_user_entry_point_and_environment(engine, request, target):
    image = request.getfixturevalue(f"{target}_image")
    config = json.loads(engine.text("image", "inspect", image))[0]["Config"]
    assert config["Entrypoint"] == ["python", "-m", "s2n.s2nscanner.runner"]
    assert config["User"] == "10001:10001"
    assert f"APP_ENV={'dev' if target == 'dev' else 'prod'}" in config["Env"]
    labels = config["Labels"]
    assert labels["org.opencontainers.image.version"] == s2n.__version__
    assert labels["io.s2n.protocol"] == str(PROTOCOL_VERSION)
    assert labels["org.opencontainers.image.licenses"] == "MIT"
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", labels["org.opencontainers.image.revision"])


def test_prod_stays_within_its_size(engine, prod_image):
    sizes = [
        int(engine.text("image", "inspect", "--format", "{{.Size}}", image))
        for image in (prod_image, base_image("prod"))
    ]
    assert sizes[0] - sizes[1] <= PROD_BUDGET


def test_dev_holds_compiler_debugger_and_test_tools(engine, look, dev_image):
    seen = look(dev_image)
    assert {"pytest", "mypy", "ruff"} <= set(seen["modules"])
    assert {"gcc", "make", "pytest", "ruff", "mypy"} <= set(seen["tools"])
    done = engine.run(
        "--entrypoint", "python", dev_image, "-m", "pdb", "-m", "s2n.s2nscanner.runner", "version"
    )
    assert done.stdout.startswith(b"> /app/src/s2n/s2nscanner/runner.py(1)<module>()")


def test_dev_runs_the_tests_of_a_mounted_checkout(engine, dev_image):
    done = engine.run(
        *("--volume", f"{ROOT}:/app:ro", "--entrypoint", "pytest", dev_image),
        *("-q", "-p", "no:cacheprovider", "tests/options/test_units.py"),
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert b" passed" in done.stdout


def test_hardened_scan_from_the_image_alone(engine, prod_image, lab):
    """``docker run --rm IMAGE scan -u … --output-format json > report.json``."""
    done = engine.run(*HARDENED, prod_image, "scan", "-u", lab.url, "-p", "xss", "--output-format", "json")
    assert done.returncode == 1, done.stderr.decode()
    report = json.loads(done.stdout)
    assert report["target_url"] == lab.url
    assert report["scanner_version"] == s2n.__version__
    assert {f["plugin"] for part in report["plugin_results"] for f in part["findings"]} == {"xss"}


def test_a_root_file_system_that_cannot_be_written_needs_no_tmp_either(engine, prod_image, lab):
    done = engine.run(
        "--read-only", "--user", "4711", prod_image, "scan", "-u", lab.url, "-p", "security_headers"
    )
    assert done.returncode == 1, done.stderr.decode()
    assert json.loads(done.stdout)["summary"]


def test_plugins_and_version_from_the_image_alone(engine, prod_image):
    listed = engine.run(*HARDENED, prod_image, "plugins", "list")
    assert listed.returncode == 0
    assert {"xss", "sqlinjection"} <= {line.split()[0] for line in listed.stdout.decode().splitlines()}
    said = engine.run(*HARDENED, prod_image, "version").stdout.decode()
    assert said == f"s2n {s2n.__version__}, protocol {PROTOCOL_VERSION}\n"


def test_a_plugin_on_the_mount_path_is_listed(engine, prod_image, tmp_path):
    plugin = tmp_path / "custom_scan.py"
    plugin.write_text(
        "class Plugin:\n    async def check(self, point, ctx):\n        return\n        yield\n"
    )
    tmp_path.chmod(0o755)
    plugin.chmod(0o644)
    done = engine.run(*HARDENED, "--volume", f"{tmp_path}:/opt/s2n/plugins:ro", prod_image, "plugins", "list")
    assert "custom_scan" in done.stdout.decode(), done.stderr.decode()


def test_dev_shows_the_debug_log_and_prod_does_not(engine, prod_image, dev_image):
    words = ("scan", "-u", "http://127.0.0.1:9")
    prod, dev = (engine.run(image, *words) for image in (prod_image, dev_image))
    assert prod.returncode == dev.returncode == 3
    assert b" DEBUG " in dev.stderr
    assert b" DEBUG " not in prod.stderr
    assert b"nothing listens on" in prod.stderr


def test_dev_shows_the_traceback_of_a_fault_and_prod_does_not(engine, prod_image, dev_image):
    program = (
        "import sys, s2n.s2nscanner.runner as r\n"
        "def broken(*words): raise ZeroDivisionError('planted')\n"
        "r._plugins = broken\n"
        "sys.exit(r.main(['plugins', 'list']))\n"
    )
    prod, dev = (
        engine.run("--entrypoint", "python", image, "-c", program) for image in (prod_image, dev_image)
    )
    assert prod.returncode == dev.returncode == 4
    assert b"Traceback" in dev.stderr
    assert b"Traceback" not in prod.stderr
    assert b"ZeroDivisionError: planted" in prod.stderr


def test_sigterm_ends_a_scan_with_a_partial_report(engine, prod_image, lab):
    """The signal reaches the runner, which is process 1 and is not replaced by a shell."""
    name = f"s2n-test-{lab.url.rsplit(':', 1)[1].strip('/')}"
    process = subprocess.Popen(
        [
            *(engine.path, "run", "--rm", "--network", "host", "--name", name, prod_image),
            *("scan", "-u", lab.url, "--rate", "20", "--output-format", "json"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert b"s2n: crawl\n" in iter(process.stderr.readline, b"")  # after what the engine may warn of
        engine.text("kill", "--signal", "TERM", name)
        out, err = process.communicate(timeout=30)
    finally:
        process.send_signal(signal.SIGKILL)
        engine.call("rm", "--force", name)
    assert process.returncode == 130, err.decode()
    report = json.loads(out)
    assert report["metadata"]["status"] == "INTERRUPTED"
    assert "SIGTERM" in json.dumps(report["metadata"])
