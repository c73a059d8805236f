"""The skeleton tells templates apart, not their contents; hostile markup ends."""

import time

import pytest

from s2n.s2nscanner.crawler.page import read_page


def skeleton(html):
    return read_page(html).skeleton


def test_contents_and_lengths_do_not_matter():
    one = "<h1>A</h1><ul><li><a href=/1>x</a></ul>"
    two = "<h1>B</h1><ul><li><a href=/2>y</a><li><a href=/3>z</a></ul>"
    assert skeleton(one) == skeleton(two)


@pytest.mark.parametrize(
    "other", ["<p class=x>t</p>", "<p>t</p><b>u</b>", "<p>t</p><input name=a>", "<p>t</p><input name=b>"]
)
def test_markup_matters(other):
    assert skeleton("<p>t</p>") != skeleton(other)


def test_script_calls_are_handed_on():
    (call,) = read_page("<script>fetch('/a',{method:'POST',body:'x=1'})</script>").calls
    assert call.reference == "/a"


@pytest.mark.parametrize(
    "piece",
    [
        "<a href=x",
        "<!--",
        "<noscript><!--",
        "<form><input name=a>",
        "<a href=/x>",
        "<select><option>",
        "</form>",
        "&",
    ],
)
def test_linear_on_hostile_markup(piece):
    begin = time.process_time()
    read_page(piece * (400_000 // len(piece)))
    assert time.process_time() - begin < 3


WRITTEN = """<form action="/pic' + 'check' + '.php" method="POST"><input name="name" type="text"></form>"""


def test_a_form_that_a_script_writes_is_the_pages_own():
    (form,) = read_page(f"<script>document.write('{WRITTEN}')</script>").forms
    assert (form.attributes["action"], [each.name for each in form.controls]) == ("/piccheck.php", ["name"])


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <form action=/old method=post><input name=a></form> -->",
        "<script>x('<form action=/old></form>')</script>",
        "<script>x('<form><input name=a></form>')</script>",
        '<script type="application/json">{"html": "<form action=/old><input name=a></form>"}</script>',
    ],
    ids=["commented out", "without fields", "without an address", "in data"],
)
def test_other_forms_are_at_most_a_hint(text):
    assert read_page(text).forms == []
