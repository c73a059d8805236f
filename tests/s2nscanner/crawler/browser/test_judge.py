"""What a page must not ask for: to end the session, to delete, to overwrite."""

import pytest

from s2n.model import Request
from s2n.s2nscanner.crawler.browser.judge import objection

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)


def asked(method: str, path: str, body: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Request:
    if body and not headers:
        headers = JSON if body.startswith("{") else FORM
    return Request.from_url(f"http://site.test{path}", method, headers, body.encode())


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (asked("DELETE", "/api/users/1"), "deletes"),
        (asked("POST", "/api/users/1", headers=(("X-HTTP-Method-Override", "DELETE"),)), "deletes"),
        (asked("GET", "/logout"), "ends the session"),
        (asked("GET", "/users?action=delete&id=1"), "ends the session"),
        (asked("GET", "/session/delete.js"), "ends the session"),
        (asked("POST", "/users", "action=delete&id=1"), "ends the session"),
        (asked("POST", "/users", "delete=&id=1"), "ends the session"),
        (asked("POST", "/api", '{"op": "removeUser", "id": 1}'), "ends the session"),
        (
            asked("POST", "/graphql", '{"query": "mutation M($a: ID) { gone: deleteUser(id: $a) { id } }"}'),
            "ends",
        ),
    ],
    ids=lambda value: (
        f"{value.method} {value.target} {value.body[:20]!r}" if isinstance(value, Request) else ""
    ),
)
@pytest.mark.parametrize("risk", [False, True])
def test_it_is_withheld(request_: Request, why: str, risk: bool) -> None:
    assert why in objection(request_, risk=risk)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_exists_is_changed_at_the_users_risk(method: str) -> None:
    request = asked(method, "/api/users/1", '{"name": "a"}')
    assert objection(request, risk=False) == "it changes what exists (-y allows it)"
    assert objection(request, risk=True) == ""


@pytest.mark.parametrize(
    "request_",
    [
        asked("GET", "/articles?id=3"),
        asked("POST", "/login", "username=a&password=b"),
        asked("POST", "/api", '{"query": "query { users { id } }"}'),
        asked("POST", "/api", '{"query": "mutation { addUser(name: \\"a\\") { id } }"}'),
        asked("POST", "/api", '{"profile": {"enable": false, "name": "x"}}'),
        asked("POST", "/comments", "text=How+to+delete+a+branch+in+git"),
        asked("POST", "/upload", "\x00\x01" * 10, (("Content-Type", "application/octet-stream"),)),
        asked("POST", "/big", "delete=" + "x" * (1 << 16)),
    ],
    ids=lambda request: f"{request.method} {request.target} {request.body[:20]!r}",
)
def test_it_may_be_asked(request_: Request) -> None:
    assert objection(request_, risk=False) == ""


def test_the_name_of_a_script_is_no_order() -> None:
    request = asked("GET", "/js/delete.js")
    assert objection(request, risk=False, file=True) == ""
    assert objection(request, risk=False)
    assert objection(asked("GET", "/delete?callback=f"), risk=False, file=True)
