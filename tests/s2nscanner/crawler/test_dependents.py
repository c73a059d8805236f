"""What creates comes before what reads, and a read asks for what was created."""

import json

import pytest

from s2n.model import Response
from s2n.s2nscanner.crawler.dependents import MAX_HELD, Dependents, Held
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.seenvalues import Need, SeenValues
from s2n.s2nscanner.http.urls import Base
from s2nscanner.crawler.test_seenvalues import asked_by_a_crawl_of
from support.site import html, params

BASE = Base("http://site.test/")


def held(template, *needs):
    return Held(Entry(BASE.url), BASE, tuple(Need(name, "") for name in needs), template)


def test_those_whose_needs_are_met_come_first_then_those_that_lack_least():
    dependents, seen = Dependents(), SeenValues()
    for each in (held("/a", "a_id", "b_id"), held("/b", "b_id"), held("/c", "c_id")):
        assert dependents.hold(each)
    seen.add("cid", "3")
    released = []
    while len(dependents):
        released.append([each.template for each in dependents.release(seen)])
    assert released == [["/c"], ["/b"], ["/a"]]
    assert dependents.release(seen) == []


def test_the_same_of_many_pages_is_held_once_and_not_too_many():
    dependents = Dependents()
    for number in range(MAX_HELD):
        assert dependents.hold(held(f"/{number}", "a_id"))
    assert dependents.hold(held("/0", "a_id"))
    assert not dependents.hold(held("/more", "a_id"))
    assert len(dependents) == MAX_HELD


class Store:
    """Notes that are made by a POST, told of in one way, and read by their ids, which nobody can guess."""

    def __init__(self, told, page):
        self.told = told
        self.page = page
        self.read = []
        self.notes = {}

    def __call__(self, request):
        if request.path == "/":
            return self.page
        if request.path == "/api/notes" and request.method == "POST":
            ident = f"n7x{len(self.notes)}k2"
            self.notes[ident] = request.body
            return self.told(ident)
        if request.path.startswith("/api/notes/"):
            self.read.append((request.method, request.path.split("/")[3]))
            return html("note" if request.path.split("/")[3] in self.notes else "none", 200)
        if request.path in {"/publish", "/api/publish"}:
            sent = params(request) or json.loads(request.body)
            self.read.append(("publish", sent.get("note_id", sent.get("id"))))
        return html("no such page", 404)


def told_in_json(ident):
    return Response(
        201, headers=(("Content-Type", "application/json"),), body=json.dumps({"id": ident}).encode()
    )


def told_by_location(ident):
    return html("", 201, Location=f"/api/notes/{ident}")


def told_by_redirect(ident):
    return html("", 303, Location=f"/api/notes/{ident}")


def told_in_a_link(ident):
    return f"<a href=/api/notes/{ident}>your note</a>"


READ = "<script>const show = id => fetch(`/api/notes/${id}`)</script>"
CREATE = "<script>fetch('/api/notes', {method: 'POST', body: JSON.stringify({title})})</script>"
CHANGE = "<script>axios.put('/api/notes/' + note.id, {title})</script>"
FORM = "<form method=post action=/api/notes><input name=title><button>Add</button></form>"
PUBLISH = (
    "<form method=post action=/publish><input type=hidden name=note_id value=''><button>Go</button></form>"
)
CALL = "<script>fetch('/api/publish', {method: 'POST', body: JSON.stringify({note_id: id})})</script>"


@pytest.mark.parametrize("told", [told_in_json, told_by_location, told_by_redirect, told_in_a_link])
@pytest.mark.parametrize("create", [CREATE, FORM])
def test_a_script_reads_what_was_created_however_the_answer_tells_its_id(told, create):
    store = Store(told, READ + create)
    asked_by_a_crawl_of(store)
    assert set(store.read) == {("GET", "n7x0k2")}


@pytest.mark.parametrize(
    ("dependent", "read"),
    [(CHANGE, ("PUT", "n7x0k2")), (PUBLISH, ("publish", "n7x0k2")), (CALL, ("publish", "n7x0k2"))],
)
def test_what_changes_and_what_sends_ids_uses_the_new_one(dependent, read):
    store = Store(told_in_json, dependent + FORM)
    asked_by_a_crawl_of(store)
    assert read in store.read
    assert {ident for _, ident in store.read} == {"n7x0k2"}


def test_what_changes_a_record_is_not_sent_to_one_that_was_there():
    store = Store(told_in_json, "<a href=/api/notes/n0x0x0>theirs</a>" + CHANGE)
    asked_by_a_crawl_of(store)
    assert [ident for method, ident in store.read if method == "PUT"] == ["1"]


def test_where_nothing_was_created_a_plain_value_is_tried():
    store = Store(lambda _: html('{"id": "n7x0k2"}', 400, Content_Type="application/json"), READ + FORM)
    asked_by_a_crawl_of(store)
    assert store.read == [("GET", "1")]


def test_what_deletes_is_not_asked():
    store = Store(told_in_json, FORM + "<script>fetch(`/api/notes/${id}`, {method: 'DELETE'})</script>")
    asked_by_a_crawl_of(store)
    assert [method for method, _ in store.read if method != "GET"] == []
