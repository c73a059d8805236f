import subprocess

import pytest

from s2n.cli.completion import SHELLS
from s2n.cli.main import main


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_a_script(shell, capsys):
    assert main(["completion", shell]) == 0
    assert "--max-pages" in capsys.readouterr().out


def test_bash_completes_commands_options_and_choices(capsys):
    main(["completion", "bash"])
    script = capsys.readouterr().out
    ask = """
ask() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _shtab_s2n s2n "${@: -1}" "${@: -2:1}" 2>/dev/null
    echo "${COMPREPLY[@]}"
}
ask s2n sca
ask s2n scan --max-p
ask s2n scan --scope f
ask s2n report --output-f
ask s2n plugins sh
ask s2n craw
ask s2n crawl --output-format tr
"""
    ran = subprocess.run(
        ["bash", "--norc", "-c", script + ask], capture_output=True, text=True, check=True, timeout=20
    )
    assert ran.stdout.splitlines() == [
        "scan scans",
        "--max-pages",
        "folder",
        "--output-format",
        "show",
        "crawl",
        "tree",
    ]


def test_an_unknown_shell(capsys):
    assert main(["completion", "ksh"]) == 2
    assert "bash" in capsys.readouterr().err
