import pytest

from corpus.classes.stack_trace import CASES
from corpus.run import run
from s2n.model import Exchange, Request, Response, Severity
from s2n.s2nscanner.plugins.stack_trace import Plugin, shapes

PY = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in show\n    1 / 0'


def found(body, status=200, kind="text/html"):
    response = Response(status, headers=(("Content-Type", kind),), body=body.encode())
    return list(Plugin().inspect(Exchange(Request.from_url("http://site.test/"), response)))


def test_one_claim_that_shows_the_trace():
    (claim,) = found(f"<pre>{PY}</pre>", 500)
    assert claim.title == "Stack trace of Python"
    assert claim.marker == "Traceback (most recent call last):"
    assert "/srv/app/views.py" in claim.evidence
    assert claim.severity is Severity.MEDIUM


def test_the_debugger_counts_more_than_the_trace_in_it():
    page = f"<title>x // Werkzeug Debugger</title><script>EVALEX = true</script><pre>{PY}</pre>"
    (claim,) = found(page, 500)
    assert claim.title == "Interactive debugger is open to visitors"
    assert claim.severity is Severity.HIGH


def test_what_an_attack_provokes_is_one_finding_for_a_site():
    exchange = Exchange(Request.from_url("http://site.test/?q='"), Response(500, body=PY.encode()))
    (claim,) = Plugin().overhear(exchange)
    assert claim.per_site
    assert claim.title == "Stack trace of Python"
    assert not next(Plugin().inspect(exchange)).per_site
    assert list(Plugin().overhear(Exchange(exchange.request, Response(500, body=b"oops")))) == []


def test_errors_of_one_place_in_the_source_are_one_finding_for_a_site():
    def claim(path, line):
        trace = f"Error: Unexpected path: {path}\n    at /srv/routes/angular.js:{line}:18\n    at next"
        (claim,) = found(f"<pre>{trace}</pre>", 500)
        assert claim.per_site
        return claim.variant

    assert claim("/a", 52) == claim("/b", 52) != claim("/a", 99)
    assert not found(f"<pre>{PY}</pre>", 500)[0].per_site


def test_a_debug_page_is_one_finding_for_a_site_whatever_failed():
    def claim(path):
        said = "because you have <code>DEBUG = True</code> in your settings"
        (claim,) = found(
            f'<title>{path}</title><div id="summary">{path}</div>{said}<p>views.py:{len(path)}', 404
        )
        return claim

    one, other = claim("/a"), claim("/long")
    assert one.title == "Debug page of Django"
    assert one.per_site
    assert one.variant == other.variant


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.looks[:30])
def test_shapes_are_sound_and_linear(shape):
    assert shape.find("") is None
    for text in ("Exception ", "at /", "Error\n at ", '", line 1', " ", "<title>", "Warning: "):
        shape.find(text * (200_000 // len(text)))
