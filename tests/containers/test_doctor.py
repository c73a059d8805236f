"""``s2n doctor`` and ``s2n image`` against a real engine, and the way of an image through a registry."""

import os
from uuid import uuid4

import pytest


def test_everything_works_here(host):
    done = host.run("doctor", code=0)
    for name in ("python", "engine", "image", "mount", "loopback", "clock", "plugins", "store", "self-test"):
        assert f"✓ {name} " in done.stdout
    assert "✗" not in done.stdout
    assert ", 0 false" in done.stdout
    assert host.engine.text("ps", "--all", "--quiet", "--filter", "label=io.s2n.scan") == ""
    assert {path.stat().st_uid for path in host.folder.rglob("*")} == {os.getuid()}


def test_without_an_image_the_rest_is_not_tried(host):
    words = ("doctor", "--quick", "--image", "127.0.0.1:5000/none/s2n:1", "--pull", "never")
    done = host.run(*words, code=4)
    assert "✓ engine" in done.stdout
    assert "✗ image" in done.stdout
    assert "    → " in done.stdout
    assert "mount" not in done.stdout
    assert done.stdout.endswith("s2n needs mending here\n")


def test_without_an_engine_that_was_asked_for(host, tmp_path):
    done = host.run("doctor", "--quick", "--runtime", "nerdctl", code=4, env={"PATH": str(tmp_path)})
    assert "✗ engine    nerdctl is not installed" in done.stdout


def test_a_broken_plugin_is_named(host):
    host.plugin("def :\n", "bad")
    done = host.run("doctor", "--quick", code=4)
    assert "broken: bad" in done.stdout


def test_login_tag_push_remove_and_the_scan_pulls_by_itself(host, registry, lab):
    engine = host.engine
    if engine.is_podman:
        pytest.skip("podman pulls over TLS, which the registry of the tests does not speak")
    image = f"{registry.host}/s2n-test-{uuid4().hex[:8]}/s2n:1"
    settings = {"DOCKER_CONFIG": host.env["DOCKER_CONFIG"]}
    login = ("login", registry.host, "--username", registry.user, "--password-stdin")
    assert engine.call(*login, feed=registry.password.encode(), environment=settings).returncode == 0
    engine.text("tag", host.image, image)
    pushed = engine.call("push", image, environment=settings)
    assert pushed.returncode == 0, pushed.stderr.decode()
    engine.text("image", "rm", image)
    assert not engine.has(image)
    try:
        words = ("-u", lab.url, "-p", "xss", "--max-pages", "20", "--image", image)
        done = host.run("scan", *words, "-o", "out.json", code=1)
        assert f"pulling {image}" in done.stderr
        assert f"pulled {image}" in done.stderr
        assert host.report()["metadata"]["status"] == "COMPLETE"
        assert "pulling" not in host.run("plugins", "--image", image, code=0).stderr
        assert "pulling" in host.run("image", "pull", "--image", image, code=0).stderr
    finally:
        engine.call("image", "rm", image)
