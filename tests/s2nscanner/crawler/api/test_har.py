"""HAR files."""

import json

import pytest

from s2n.errors import UsageError
from support.apis import imported, lines


def entry(url, method="GET", media="text/html", **request):
    return {
        "request": {"method": method, "url": url, "headers": [], **request},
        "response": {"content": {"mimeType": media}},
    }


def har(*entries):
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


def test_requests_without_repetitions_and_assets():
    found = imported(
        har(
            entry("http://site.test/a?x=1"),
            entry("http://site.test/a?x=1"),
            entry("http://site.test/app.js", media="text/javascript"),
            entry("http://site.test/logo", media="image/png"),
            entry("http://other.test/track"),
        )
    )
    assert lines(found) == ["GET http://site.test/a?x=1"]
    assert found.left_out == [("GET /track", "http://other.test is out of scope")]


def test_bodies_and_headers():
    headers = [{"name": "content-type", "value": "application/json"}, {"name": "Cookie", "value": "s=1"}]
    found = imported(
        har(
            entry(
                "http://site.test/j",
                "POST",
                headers=headers,
                postData={"mimeType": "application/json", "text": '{"a": "é"}'},
            ),
            entry(
                "http://site.test/f",
                "POST",
                postData={
                    "mimeType": "application/x-www-form-urlencoded",
                    "params": [{"name": "a", "value": "b c"}],
                },
            ),
        )
    )
    as_json, form = (each.request for each in found.operations)
    assert as_json.body == '{"a": "é"}'.encode()
    assert as_json.headers == (("content-type", "application/json"), ("Cookie", "s=1"))
    assert (form.body, form.header("content-type")) == (b"a=b+c", "application/x-www-form-urlencoded")


def test_a_malformed_entry_costs_itself_only():
    found = imported(har({"request": {}}, entry("data:text/plain,x"), entry("http://site.test/a")))
    assert lines(found) == ["GET http://site.test/a"]
    assert [name for name, _ in found.left_out] == ["entry 1", "entry 2"]


def test_a_recording_of_nothing_but_assets_says_so():
    found = imported(har(entry("http://site.test/a.css")))
    assert found.omissions() == "1 entries: they fetch pictures, styles and scripts"


@pytest.mark.parametrize("document", ['{"log": {"entries": 3}}', '{"log": [], "entries": []}'])
def test_what_is_no_har(document):
    with pytest.raises(UsageError, match="no HAR"):
        imported(document)
