"""A stand-in for an engine's binary, for what no engine can be made to say on demand."""

import json
import sys
from pathlib import Path

DOCKER = {
    "ServerVersion": "28.0",
    "OperatingSystem": "Debian",
    "NCPU": 4,
    "SecurityOptions": ["name=seccomp"],
    "MemoryLimit": True,
    "CpuCfsQuota": True,
    "PidsLimit": True,
}
PODMAN = {
    "host": {"cpus": 2, "security": {"rootless": True}, "cgroupControllers": ["memory", "pids"]},
    "version": {"Version": "5.0"},
}


def install(folder: Path, name: str, **answers: tuple[int, str, str]) -> Path:
    """An executable ``name`` that answers its first word with an exit code, stdout and stderr.

    Each call's words are noted in ``NAME.calls``, one JSON list a line.
    """
    script = folder / name
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        f"open({str(script) + '.calls'!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
        f"code, out, err = {answers!r}.get(sys.argv[1], (0, '', ''))\n"
        "sys.stdout.write(out)\n"
        "sys.stderr.write(err)\n"
        "sys.exit(code)\n"
    )
    script.chmod(0o755)
    return script


def info(facts: dict[str, object] = DOCKER, **changes: object) -> tuple[int, str, str]:
    """What ``info`` says of an engine that runs."""
    return 0, json.dumps({**facts, **changes}), ""


def calls(script: Path) -> list[list[str]]:
    noted = Path(f"{script}.calls")
    return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []
