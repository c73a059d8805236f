"""Which pages are looked at in a browser."""

import pytest

from s2n.s2nscanner.crawler.scripted import Need, need_of
from support.site import html

PROSE = "<p>" + "Words that can be read without any script. " * 20

BUILT = {
    "an empty root": '<div id="app"></div><script src=/app.js></script>',
    "a root among prose": f'{PROSE}<div id="root"> </div><script type="module" src=/m.js></script>',
    "an Angular root": "<app-root></app-root><script src=main.js></script>",
    "an unknown root": "<shop-shell></shop-shell><script src=main.js></script>",
    "nothing but a script": "<script>boot()</script>",
    "a plea": "<noscript>You need to enable JavaScript to run this app.</noscript><script src=a.js></script>",
}
ACTING = {
    "a handler in the markup": f"{PROSE}<button onclick=go()>Go</button>",
    "a listener": f"{PROSE}<script>b.addEventListener('click', go)</script>",
    "a request": f"{PROSE}<script>fetch('/x')</script>",
    "Alpine": f"{PROSE}<div x-data='{{}}'></div><script src=alpine.js></script>",
    "Vue on a page": f"{PROSE}<a @click='go'>x</a><script src=vue.js></script>",
}
PLAIN = {
    "prose": PROSE,
    "few words": "<p>Hello</p>",
    "prose in a header": f"<header>{PROSE}</header><script src=stats.js></script>",
    "data": f'{PROSE}<script type="application/ld+json">{{"a": "fetch("}}</script>',
    "statistics": f"{PROSE}<script>window.dataLayer = [1]</script><script src=stats.js></script>",
    "a bare form": "<form><input name=q></form><script src=stats.js></script>",
    "links": f"{'<a href=/x>x</a>' * 5}<script src=stats.js></script>",
}


@pytest.mark.parametrize("name", BUILT)
def test_script_built_pages_need_a_browser(name):
    assert need_of(html(BUILT[name])) is Need.ALL


@pytest.mark.parametrize("name", ACTING)
def test_pages_that_react_miss_something_without(name):
    assert need_of(html(ACTING[name])) is Need.SOME


@pytest.mark.parametrize("name", PLAIN)
def test_others_need_none(name):
    assert need_of(html(PLAIN[name])) is Need.NONE


@pytest.mark.parametrize("tag", ["<script>", "<svg ", "<div ", "<!--", "<head "])
def test_what_is_left_open_a_thousand_times_is_read_in_one_pass(tag):
    assert need_of(html("<script></script>" + tag * 26_000)) in Need  # by the square it takes half a minute
