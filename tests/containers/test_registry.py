"""The manual path: log in, tag, push, remove, pull, against a registry with a password."""

import json

import pytest

import s2n
from support.container_engine import image_script

TAGS = {
    "prod": ["latest", s2n.__version__],
    "dev": ["dev", f"{s2n.__version__}-dev"],
    "browser": ["browser", f"{s2n.__version__}-browser"],
}


@pytest.fixture
def account(engine, registry, tmp_path):
    """Variables for ``scripts/image``, with a login of this test's own."""
    values = registry.environment | {
        "ENGINE": engine.path,
        "DOCKER_CONFIG": str(tmp_path / "docker"),
        "REGISTRY_AUTH_FILE": str(tmp_path / "podman.json"),
    }
    yield values
    for tag in [tag for tags in TAGS.values() for tag in tags]:
        engine.call("image", "rm", f"{values['REGISTRY']}/{values['OWNER']}/s2n:{tag}")


def log_in(account, password):
    return image_script("login", feed=password.encode(), environment=account)


@pytest.mark.parametrize("target", ["prod", "dev"])  # a push of Chromium takes its time, and shows no more
def test_log_in_tag_push_remove_and_pull(engine, registry, account, request, target):
    account["IMAGE"] = request.getfixturevalue(f"{target}_image")
    done = log_in(account, registry.password)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"logged in to {registry.host} as {registry.user}\n"

    repository = f"{registry.host}/{account['OWNER']}/s2n"
    names = [f"{repository}:{tag}" for tag in TAGS[target]]
    done = image_script("tag", target, environment=account)
    assert (done.returncode, done.stdout.split()) == (0, names), done.stderr
    done = image_script("push", target, environment=account)
    assert done.returncode == 0, done.stderr

    for name in names:
        engine.text("image", "rm", name)
        assert not engine.has(name)
    for name in names:
        done = engine.call("pull", name, environment=account)
        assert done.returncode == 0, done.stderr.decode()
        said = engine.run(name, "version").stdout.decode()
        assert said.startswith(f"s2n {s2n.__version__},")


def test_the_image_with_the_browser_has_names_of_its_own(account, browser_image):
    done = image_script("tag", "browser", environment=account | {"IMAGE": browser_image})
    names = [f"{account['REGISTRY']}/{account['OWNER']}/s2n:{tag}" for tag in TAGS["browser"]]
    assert (done.returncode, done.stdout.split()) == (0, names), done.stderr


def test_a_wrong_password_is_named_and_appears_nowhere(account):
    done = log_in(account, "no-such-password")
    assert done.returncode == 1
    registry, user = account["REGISTRY"], account["REGISTRY_USER"]
    assert done.stderr.startswith(f"scripts/image: {registry} does not accept this password for {user}\n  → ")
    assert "REGISTRY_USER" in done.stderr
    assert "no-such-password" not in done.stdout + done.stderr


def test_pushing_without_a_login_says_how_to_log_in(account, prod_image):
    account["IMAGE"] = prod_image
    assert image_script("tag", "prod", environment=account).returncode == 0
    done = image_script("push", "prod", environment=account)
    assert done.returncode == 1
    assert f"scripts/image: {account['REGISTRY']} does not let us push" in done.stderr
    assert f"REGISTRY={account['REGISTRY']} scripts/image login" in done.stderr


def test_pushing_what_was_not_tagged_says_how_to_tag(account):
    done = image_script("push", "prod", environment=account)
    assert done.returncode == 1
    assert "→ scripts/image tag prod" in done.stderr


def test_a_registry_that_is_not_there(account):
    done = log_in(account | {"REGISTRY": "127.0.0.1:9"}, "x")
    assert done.returncode == 1
    assert "cannot log in to 127.0.0.1:9" in done.stderr
    assert "check REGISTRY and the network" in done.stderr


def test_the_login_is_kept_where_the_engine_keeps_it(registry, account, tmp_path):
    assert log_in(account, registry.password).returncode == 0
    kept = [path for path in (tmp_path / "docker/config.json", tmp_path / "podman.json") if path.exists()]
    assert [registry.host in json.loads(path.read_text())["auths"] for path in kept] == [True]
