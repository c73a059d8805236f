import html as htmllib
import re
import shlex
import subprocess
from urllib.parse import unquote

import pytest

from s2n.model import Confidence, Request
from s2n.s2nscanner.plugins.oscommand import Plugin
from support.site import MemorySender, html, params, point_at, run_check

URL = "http://site.test/ping?host=127.0.0.1"


def sh(line, **environment):
    """The output of a command line, by a real shell; nothing waits for input."""
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=10,
        check=False,
        env={"PATH": "/usr/bin:/bin"} | environment,
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def page(text):
    return html(f"<h1>Result</h1><pre>{htmllib.escape(text)}</pre>")


def shell(template, *, strip="", allow=lambda value: True):
    """A page that puts the parameter into a command line, after a filter."""

    def site(request):
        value = params(request).get("host", "")
        if not allow(value):
            return html("<h1>Forbidden</h1>", 403)
        for character in strip:
            value = value.replace(character, "")
        return page(sh(template.format(value)))

    return site


def cmd_commands(line):
    """The commands of a line for cmd: & parts them outside of double quotes, ``rem`` ends the line."""
    commands, quoted, word = [], False, ""
    for character in line:
        quoted ^= character == '"'
        if character == "&" and not quoted:
            commands.append(word)
            word = ""
        else:
            word += character
    for command in [*commands, word]:
        if command.startswith("rem "):
            return
        yield command


def cmd(request):
    """What cmd would print."""
    out = ""
    for command in cmd_commands("type " + params(request)["host"]):
        if command.startswith("echo "):
            out += command[5:] + "\r\n"
        elif match := re.fullmatch(r"set /a (\d+)\*(\d+)", command):
            out += str(int(match[1]) * int(match[2]))
    return page(out)


def cmd_seconds(request, quote=""):
    """How long cmd would take: a ping a second, the first at once."""
    pings = (
        re.fullmatch(r"ping -n (\d+) -w \d+ 127\.0\.0\.1", command)
        for command in cmd_commands(f"type {quote}{params(request)['host']}{quote}")
    )
    return 0.002 + sum(int(ping[1]) - 1 for ping in pings if ping)


def powershell(request):
    """What PowerShell would print: no ``${IFS}`` splits a word, and there is no ``expr``."""
    out = ""
    for command in params(request)["host"].split(";"):
        if match := re.fullmatch(r"echo (\w+)\$\(\((\d+)\*(\d+)\)\)(\w+)", command):
            out += f"{match[1]}{int(match[2]) * int(match[3])}{match[4]}\r\n"
    return page(out)


def no_shell(request):
    """Splits the parameter into words and runs them without a shell: the value is the command itself."""
    try:
        words = shlex.split(params(request)["host"])
        return page(subprocess.run(words, capture_output=True, check=False).stdout.decode())
    except (OSError, ValueError):
        return page("no such command")


FIRES = {
    "bare": shell("echo checking {}"),
    "bare, in the middle": shell("echo checking {} 2>&1 | cat"),
    "single quotes": shell("echo 'checking {}'"),
    "double quotes": shell('echo "checking {}"'),
    "double quotes, output not shown": shell('printf "%s" "{}" > /dev/null'),
    "inside a loop": shell('for i in 1; do echo "{}" > /dev/null; done'),
    "inside parentheses": shell("(test -e '{}')"),
    "no ; or &": shell("test -e {}", strip=";&"),
    "no ; & or line end": shell("test -e {}", strip=";&\n"),
    "no ; | or line end": shell("test -e {}", strip=";|\n"),
    "no $": shell("test -e {}", strip="$"),
    "no spaces": shell("test -e {}", strip=" "),
    "no spaces or line ends": shell("exec 2>&-; test -e '{}'", strip=" \n\t"),
    "no separators at all": shell('echo "{}"', strip=";&|\n'"),
    "no separators, no backquotes": shell('echo "{}"', strip=";&|\n'`"),
    "no separators and no $": shell('echo "{}"', strip=";&|\n$'"),
    "a filter that answers 403": shell("test -e {}", allow=lambda value: not set(value) & set(";&|`")),
    "the value is the command": no_shell,
    "cmd": cmd,
    "PowerShell": powershell,
}


def echo(request):
    return page("you said " + params(request)["host"])


def calculator(request):
    """Does any product it is asked for, with no shell."""
    numbers = re.findall(r"\d+", params(request)["host"])
    return page(str(int(numbers[-2]) * int(numbers[-1]) if len(numbers) > 1 else 0))


def without_operators(request):
    return page(re.sub(r"[^a-z0-9]", "", params(request)["host"]))


