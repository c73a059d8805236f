import pickle

import pytest

from corpus.classes.serialized_object import PHP, VIEWSTATE, cookie, field, mac, text
from s2n.model import Confidence, Exchange, Request, Severity
from s2n.s2nscanner.plugins.serialized_object import Plugin

REQUEST = Request.from_url("http://site.test/")


def inspect(make):
    return list(Plugin().inspect(Exchange(REQUEST, make()(REQUEST))))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (cookie(text(PHP)), "The cookie prefs holds a serialised object of PHP (base64)"),
        (
            field(pickle.dumps({"a": "b"}, 0).decode()),
            "The hidden field state holds a serialised object of Python:",
        ),
    ],
)
def test_an_object_is_a_sign_only(make, words):
    (claim,) = inspect(make)
    assert claim.evidence.startswith(words)
    assert claim.confidence is Confidence.TENTATIVE
    assert claim.per_site


def test_a_viewstate_without_its_code():
    (claim,) = inspect(field(text(VIEWSTATE), "__VIEWSTATE"))
    assert claim.severity is Severity.MEDIUM
    assert claim.confidence is Confidence.FIRM


@pytest.mark.parametrize(
    "make",
    [
        field(text(VIEWSTATE + mac(VIEWSTATE)), "__VIEWSTATE"),
        cookie(text(PHP) + ".sig"),
        cookie("abc"),
        field("{}"),
    ],
)
def test_what_is_signed_or_plain_is_silent(make):
    assert inspect(make) == []
