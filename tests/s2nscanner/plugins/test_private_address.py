import pytest

from corpus.classes.private_address import CASES
from corpus.run import run
from s2n.model import Exchange, Request, Severity
from s2n.s2nscanner.plugins.private_address import Plugin
from support.site import html


def found(body, url="http://site.test/"):
    return list(Plugin().inspect(Exchange(Request.from_url(url), html(body))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_each_address_once():
    claims = found("<p>10.0.0.5</p><a href='http://10.0.0.5/'>x</a><p>10.0.0.6</p>")
    assert [claim.variant for claim in claims] == ["10.0.0.5", "10.0.0.6"]


def test_a_path_weighs_more():
    (claim,) = found("<p>/srv/shop/views/item.py</p>")
    assert claim.severity is Severity.LOW


def test_what_was_asked_for_is_no_news():
    assert found("<p>You asked for 10.0.0.5</p>", "http://site.test/?ip=10.0.0.5") == []


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost", "[fd00::1]", "shop.internal", "127.0.0.1"])
def test_silent_where_the_target_is_inside(host):
    assert found("<p>10.0.0.5</p>", f"http://{host}/") == []


@pytest.mark.parametrize(
    "text", ["10.1.", "fd00:", "http://a.", "/var/www/a", "C:\\Users\\a", "<!--", "value='"]
)
def test_linear(text):
    found(text * (200_000 // len(text)))
