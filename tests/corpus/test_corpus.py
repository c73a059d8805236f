"""The corpus, and the harness that runs it."""

from types import SimpleNamespace

import pytest

from corpus import __main__ as entry
from corpus import run as harness
from corpus.case import Case
from corpus.run import Broken, Score
from s2n.model import Request
from support.site import html, params

ENOUGH = 10


@pytest.mark.parametrize("name", harness.names())
def test_a_class_holds_its_recall_and_precision(name):
    cases = harness.cases(name)
    assert {case.plugin for case in cases} == {name}
    assert len({case.name for case in cases}) == len(cases)
    score = harness.score(cases)
    assert score.faults(entry.baseline().get(name)) == [], (score.missed, score.false)
    assert score.vulnerable >= ENOUGH
    assert score.safe >= ENOUGH


def test_the_baseline_knows_every_class():
    assert sorted(entry.baseline()) == harness.names()


def echo(request):
    return f"<p>Results for {params(request).get('q', '')}</p>"


def escaping(request):
    return echo(request).replace("<", "&lt;")


def case(name, vulnerable, site, plugin="xss"):
    return Case(plugin, name, vulnerable, lambda: site, (Request.from_url("http://site.test/?q=1"),))


def test_scores_tell_found_missed_and_false_apart():
    score = harness.score(
        [
            case("found", True, echo),
            case("missed", True, escaping),
            case("quiet", False, escaping),
            case("false", False, echo),
        ]
    )
    assert (score.missed, score.false) == (["missed"], ["false"])
    assert score.numbers() == {"vulnerable": 2, "safe": 2, "found": 1, "false": 1}
    assert (score.recall, score.precision) == (0.5, 0.5)
    assert len(score.faults(None)) == 2


def test_passive_and_site_plugins_have_their_hooks_called():
    def cookie(_):
        return html("<h1>Hi</h1>", set_cookie="sessionid=4f7d2a0c1b9e")

    assert harness.run(case("cookie", True, cookie, "cookie_flags"))[0]

    def exposed(request):
        return html("ref: refs/heads/main\n") if request.path == "/.git/HEAD" else html("no", 404)

    findings, requests = harness.run(case("git", True, exposed, "sensitive_files"))
    assert findings
    assert requests > 10


def test_two_runs_of_a_case_send_the_same():
    def sent():
        requests = []

        def site(request):
            requests.append(request)
            return echo(request)

        harness.run(case("echo", True, site))
        return requests

    assert sent() == sent()


def test_a_plugin_that_crashes_is_no_silent_one(monkeypatch):
    class Plugin:
        async def check(self, point, ctx):
            raise LookupError("boom")
            yield

    monkeypatch.setattr(harness.importlib, "import_module", lambda _: SimpleNamespace(Plugin=Plugin))
    with pytest.raises(Broken, match="boom"):
        harness.run(case("any", False, echo))


def test_a_drop_against_the_baseline_is_a_fault():
    before = {"vulnerable": 100, "safe": 50, "found": 99, "false": 0}
    assert Score(100, 50, missed=["a"]).faults(before) == []
    assert Score(101, 51, missed=["a"]).faults(before) == []
    assert "more is missed" in Score(100, 50, missed=["a", "b"]).faults(before)[0]
    assert "more is false" in Score(1000, 50, false=["a"]).faults(before)[0]
    assert "fewer cases" in Score(99, 50).faults(before)[0]
    assert "fewer cases" in Score(100, 49).faults(before)[0]
