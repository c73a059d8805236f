import os
from pathlib import Path

import pytest

from s2n.cli.runtime.reach import (
    FILES_DIR,
    Mount,
    files_mounted,
    host_certificates,
    local_hosts,
    must_be_readable,
    on_loopback,
    seen_from_machine,
)
from s2n.errors import UsageError
from s2n.protocol import Job, ScanRequest


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", True),
        ("localhost", True),
        ("LocalHost.", True),
        ("shop.localhost", True),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
        ("notlocalhost", False),
        ("name.invalid", False),
    ],
)
def test_what_this_machine_is_called(host, here):
    assert on_loopback(host) is here


def test_a_name_of_the_hosts_file(monkeypatch):
    answers = {"shop.test": ["127.0.0.1", "::1"], "split.test": ["127.0.0.1", "192.0.2.1"]}
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda host, *_, **__: [(0, 0, 0, "", (a, 0)) for a in answers[host]]
    )
    assert on_loopback("shop.test")
    assert not on_loopback("split.test")


def test_every_place_that_can_name_this_machine():
    request = ScanRequest(
        target_url="http://192.0.2.1/",
        seeds=("http://localhost:1/a",),
        allow_hosts=("127.0.0.2:80", "[::1]:443", "192.0.2.2"),
        login_url="http://127.0.0.3/login",
        token_url="http://192.0.2.3/token",
        auth_check_url="http://127.0.0.4/me",
        proxy="http://u:p@127.0.0.1:8080",
    )
    named = ("localhost", "127.0.0.3", "127.0.0.4", "127.0.0.1", "127.0.0.2", "::1")
    assert local_hosts(request) == named
    assert local_hosts(ScanRequest(target_url="http://192.0.2.1/")) == ()


def test_a_host_that_is_resolved_by_hand_is_left_alone():
    request = ScanRequest(target_url="http://localhost/", resolve=("localhost:192.0.2.1",))
    assert local_hosts(request) == ()


def test_from_a_virtual_machine_only_the_connection_goes_elsewhere():
    request = ScanRequest(target_url="http://127.0.0.1:8000/", proxy="http://u:p@127.0.0.1:8080")
    job = seen_from_machine(Job(request=request), ("127.0.0.1", "::1"), "host.docker.internal")
    assert job.request.target_url == "http://127.0.0.1:8000/"
    assert job.request.resolve == ("127.0.0.1:host.docker.internal", "[::1]:host.docker.internal")
    assert job.request.proxy == "http://u:p@host.docker.internal:8080"
    assert seen_from_machine(Job(command="plugins"), (), "h") == Job(command="plugins")


def test_files_are_mounted_and_called_as_the_container_sees_them(tmp_path):
    request = ScanRequest(target_url="http://h/", ca_bundle=f"{tmp_path}/ca", client_key=f"{tmp_path}/key")
    job, mounts = files_mounted(Job(request=request))
    assert (job.request.ca_bundle, job.request.client_cert) == (f"{FILES_DIR}/ca-bundle.pem", "")
    assert mounts == (
        Mount(tmp_path / "ca", f"{FILES_DIR}/ca-bundle.pem"),
        Mount(tmp_path / "key", f"{FILES_DIR}/client-key.pem"),
    )
    assert files_mounted(Job(command="plugins")) == (Job(command="plugins"), ())


def test_a_login_that_was_recorded_is_mounted_too(tmp_path):
    request = ScanRequest(target_url="http://h/", login_recording=f"{tmp_path}/login.json")
    job, mounts = files_mounted(Job(request=request))
    assert mounts == (Mount(tmp_path / "login.json", job.request.login_recording),)


def test_the_certificates_that_this_machine_trusts(tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    assert host_certificates({"REQUESTS_CA_BUNDLE": str(bundle)}) == Mount(bundle, f"{FILES_DIR}/host-ca.pem")
    assert host_certificates({"SSL_CERT_FILE": str(tmp_path / "gone.pem")}) is None
    assert host_certificates({}) is None


def test_what_only_root_may_read_is_told_before_it_is_missing(tmp_path, monkeypatch):
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    mounts = [Mount(key, "/run/s2n/client-key.pem")]
    monkeypatch.setattr(os, "getuid", lambda: 0)
    with pytest.raises(UsageError, match="only root may read"):
        must_be_readable(mounts)
    key.chmod(0o644)
    must_be_readable(mounts)
    key.chmod(0o600)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    must_be_readable(mounts)


def test_a_folder_must_also_be_entered(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 0)
    folder = tmp_path / "plugins"
    folder.mkdir()
    folder.chmod(0o744)
    with pytest.raises(UsageError, match="plugins"):
        must_be_readable([Mount(Path(folder), "/opt/s2n/plugins")])
