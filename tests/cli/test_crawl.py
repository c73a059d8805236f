import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from s2n.cli.crawl import plan
from s2n.cli.main import main
from s2n.errors import OutputError, UsageError
from s2n.options import CrawlOptions
from s2n.report.as_site_json import parse
from support.site import html, params
from support.webserver import serving

from .conftest import STANDIN

CODE = f"""
import sys
from s2n.cli.main import main
from s2n.cli.runtime import local
local.COMMAND = {STANDIN!r}
sys.exit(main())
"""


def crawl(standin, scene, *words):
    return main(["crawl", "-u", f"{standin}/{scene}", *words])


def test_a_tree_is_on_standard_output_plain_in_a_pipe(standin, capsys):
    assert crawl(standin, "map") == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[3:] == [
        "http://standin.test",
        "├── /  GET 200 html  ← start",
        "└── search  GET 200 html  q=\\x1b[2Jtea  ← form /",
        "",
        "complete",
        "links not followed: 2 static file",
    ]
    assert "crawling http://standin.test/map" in err
    assert "2 endpoints" in err


def test_files_in_the_formats_of_their_suffixes_and_standard_output_stays_empty(standin, capsys):
    names = ("a.json", "a.openapi.json", "a.yaml", "a.txt")
    assert crawl(standin, "map", *(word for name in names for word in ("-o", name))) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert all(f"site model: {name}\n" in err for name in names)
    assert [each.template for each in parse(Path("a.json").read_bytes()).endpoints] == ["/", "/search"]
    description = json.loads(Path("a.openapi.json").read_text())
    assert list(description["paths"]) == ["/", "/search"]
    assert yaml.safe_load(Path("a.yaml").read_text()) == description
    assert "├── /  GET" in Path("a.txt").read_text()


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        (("--output-format", "json"), '{\n  "s2n_site"'),
        (("--output-format", "openapi"), '{\n  "openapi"'),
        (("--output-format", "openapi-yaml"), 'openapi: "3.1.0"'),
        (("-o", "a.txt", "-o", "-", "--output-format", "json"), '{\n  "s2n_site"'),
        (("-o", "-"), "s2n "),
    ],
)
def test_standard_output_in_another_format(standin, capsys, words, begin):
    assert crawl(standin, "map", *words) == 0
    assert capsys.readouterr().out.startswith(begin)


def test_quiet_leaves_the_result_alone(standin, capfd):
    assert crawl(standin, "map", "-q") == 0
    out, err = capfd.readouterr()
    assert "search" in out
    assert err == ""


@pytest.mark.parametrize(
    ("scene", "code", "words"),
    [
        ("deep", 0, "The model is not complete: a limit cut the crawl short: --depth."),
        ("unreachable", 3, "NOTHING WAS SEEN of the site.\ns2n: error: nothing answers"),
        ("untested", 3, "NOTHING WAS SEEN of the site: no page was found."),
        ("crash", 4, "The crawl failed. The model is partial."),
        ("mute", 4, "no module named yesterday"),
    ],
)
def test_how_it_ended_is_told_and_is_the_exit_code(standin, capsys, scene, code, words):
    assert crawl(standin, scene, "-o", "a.json") == code
    assert words in capsys.readouterr().err
    assert parse(Path("a.json").read_bytes()).complete is False


def test_ctrl_c_leaves_a_partial_model(standin):
    program = [sys.executable, "-c", CODE, "crawl", "-u", f"{standin}/hang", "-o", "a.json"]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "HIGH" in line:  # it is in the middle
            break
    process.send_signal(2)
    err = process.stderr.read()
    assert process.wait(timeout=20) == 130
    process.stderr.close()
    site = parse(Path("a.json").read_bytes())
    assert (site.status, len(site.endpoints)) == ("INTERRUPTED", 1)
    assert "The crawl was interrupted: stopped by the user. The model is partial." in err


def test_a_terminal_gets_colours(standin, monkeypatch):
    main_end, other_end = pty.openpty()
    env = os.environ | {"TERM": "xterm-256color", "COLUMNS": "200"}
    env.pop("NO_COLOR", None)
    program = [sys.executable, "-c", CODE, "crawl", "-u", f"{standin}/map", "-q"]
    shown = []

    def drain():
        try:
            while data := os.read(main_end, 65536):
                shown.append(data)
        except OSError:  # the other end is closed
            pass

    reader = threading.Thread(target=drain)
    reader.start()
    ran = subprocess.run(program, stdout=other_end, env=env, check=False, timeout=30)
    os.close(other_end)
    reader.join(10)
    os.close(main_end)
    text = b"".join(shown)
    assert ran.returncode == 0
    assert b"\x1b[1msearch\x1b[0m" in text
    assert b"\x1b[2Jtea" not in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "a.html"), "no format of a site model"),
        (("-o", "none/a.json"), "cannot write"),
        (("--fail-on", "low"), "unknown option --fail-on"),
        (("--output-format", "sarif"), "sarif"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(standin, capsys, words, message):
    assert crawl(standin, "map", *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "crawling" not in err


def test_options_for_scans_in_the_config_file_do_not_disturb_it(standin, capsys, home):
    (home / "s2n.toml").write_text(
        'output = ["report.html"]\noutput_format = "sarif"\nfail_on = "high"\nplugin = ["xss"]\ndepth = 3\n'
    )
    assert crawl(standin, "map") == 0
    assert "search" in capsys.readouterr().out
    assert not (home / "report.html").exists()


def test_what_goes_where(home):
    def planned(*outputs, fmt=None):
        options = CrawlOptions(site_outputs=outputs, site_format=fmt)
        return [(target.path, target.format) for target in plan(options, home)]

    assert planned() == [("-", "tree")]
    assert planned(fmt="json") == [("-", "json")]
    assert planned("a.json", "b.yaml", "a.json") == [("a.json", "json"), ("b.yaml", "openapi-yaml")]
    assert planned("a.txt", fmt="openapi") == [("a.txt", "openapi")]
    assert planned("a.json", "-", fmt="openapi") == [("a.json", "json"), ("-", "openapi")]
    with pytest.raises(UsageError):
        planned("a.pdf")
    with pytest.raises(OutputError):
        planned("none/a.json")


def shop(request):
    if request.path == "/":
        return "<a href='/find?q=tea'>find</a><form method=post action=/note><input name=text></form>"
    if request.path == "/find":
        return f"<p>{params(request).get('q', '')}"
    return html("noted") if request.path == "/note" else html("nothing", 404)


@pytest.mark.usefixtures("home")
def test_the_whole_way_over_the_real_runner_and_back_into_a_scan():
    with serving(shop) as web:
        assert main(["crawl", "-u", web.url, "-o", "a.json", "-q", "--browser", "never"]) == 0
        words = ["-u", web.url, "-p", "xss", "-q", "--browser", "never", "--no-store"]
        assert main(["scan", *words, "--no-crawl", "--api", "a.json", "-o", "b.json"]) == 1
        assert main(["scan", *words, "-o", "c.json"]) == 1
        other = web.url.replace("127.0.0.1", "localhost")
        assert main(["scan", "-u", other, "--api", "a.json", "-q", "-o", "d.json"]) == 2
    found = [
        {
            (each["url"].partition("?")[0], each["parameter"])
            for result in json.loads(Path(name).read_text())["plugin_results"]
            for each in result["findings"]
        }
        for name in ("b.json", "c.json")
    ]
    assert found[0] == found[1] == {(f"{web.url}find", "q")}
