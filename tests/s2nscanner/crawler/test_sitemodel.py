import base64

import pytest

from s2n.model import Location, Request, Response
from s2n.model.site import (
    How,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    SocketMessage,
    ValueType,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import ledger, sitemodel
from s2n.s2nscanner.crawler.api.operation import Operation
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.sights import Message, Shown
from s2n.s2nscanner.crawler.sitemodel import MAX_BODY, MAX_REFUSED, MAX_VALUE, TOO_LARGE, SiteModel
from s2n.s2nscanner.http.secrets import MASK
from support.site import html

LINK = Sighting(How.LINK, "http://site.test/")
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)


class Told(list):
    """What a model tells, and the model."""

    def __init__(self, **settings):
        self.model = SiteModel(ScanRequest(**{"target_url": "http://site.test/"} | settings), self.append)

    def of(self, request, *more, **known):
        self.model.add(request, *(more or (LINK,)), **known)
        return self[-1]


def get(target):
    return Request.from_url(f"http://site.test{target}")


def post(body, headers=FORM, target="/send"):
    return Request.from_url(f"http://site.test{target}", "POST", headers, body)


def parameters(endpoint):
    return {(each.location, each.name): (each.type, each.values) for each in endpoint.parameters}


def test_a_page():
    endpoint = Told().of(get("/shop?id=17&q=green+tea"), LINK, html("tea"))
    assert (endpoint.method, endpoint.url, endpoint.template) == ("GET", "http://site.test/shop", "/shop")
    assert parameters(endpoint) == {
        (Location.QUERY, "id"): (ValueType.INTEGER, ("17",)),
        (Location.QUERY, "q"): (ValueType.STRING, ("green tea",)),
    }
    assert endpoint.requests == (Replay(method="GET", url="http://site.test/shop?id=17&q=green+tea"),)
    assert endpoint.found == (LINK,)
    assert (endpoint.status, endpoint.content_type) == (200, "text/html")


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/about", "/about", {}),
        ("/users/17", "/users/{id}", {"id": "17"}),
        ("/users/17/orders/2026-01-05", "/users/{id}/orders/{id2}", {"id": "17", "id2": "2026-01-05"}),
        ("/a%20b/4", "/a%20b/{id}", {"id": "4"}),
        ("/v1/users", "/v1/users", {}),
        ("/%EC%B0%A8", "/%EC%B0%A8", {}),
        ("/{x}/", "/{id}/", {"id": "{x}"}),
        ("/shop;jsessionid=0123456789ABCDEF/4", "/shop/{id}", {"id": "4"}),
    ],
)
def test_ids_in_a_path_are_its_parameters(path, template, values):
    endpoint = Told().of(get(path))
    assert endpoint.template == template
    found = {each.name: each.values[0] for each in endpoint.parameters if each.location is Location.PATH}
    assert found == values
    assert all(each.required for each in endpoint.parameters if each.location is Location.PATH)


def test_a_described_path_keeps_the_names_of_its_parameters():
    operation = Operation(
        name="user",
        request=get("/users/ann%20b/4"),
        template="/users/{name}/{at}",
        values={"name": "ann%20b", "at": "4"},
    )
    endpoint = Told().of(operation.request, Sighting(How.API, "api.json"), operation=operation)
    assert endpoint.template == "/users/{name}/{at}"
    assert parameters(endpoint) == {
        (Location.PATH, "name"): (ValueType.STRING, ("ann b",)),
        (Location.PATH, "at"): (ValueType.INTEGER, ("4",)),
    }


def test_a_form_says_what_its_fields_take():
    (form,) = read_page(
        "<form method=post action=/send><input name=mail type=email required><input name=pw type=password>"
        "<select name=size><option>S<option>L</select></form>"
    ).forms
    endpoint = Told().of(post(b"mail=s2n%40example.com&pw=S2n-passw0rd&size=S"), form=form)
    assert endpoint.parameters == (
        Parameter(
            name="mail",
            location=Location.FORM,
            type=ValueType.EMAIL,
            values=("s2n@example.com",),
            required=True,
        ),
        Parameter(name="pw", location=Location.FORM, type=ValueType.PASSWORD, values=("S2n-passw0rd",)),
        Parameter(
            name="size", location=Location.FORM, type=ValueType.ENUM, values=("S",), choices=("S", "L")
        ),
    )


def test_json_tells_numbers_from_texts():
    body = b'{"a": 1, "b": "1", "c": true, "d": null, "e": ["2026-01-05"], "f": 1.5}'
    assert parameters(Told().of(post(body, JSON))) == {
        (Location.JSON, "a"): (ValueType.INTEGER, ("1",)),
        (Location.JSON, "b"): (ValueType.STRING, ("1",)),
        (Location.JSON, "c"): (ValueType.BOOLEAN, ("true",)),
        (Location.JSON, "d"): (ValueType.STRING, ()),
        (Location.JSON, "e[0]"): (ValueType.DATE, ("2026-01-05",)),
        (Location.JSON, "f"): (ValueType.NUMBER, ("1.5",)),
    }


def test_an_upload_is_a_file():
    kind = (("Content-Type", "multipart/form-data; boundary=b"),)
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n\x89PNG\xff\r\n--b--\r\n'
    )
    endpoint = Told().of(post(body, kind))
    assert parameters(endpoint) == {(Location.FILENAME, "f"): (ValueType.FILE, ("a.png",))}
    (replay,) = endpoint.requests
    assert replay.base64
    assert base64.b64decode(replay.body) == body
    assert replay.headers == kind


