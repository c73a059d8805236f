"""Calls that wait until the browser has shown what pages send."""

from s2n.model import Request
from s2n.s2nscanner.crawler.afterthoughts import Afterthoughts
from s2n.s2nscanner.crawler.forms import Form, Submission
from s2n.s2nscanner.crawler.frontier import Entry

PAGE = Entry("http://a.test/app.js")


def call(url="http://a.test/api/items", method="POST", form=None):
    return Submission(method, url, "", b"", (), "", sensitive=False, form=form)


def test_what_changes_something_waits_and_comes_once():
    late = Afterthoughts(active=True)
    assert [late.keep(PAGE, call()), late.keep(PAGE, call()), late.keep(PAGE, call(method="PUT"))] == [
        True
    ] * 3
    assert len(late) == 2
    assert late.release() == [(PAGE, call()), (PAGE, call(method="PUT"))]
    assert late.release() == []


def test_nothing_waits_that_only_reads_or_that_a_form_sends():
    late = Afterthoughts(active=True)
    assert not late.keep(PAGE, call(method="GET"))
    assert not late.keep(PAGE, call(form=Form({})))


def test_nothing_waits_without_a_browser_or_after_it():
    assert not Afterthoughts(active=False).keep(PAGE, call())
    late = Afterthoughts(active=True)
    late.release()
    assert not late.keep(PAGE, call())


def test_what_a_page_has_made_itself_is_not_asked_for_again():
    late = Afterthoughts(active=True)
    for url in ("http://a.test/api/items/1", "http://a.test/api/other"):
        late.keep(PAGE, call(url))
    late.hear(Request.from_url("http://a.test/api/items/17", "POST"))
    late.hear(Request.from_url("http://a.test/api/other", "PUT"))
    assert late.release() == [(PAGE, call("http://a.test/api/other"))]
