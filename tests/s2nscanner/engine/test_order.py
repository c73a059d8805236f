import msgspec
import pytest

from s2n.model import Request
from s2n.s2nscanner.engine.order import Group, changes, groups
from s2n.s2nscanner.engine.plan import plan
from support.plugins import info

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def request(
    method: str, path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = FORM
) -> Request:
    made = Request.from_url(f"http://site.test{path}", method=method)
    return msgspec.structs.replace(made, headers=headers, body=body) if body else made


@pytest.mark.parametrize(
    "asking",
    [
        request("GET", "/notes/add?text=1"),
        request("HEAD", "/"),
        request("POST", "/notes/search", b"text=1&kind=2"),
        request("POST", "/notes", b"q=1"),
        request("POST", "/graphql", b'{"query": "query A {notes(text: \\"a\\") {id}}"}', JSON),
    ],
)
def test_what_only_asks(asking: Request) -> None:
    assert not changes(asking)


@pytest.mark.parametrize(
    "changing",
    [
        request("POST", "/notes", b"text=1"),
        request("POST", "/notes", b"text=1&q=2"),
        request("POST", "/research", b"text=1"),
        request("PUT", "/search", b"text=1"),
        request("DELETE", "/notes/1"),
        request("POST", "/login", b"user=a&password=b"),
        request("POST", "/graphql", b'{"query": "mutation A {add(text: \\"a\\") {id}}"}', JSON),
    ],
)
def test_what_may_change_something(changing: Request) -> None:
    assert changes(changing)


ADD = request("POST", "/add", b"text=1")
FIND = request("POST", "/find", b"text=1")
SEARCH = request("GET", "/search/12?q=1")


def names(group: Group) -> list[str]:
    return [
        f"{target.request.method} {target.request.path} {target.points[0].location}" for target in group[1]
    ]


def test_a_scan_without_limits_changes_nothing_before_all_was_read() -> None:
    reader, writer = info("reader", kind="site"), info("writer", kind="site", changes=True)
    read, asked, changed = groups([writer, reader], plan([ADD, FIND, SEARCH]), limited=False)
    assert read[0] == [reader]
    assert changed[0] == [writer]
    assert names(read) == ["GET /search/12 query", "GET /search/12 path", "GET /search/12 header"]
    assert {name.split()[1] for name in names(asked)} == {"/find"}
    assert {name.split()[1] for name in names(changed)} == {"/add"}


def test_a_limited_scan_tries_the_parameters_of_all_requests_first() -> None:
    order = [name for group in groups([], plan([ADD, FIND, SEARCH]), limited=True) for name in names(group)]
    assert order[:4] == ["GET /search/12 query", "POST /find form", "POST /add form", "GET /search/12 path"]
    assert order[-1] == "POST /add header"