def test_a_boundary_of_ours_is_always_the_same_and_others_stay():
    def sent(boundary):
        kind = (("Content-Type", f"multipart/form-data; boundary={boundary}"),)
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\ntea\r\n--{boundary}--\r\n'
        return Told().of(post(part.encode(), kind))

    assert sent("----s2nabc").requests == sent("----s2nxyz").requests
    assert sent("----s2nabc").parameters[0].values == ("tea",)
    assert sent("----other").requests != sent("----another").requests


SECRETS = [
    get("/a?token=hidden-one"),
    get("/a?PHPSESSID=hidden-one&sid=hidden-one"),
    post(b"user=ann&password=hidden-one&csrf_token=hidden-one"),
    post(b'{"user": "ann", "pwd": "hidden-one", "auth": {"api_key": "hidden-one"}}', JSON),
    post(b"a=1", (*FORM, ("Authorization", "Bearer hidden-one"), ("Cookie", "sid=hidden-one"))),
    post(b"a=1", (*FORM, ("X-CSRF-Token", "hidden-one"), ("X-Api-Key", "hidden-one"))),
    post(b"note=my+pass%2Fword+is+own%2Fsecret", FORM),
    get("/own/secret?x=own%2Fsecret"),
]


@pytest.mark.parametrize("request_", SECRETS, ids=lambda request: request.url)
def test_no_secret_is_told(request_):
    told = str(
        Told(password="own/secret").of(request_, Sighting(How.LINK, "http://site.test/?x=own%2Fsecret"))
    )
    assert "hidden-one" not in told
    assert "own/secret" not in told
    assert "own%2Fsecret" not in told


def test_a_request_without_its_secrets_can_be_made_again():
    endpoint = Told().of(
        post(b"user=ann&password=hidden&csrf=x1", (*FORM, ("Cookie", "sid=abc"), ("X-A", "b")))
    )
    assert endpoint.requests == (
        Replay(
            method="POST",
            url="http://site.test/send",
            headers=(*FORM, ("X-A", "b")),
            body="user=ann&password=%2A%2A%2A&csrf=%2A%2A%2A",
        ),
    )
    assert parameters(endpoint)[Location.FORM, "password"] == (ValueType.STRING, (MASK,))
    assert parameters(endpoint)[Location.COOKIE, "sid"] == (ValueType.STRING, (MASK,))


@pytest.mark.parametrize("value", ["S2n-passw0rd", "s2n", "1", ""])
def test_what_the_crawler_typed_is_no_secret(value):
    (replay,) = Told().of(post(f"token={value}".encode())).requests
    assert replay.body == f"token={value}"


@pytest.mark.parametrize("name", ["author", "pinned", "design", "possible", "compass"])
def test_other_names_are_no_secrets(name):
    assert Told().of(get(f"/?{name}=tea")).parameters[0].values == ("tea",)


def test_long_values_are_cut_and_large_bodies_not_kept():
    told = Told()
    assert told.of(get("/?q=" + "x" * 500)).parameters[0].values == ("x" * MAX_VALUE + "…",)
    assert told.of(post(b"q=" + b"x" * (MAX_BODY - 2))).requests
    assert told.of(post(b"q=" + b"x" * MAX_BODY)).requests == ()
    assert told.model.left_out({}, {}, []).skipped == {TOO_LARGE: 1}


@pytest.mark.parametrize(
    ("status", "settings", "login"),
    [
        (200, {}, False),
        (401, {}, True),
        (403, {}, None),
        (500, {}, None),
        (200, {"auth": "basic", "username": "ann"}, None),
        (200, {"cookies": ("sid=1",)}, None),
        (200, {"headers": ("X-Key: a",)}, None),
        (401, {"auth": "bearer", "token": "t"}, True),
    ],
)
def test_who_is_let_in(status, settings, login):
    assert Told(**settings).of(get("/"), LINK, Response(status)).login is login


def test_pages_that_were_refused_are_told_but_not_a_wall_of_them():
    told = Told()
    for number in range(3 * MAX_REFUSED):
        told.model.add_refused(get(f"/admin/{'abc'[number % 3]}x{number}"), LINK, Response(403))
    told.model.add_refused(get("/admin/other"), LINK, Response(500))
    told.model.add_refused(get("/elsewhere/x"), LINK, Response(403))
    assert len(told) == MAX_REFUSED + 2


def test_only_so_many_folders_are_watched_for_walls(monkeypatch):
    monkeypatch.setattr(sitemodel, "MAX_FOLDERS", 3)
    told = Told()
    for _ in range(2):
        for folder in "abcde":
            told.model.add_refused(get(f"/{folder}/page"), LINK, Response(403))
    assert [endpoint.template for endpoint in told] == ["/a/page", "/b/page", "/c/page"] * 2


def test_what_was_left_out():
    told = Told(token="own-secret")
    skipped = {ledger.DEPTH: 3, ledger.STATIC: 2, ledger.BUDGET: 1}
    assert told.model.left_out(
        skipped, {"TimedOut": 1}, [("http://site.test/own-secret", "late")]
    ) == LeftOut(
        skipped=skipped,
        failures={"TimedOut": 1},
        failed=((f"http://site.test/{MASK}", "late"),),
        limits=("--depth", "--max-requests or --max-time"),
    )
    assert told.model.left_out({ledger.STATIC: 2}, {}, [], ("a limit",)).limits == ("a limit",)


def test_a_message_over_a_socket():
    message = Message("ws://site.test/live?t=own-secret", sent=True, text="I am own-secret")
    assert Told(token="own-secret").model.message(message) == SocketMessage(
        f"ws://site.test/live?t={MASK}", sent=True, text=f"I am {MASK}"
    )


def test_a_state_of_a_page():
    shown = Shown("http://site.test/#own-secret", "http://site.test/", "<p>", ('type "own-secret"',))
    assert Told(token="own-secret").model.state(shown) == PageState(
        f"http://site.test/#{MASK}", "http://site.test/", (f'type "{MASK}"',)
    )
