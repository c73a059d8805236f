"""OS command injection, in a real shell whose ``sleep`` only notes how long it was asked to wait."""

# ruff: noqa: E501 -- a site a line reads best

import html as entities
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from functools import lru_cache

from corpus.case import Case
from corpus.places import PLACES, place
from corpus.styles import STYLES, as_json
from s2n.model import Request, Response
from support.site import html

STYLED = list(STYLES)
CASES: list[Case] = []
PRELUDE = (
    "sleep() { echo $1 >&3; }; ping() { echo 'no answer'; }; host() { echo \"$1 has address 192.0.2.7\"; }; "
)


@lru_cache(maxsize=4096)
def shell(command: str) -> tuple[str, str, float]:
    """Output, error output, and the seconds that the command wanted to sleep."""
    readable, writable = os.pipe()
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec 3>/dev/fd/{writable}; {PRELUDE}{command}"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            pass_fds=(writable,),
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            check=False,
        )
        os.close(writable)
        writable = -1
        asked = os.read(readable, 65536).decode()
    finally:
        os.close(readable)
        if writable >= 0:
            os.close(writable)
    return done.stdout, done.stderr, sum(float(line) for line in asked.split() if line.isdigit())


class Machine:
    """Runs command lines; the seconds of the last one are its request's latency."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def run(self, command: str) -> tuple[str, str]:
        if "\0" in command:
            return "", "null byte"
        out, err, self.seconds = shell(command)
        return out, err

    def latency(self, _: Request) -> float:
        return 0.03 + self.seconds


def add(
    name: str,
    vulnerable: bool,
    answer: Callable[[Machine, str], Response],
    where: str = "query",
    value: str = "site.test",
) -> None:
    machine = Machine()
    read = place(where).read

    def site(request: Request) -> Response:
        machine.seconds = 0.0
        return answer(machine, read(request))

    CASES.append(
        Case("oscommand", name, vulnerable, lambda: site, (place(where).ask(value),), machine.latency)
    )


def shown(
    command: str, style: str, clean: Callable[[str], str] = str, api: bool = False
) -> Callable[[Machine, str], Response]:
    def answer(machine: Machine, value: str) -> Response:
        out, err = machine.run(command.replace("@", clean(value)))
        return (
            as_json({"output": out or err})
            if api
            else STYLES[style].page(f"<pre>{entities.escape(out + err)}</pre>", 200)
        )

    return answer


def blind(command: str, style: str, clean: Callable[[str], str] = str) -> Callable[[Machine, str], Response]:
    def answer(machine: Machine, value: str) -> Response:
        machine.run(command.replace("@", clean(value)))
        return STYLES[style].page("<p>Your request was queued.</p>", 200)

    return answer


def listed(style: str) -> Callable[[Machine, str], Response]:
    """The value is one argument, without a shell."""

    def answer(machine: Machine, value: str) -> Response:
        out, _ = machine.run(f"host {shlex.quote(value)}")
        return STYLES[style].page(f"<pre>{entities.escape(out)}</pre>", 200)

    return answer


for number, where in enumerate(PLACES):
    style = STYLED[number % len(STYLED)]
    value = {"Referer": "", "User-Agent": "", "X-Forwarded-For": "", "path": "server7"}.get(
        where, "site.test"
    )
    add(
        f"{style}: {where}, output shown",
        True,
        shown("host @", style, api=where.startswith("JSON")),
        where,
        value,
    )
    add(f"{style}: {where}, one argument", False, listed(style), where, value)

FORMS = {
    "bare": "host @",
    "bare, more follows": "host @ | head -c 4000",
    "double quotes": 'host "@"',
    "single quotes": "host '@'",
    "double quotes, more follows": 'echo "looking for @" && host localhost',
    "in the middle": "echo begin @ end > /dev/null; host x; echo @",
    "in backquotes": "echo `echo @`",
    "in $( )": "echo $(host @)",
    "a whole command": "@",
    "after an option": "host --name=@ 2>&1",
    "output thrown away but errors": "host '@' 2>&1 >/dev/null; true",
    "a file name": "cat /nonexistent/@.txt 2>&1",
    "assigned": 'H="@"; host "$H"',
}
for number, (what, command) in enumerate(FORMS.items()):
    style = STYLED[number % len(STYLED)]
    add(f"{style}: {what}, shown", True, shown(command, style))
    add(f"{style}: {what}, blind", True, blind(f"({command}) >/dev/null 2>&1", style))

FILTERS: dict[str, Callable[[str], str]] = {
    "semicolons removed": lambda v: v.replace(";", ""),
    "& and ; removed (DVWA medium)": lambda v: v.replace("&&", "").replace(";", ""),
    "spaces refused": lambda v: "" if " " in v else v,
    "$ removed": lambda v: v.replace("$", ""),
    "; & | removed": lambda v: re.sub("[;&|]", "", v),
    "; | ` $ ( ) refused": lambda v: "" if re.search(r"[;|`$()]", v) else v,
    "trimmed": str.strip,
    "quotes doubled": lambda v: v.replace('"', '""'),
}
for number, (what, clean) in enumerate(FILTERS.items()):
    style = STYLED[number % len(STYLED)]
    add(f"{style}: filter, {what}", True, shown("host @", style, clean))
add("php: filter, ; removed, blind", True, blind("host @ >/dev/null", "php", FILTERS["semicolons removed"]))


def trap(answer: Callable[[str], Response]) -> Callable[[Machine, str], Response]:
    return lambda machine, value: answer(value)


add(
    "trap: quoted for the shell",
    False,
    lambda machine, value: html(
        f"<pre>{entities.escape(machine.run('host ' + shlex.quote(value))[0])}</pre>"
    ),
)
add(
    "trap: the value is shown",
    False,
    trap(lambda value: html(f"<p>Looking up {entities.escape(value)} …</p>")),
)
add(
    "trap: names only",
    False,
    lambda machine, value: (
        html(f"<pre>{machine.run('host ' + value)[0]}</pre>")
        if re.fullmatch(r"[\w.-]+", value)
        else html("<p>bad name</p>", 400)
    ),
)
add(
    "trap: a calculator",
    False,
    trap(lambda value: html(f"<p>{sum(map(int, re.findall('[0-9]+', value)))}</p>")),
)
add(
    "trap: numbers are multiplied by nobody",
    False,
    trap(lambda value: html(f"<p>{' '.join(reversed(value.split()))}</p>")),
)
add(
    "trap: a firewall",
    False,
    trap(
        lambda value: html("<h1>Forbidden</h1>", 403) if re.search(r"[;&|`$]", value) else html("<p>ok</p>")
    ),
)
add(
    "trap: letters kept",
    False,
    lambda machine, value: html(f"<pre>{machine.run('host ' + re.sub('[^a-z0-9.-]', '', value))[0]}</pre>"),
)
add(
    "trap: PHP's escapeshellcmd within quotes of its own",
    False,
    lambda machine, value: html(
        f"<pre>{entities.escape(machine.run('host ' + chr(39) + value.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39)) + chr(39))[0])}</pre>"
    ),
)


class Overloaded(Machine):
    """Busy: every third answer takes three seconds, whatever is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def latency(self, _: Request) -> float:
        self.asked += 1
        return 3.05 if self.asked % 3 == 0 else 0.05


def busy() -> Case:
    machine = Overloaded()
    return Case(
        "oscommand",
        "trap: a busy machine",
        False,
        lambda: lambda r: html("<p>queued</p>"),
        (place("query").ask("site.test"),),
        machine.latency,
    )


def suspicious(request: Request) -> float:
    return 2.6 if "sle" in place("query").read(request) else 0.05


CASES.append(busy())
CASES.append(
    Case(
        "oscommand",
        "trap: a filter that is slow about suspicious words",
        False,
        lambda: lambda r: html("<p>queued</p>"),
        (place("query").ask("site.test"),),
        suspicious,
    )
)
CASES.append(
    Case(
        "oscommand",
        "trap: long values take longer",
        False,
        lambda: lambda r: html("<p>queued</p>"),
        (place("query").ask("site.test"),),
        lambda r: 0.02 * len(place("query").read(r)),
    )
)
