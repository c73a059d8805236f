import os
from pathlib import Path

import pytest

from s2n.lab.shell import tools

# each prints 1234*4321 only if a shell reads it
EXPLOITS = {
    ("GET /admin/ping", "host"): "x; echo $((1234*4321))",
    ("GET /admin/trace", "host"): "x'; echo $((1234*4321)); echo '",
    ("GET /admin/resolve", "host"): "$(echo $((1234*4321)))",
    ("GET /admin/scan", "host"): "x | echo $((1234*4321))",
    ("POST /admin/report", "printer"): "x; echo $((1234*4321))",
}
BLIND = ("GET /admin/wake", "host")
TWINS = {
    ("GET /admin/probe", "host"),
    ("GET /admin/route", "host"),
    ("GET /admin/whois", "host"),
    ("GET /admin/start", "host"),
    ("POST /admin/label", "printer"),
    ("GET /admin/about", "show"),
    ("GET /admin/filter", "host"),
}
PROOF = "5332114"


def test_every_label_is_shown(places):
    assert places(tools, plugin="oscommand", flawed=True) == EXPLOITS.keys() | {BLIND}
    assert places(tools, plugin="oscommand", flawed=False) == TWINS


@pytest.mark.parametrize(("place", "payload"), EXPLOITS.items(), ids=str)
def test_the_shell_computes(visitor, place, payload):
    assert PROOF in visitor.at(*place, payload).text
    assert PROOF not in visitor.normal(*place).text


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
def test_twins_compute_nothing(visitor, place):
    for payload in EXPLOITS.values():
        answer = visitor.at(*place, payload)
        assert PROOF not in answer.text, payload
        assert answer.status in {200, 400}


def test_only_time_shows(visitor):
    slow, normal = visitor.at(*BLIND, "x; sleep 0.4;"), visitor.normal(*BLIND)
    assert slow.text == normal.text
    assert slow.seconds >= 0.4
    assert visitor.at("GET /admin/start", "host", "x; sleep 0.4;").seconds < 0.4


def test_the_filter_stops_what_it_means_to(visitor):
    for attempt in ("x; expr 1234 '*' 4321", "x & expr 1234 '*' 4321", "x && expr 1234 '*' 4321"):
        assert PROOF in visitor.at("GET /admin/ping", "host", attempt).text
        assert PROOF not in visitor.at("GET /admin/scan", "host", attempt).text


def test_output_is_encoded(visitor):
    text = visitor.at("GET /admin/ping", "host", "x; printf '%s' '<svg onload=1>'").text
    assert "&lt;svg onload=1&gt;" in text


def test_a_redirection_cannot_create_a_file(visitor):
    name = f"stray-{os.getpid()}"
    text = visitor.at("GET /admin/ping", "host", f"x > {name}; pwd").text
    folder = Path(text.rpartition("</pre>")[0].strip().splitlines()[-1].removeprefix("<pre>"))
    assert folder.is_absolute()
    assert not (folder / name).exists()


def test_fixed_commands_are_chosen_among(visitor):
    assert "$ uname -s" in visitor.normal("GET /admin/about", "show").text
    assert "$ date -u +%Y" in visitor.at("GET /admin/about", "show", "x; id").text
