import json

import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.ownpage import MAX_PIECES, signature_of_page
from support.site import html

LAYOUT = "<nav>Rooms, garden and terrace</nav>"
HOME = "<h1>A view of the harbour</h1><p>Breakfast &amp; dinner on the terrace</p>"


def page(body, status=200):
    return Exchange(Request.from_url("http://site.test/start?a=1"), html(body, status))


@pytest.mark.parametrize(
    "text",
    [
        "<div><h1>A view of the harbour</h1></div>",
        "&lt;h1&gt;A view of the harbour&lt;/h1&gt;",
        json.dumps({"body": HOME}),
    ],
)
def test_a_page_is_known_within_another(text):
    signature = signature_of_page(page(LAYOUT + HOME), page(LAYOUT))
    assert signature.what == "the target's own page /start"
    assert signature.find(text)


@pytest.mark.parametrize("text", [LAYOUT, "harbour", "<h1></h1>"])
def test_what_all_pages_have_is_no_sign(text):
    assert signature_of_page(page(LAYOUT + HOME), page(LAYOUT)).find(text) is None


@pytest.mark.parametrize(
    "known", [page(HOME, 404), page("<p>short</p>"), page("<p>12345678901234567890</p>"), page(LAYOUT)]
)
def test_a_page_with_nothing_of_its_own_has_no_signature(known):
    assert signature_of_page(known, page(LAYOUT)) is None


def test_the_longest_pieces_are_enough():
    body = "".join(f"<p>{'abcdefghij'[i % 10] * (12 + i)}</p>" for i in range(100))
    assert signature_of_page(page(body)).pattern.pattern.count("|") == MAX_PIECES - 1
