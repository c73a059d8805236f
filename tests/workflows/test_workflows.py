"""The GitHub workflows: valid, linted, pinned, without a right too many, and true to docs/images.md."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))


class Loader(yaml.SafeLoader):
    """YAML 1.2, as GitHub reads it: ``on`` is a word, not a truth value."""


Loader.yaml_implicit_resolvers = {
    first: resolvers
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "oO"
}


def load(name: str) -> dict:
    return yaml.load((FOLDER / name).read_text(), Loader)


def tool(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    path = Path(sys.executable).with_name(name)
    return subprocess.run([str(path), *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def images():
    return load("images.yml")


def steps(job: dict, action: str) -> list[dict]:
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


def test_there_are_the_two_workflows():
    assert [path.name for path in FILES] == ["ci.yml", "images.yml"]


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    return tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    return tool("zizmor", "--offline", "--no-progress", "--persona", "pedantic", str(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_schema_and_the_linter_agree_with_it(path):
    for done in (validate(path), lint(path)):
        assert done.returncode == 0, done.stdout + done.stderr


def test_pinned_actions_and_base_images_are_kept_up_to_date():
    path = ROOT / ".github" / "dependabot.yml"
    for done in (tool("check-jsonschema", "--builtin-schema", "vendor.dependabot", str(path)), lint(path)):
        assert done.returncode == 0, done.stdout + done.stderr
    assert [one["package-ecosystem"] for one in yaml.safe_load(path.read_text())["updates"]] == [
        "github-actions",
        "docker",
    ]


def test_the_schema_and_the_linter_do_object(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs:\n  a:\n    runs_on: ubuntu-24.04\n    steps: []\n")
    assert "Schema validation errors" in validate(broken).stdout
    loose = tmp_path / ".github" / "workflows" / "loose.yml"
    loose.parent.mkdir(parents=True)
    loose.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - run: echo ${{ github.head_ref }}\n"
    )
    done = lint(loose)
    assert done.returncode != 0
    assert "template-injection" in done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_and_names_its_version(path):
    uses = [line.split("uses:")[1].strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert uses
    pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [use for use in uses if not pinned.fullmatch(use) and not use.startswith("./.github/")] == []


def test_an_action_has_the_same_commit_everywhere():
    pins: dict[str, set[str]] = {}
    for path in FILES:
        for action, commit in re.findall(r"uses: ([\w-]+/[\w-]+)@(.+)", path.read_text()):
            pins.setdefault(action, set()).add(commit)
    assert {action: commits for action, commits in pins.items() if len(commits) > 1} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_job_may_do_more_than_it_has_to(path):
    workflow = load(path.name)
    assert workflow["permissions"] == {}
    allowed = {"contents": "read"}
    for name, job in workflow["jobs"].items():
        more = {"packages": "write"} if (path.name, name) == ("images.yml", "images") else {}
        assert job["permissions"] == allowed | more
        assert "uses" in job or job["timeout-minutes"] <= 60


def test_nothing_leaves_the_credentials_of_the_checkout_behind():
    for path in FILES:
        for job in load(path.name)["jobs"].values():
            for step in steps(job, "actions/checkout") if "steps" in job else []:
                assert step["with"]["persist-credentials"] is False


def test_ci_runs_on_each_python_and_fails_where_a_browser_or_containers_are_skipped():
    jobs = load("ci.yml")["jobs"]
    assert jobs["tests"]["env"]["S2N_REQUIRE_BROWSER"] == "1"
    assert jobs["tests"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert jobs["host"]["runs-on"].startswith("macos")
    environment = jobs["containers"]["env"]
    assert environment["S2N_REQUIRE_CONTAINERS"] == "1"
    assert {"S2N_TEST_REGISTRY", "S2N_TEST_REGISTRY_USER", "S2N_TEST_REGISTRY_PASSWORD"} <= set(environment)


def test_images_come_from_main_and_from_tags_after_the_tests(images):
    assert images["on"] == {"push": {"branches": ["main"], "tags": ["v*"]}}
    assert images["concurrency"]["cancel-in-progress"] is False
    assert images["jobs"]["tests"]["uses"] == "./.github/workflows/ci.yml"
    assert images["jobs"]["images"]["needs"] == images["jobs"]["package"]["needs"] == "tests"


def test_every_target_is_tried_before_it_is_pushed(images):
    job = images["jobs"]["images"]
    targets = [(one["target"], one["environment"]) for one in job["strategy"]["matrix"]["include"]]
    assert targets == [("prod", "prod"), ("dev", "dev"), ("browser", "prod")]
    first, second = steps(job, "docker/build-push-action")
    assert first["with"]["load"] is True
    assert "push" not in first["with"]
    assert second["with"]["push"] is True
    assert first["with"]["target"] == second["with"]["target"] == "${{ matrix.target }}"
    assert first["with"]["build-args"] == second["with"]["build-args"]
    order = [job["steps"].index(step) for step in (first, second)]
    smoke = next(n for n, step in enumerate(job["steps"]) if "scripts/image smoke" in step.get("run", ""))
    login = job["steps"].index(steps(job, "docker/login-action")[0])
    assert order[0] < smoke < login < order[1]


def test_what_is_pushed_says_where_it_comes_from(images):
    push = steps(images["jobs"]["images"], "docker/build-push-action")[1]["with"]
    assert push["platforms"] == "linux/amd64,linux/arm64"
    assert push["sbom"] is True
    assert push["provenance"] == "mode=max"
    assert "type=gha" in push["cache-from"]
    assert "type=gha" in push["cache-to"]
    assert push["no-cache"] == "${{ github.ref_type == 'tag' }}"


def test_the_names_of_an_image(images):
    job = images["jobs"]["images"]
    assert [(one["moving"], one["suffix"]) for one in job["strategy"]["matrix"]["include"]] == [
        ("latest", ""),
        ("dev", "-dev"),
        ("browser", "-browser"),
    ]
    (names,) = steps(job, "docker/metadata-action")
    assert names["with"]["images"] == "ghcr.io/${{ github.repository_owner }}/s2n"
    assert names["with"]["flavor"].strip() == "latest=false"
    assert names["with"]["tags"].splitlines() == [
        "type=raw,value=${{ matrix.moving }},enable={{is_default_branch}}",
        "type=semver,pattern={{version}},suffix=${{ matrix.suffix }}",
        "type=sha,format=long,suffix=${{ matrix.suffix }}",
    ]


def test_the_password_is_the_token_of_the_run(images):
    (login,) = steps(images["jobs"]["images"], "docker/login-action")
    assert login["with"] == {
        "registry": "ghcr.io",
        "username": "${{ github.actor }}",
        "password": "${{ secrets.GITHUB_TOKEN }}",
    }
    secrets = [re.findall(r"secrets\.\w+", path.read_text()) for path in FILES]
    assert secrets == [[], ["secrets.GITHUB_TOKEN"]]


def test_a_tag_builds_the_packages(images):
    job = images["jobs"]["package"]
    assert job["if"] == "github.ref_type == 'tag'"
    assert any("hatchling build" in step.get("run", "") for step in job["steps"])
    (upload,) = steps(job, "actions/upload-artifact")
    assert upload["with"]["if-no-files-found"] == "error"


def test_every_build_argument_is_one_of_the_dockerfile(images):
    declared = set(re.findall(r"^ARG (\w+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    for step in steps(images["jobs"]["images"], "docker/build-push-action"):
        given = {line.partition("=")[0] for line in step["with"]["build-args"].splitlines()}
        assert given == {"BUILD_ENV", "VERSION", "REVISION", "PROTOCOL"}
        assert given <= declared


def test_the_published_names_are_those_that_the_command_line_asks_for(images):
    from s2n.cli.runtime.image import BROWSER_IMAGE, DEFAULT_IMAGE

    suffixes = {
        one["target"]: one["suffix"] for one in images["jobs"]["images"]["strategy"]["matrix"]["include"]
    }
    assert suffixes["prod"] == ""
    assert f"{DEFAULT_IMAGE}{suffixes['browser']}" == BROWSER_IMAGE
