import pytest

from s2n.cli.runtime.trouble import engine_trouble, pull_trouble, run_trouble


@pytest.mark.parametrize(
    ("said", "message", "remedy"),
    [
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
            "no permission to use docker",
            "usermod -aG docker",
        ),
        (
            "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
            "its daemon does not run",
            "systemctl start docker",
        ),
        (
            "Cannot connect to Podman. Please verify your connection to the Linux system",
            "its daemon does not run",
            "podman machine start",
        ),
        (
            "rootless containerd not running? (hint: use `containerd-rootless-setuptool.sh install`)",
            "its daemon does not run",
            "start it",
        ),
    ],
)
def test_an_engine_that_does_not_answer(said, message, remedy):
    error = engine_trouble("docker", said)
    assert message in str(error)
    assert remedy in error.remedy
    assert said in error.__notes__


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("dial tcp: lookup ghcr.io on 10.0.0.1:53: no such host", "cannot be reached"),
        ("net/http: request canceled (Client.Timeout exceeded while awaiting headers)", "cannot be reached"),
        ("dial tcp 127.0.0.1:5009: connect: connection refused", "cannot be reached"),
        ("unauthorized: incorrect username or password", "does not let you pull"),
        ('Head "http://r/v2/s2n/manifests/1": no basic auth credentials', "does not let you pull"),
        ("manifest for r/s2n:9 not found: manifest unknown: manifest unknown", "has no image"),
        ("toomanyrequests: You have reached your pull rate limit", "too many requests"),
        ("no matching manifest for linux/riscv64 in the manifest list entries", "architecture"),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "be trusted"),
        (
            "failed to register layer: write /usr/lib/x: no space left on device",
            "the disk of docker is full",
        ),
    ],
)
def test_an_image_that_does_not_come(said, message):
    error = pull_trouble("docker", "r/s2n:9", "r", said)
    assert message in str(error)
    assert error.remedy


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            'docker: invalid mount config for type "bind": bind source path does not exist: /x',
            "cannot see a folder",
        ),
        ("Mounts denied: The path /x is not shared from the host", "cannot see a folder"),
        ("network bridge not found", "has no network"),
        ("mkdir /var/lib/docker/overlay2/a: no space left on device", "disk of docker is full"),
        ("range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", "--cpus"),
        ("unknown flag: --nonsense", "does not know one of the options"),
        ('exec: "python": executable file not found in $PATH: unknown', "cannot be run here"),
    ],
)
def test_a_container_that_does_not_start(said, message):
    error = run_trouble("docker", "s2n:1", said)
    assert message in str(error)
    assert error.remedy


def test_what_nobody_knows_stays_unexplained():
    assert engine_trouble("docker", "the moon is full") is None
    assert pull_trouble("docker", "i", "r", "the moon is full") is None
    assert run_trouble("docker", "i", "the moon is full") is None