SILENT = {
    "quoted": lambda request: page(sh("echo " + shlex.quote(params(request)["host"]))),
    "no shell": lambda request: page(
        subprocess.run(
            ["/bin/echo", params(request)["host"]], capture_output=True, check=False
        ).stdout.decode()
    ),
    "echo": echo,
    "echo, unescaped": lambda request: html(params(request)["host"]),
    "echo without operators": without_operators,
    "only addresses": shell("echo {}", allow=lambda value: re.fullmatch(r"[\d.]+", value)),
    "a filter that answers 403": shell("echo {}", allow=lambda value: value == "127.0.0.1"),
    "an error page": lambda request: html("sh: 1: Syntax error", 500),
}


@pytest.mark.parametrize("name", FIRES)
def test_fires(name):
    claims = run_check(Plugin(), FIRES[name], point_at(URL, "host"))
    assert len(claims) == 1
    assert claims[0].confidence is Confidence.CERTAIN
    assert re.fullmatch(r"The target computed \d+ × \d+ = \d+\.", claims[0].evidence)
    assert claims[0].marker in claims[0].exchange.response.text
    assert claims[0].marker not in claims[0].exchange.request.target
    assert claims[0].control is not None


@pytest.mark.parametrize("name", SILENT)
def test_stays_silent(name):
    sender = MemorySender(SILENT[name])
    assert run_check(Plugin(), sender, point_at(URL, "host")) == []
    assert len(sender.requests) <= 16


def test_stays_silent_where_the_page_multiplies_numbers_by_itself():
    assert run_check(Plugin(), calculator, point_at(URL, "host")) == []


class Blind:
    """A shell whose output nobody sees; its ``sleep`` tells the clock instead of waiting."""

    def __init__(self, folder, template, strip=""):
        self.waited = folder / "waited"
        sleep = folder / "sleep"
        sleep.write_text(f'#!/bin/sh\necho "$1" >> {self.waited}\n')
        sleep.chmod(0o755)
        self.path = f"{folder}:/usr/bin:/bin"
        self.template, self.strip = template, strip

    def __call__(self, request):
        self.waited.write_text("")
        value = params(request)["host"]
        for character in self.strip:
            value = value.replace(character, "")
        sh(self.template.format(value), PATH=self.path)
        return page("queued")

    def latency(self, request):
        return 0.002 + sum(map(float, self.waited.read_text().split()))


@pytest.mark.parametrize(
    ("template", "strip"),
    [
        ("test -e {}", ""),
        ("test -e '{}'", ""),
        ('test -e "{}"', ""),
        ("test -e {}", ";"),
        ("test -e '{}'", ";\n"),
        ("test -e {}", ";\n|"),
        ('test -e "{}"', ";\n|&'"),
    ],
)
def test_blind(tmp_path, template, strip):
    site = Blind(tmp_path, template, strip)
    claims = run_check(Plugin(), MemorySender(site, site.latency), point_at(URL, "host"))
    assert len(claims) == 1
    assert claims[0].confidence is Confidence.FIRM


@pytest.mark.parametrize("quote", ["", '"'])
def test_blind_on_windows(quote):
    sender = MemorySender(lambda request: page("queued"), lambda request: cmd_seconds(request, quote))
    (claim,) = run_check(Plugin(), sender, point_at(URL, "host"))
    assert "&ping -n " in claim.payload


def test_blind_is_silent_when_quoted(tmp_path):
    site = Blind(tmp_path, "test -e {}")

    def quoted(request):
        site.waited.write_text("")
        sh("test -e " + shlex.quote(params(request)["host"]), PATH=site.path)
        return page("queued")

    assert run_check(Plugin(), MemorySender(quoted, site.latency), point_at(URL, "host")) == []


def test_blind_is_silent_on_a_page_that_is_always_slow():
    sender = MemorySender(echo, lambda request: 2.5)
    assert run_check(Plugin(), sender, point_at(URL, "host")) == []


def test_the_wait_runs_once_in_every_quoting(tmp_path):
    """A wait that ran three times would triple the time a scan takes."""
    from s2n.s2nscanner.plugins.oscommand import _WAIT

    for template in ("test -e {}", "test -e '{}'", 'test -e "{}"'):
        site = Blind(tmp_path, template)
        for wait, word, _ in _WAIT[:4]:
            site.waited.write_text("")
            sh(template.format(wait("x", word, 3)), PATH=site.path)
            assert site.waited.read_text() == "3\n", (template, wait("x", word, 3))


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_headers_and_cookies_get_the_likeliest_only(quote):
    def logged(request):
        return page(sh(f"echo {quote}{unquote(request.header('cookie') or '')}{quote}"))

    request = Request.from_url(URL, headers=(("Cookie", "theme=dark"),))
    assert len(run_check(Plugin(), logged, point_at("", "theme", request))) == 1
    sender = MemorySender(echo)
    assert run_check(Plugin(), sender, point_at("", "theme", request)) == []
    assert len(sender.requests) <= 4
