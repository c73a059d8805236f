import pytest

from s2n.model import Location, Request
from s2n.s2nscanner.engine.plan import plan

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def get(url: str, **headers: str) -> Request:
    return Request.from_url(url, headers=tuple(headers.items()))


def names(*requests: Request, cookie: str = "") -> list[tuple[str, str, str]]:
    """Path, location and name of every point, in order."""
    return [
        (target.request.path, str(point.location), point.name)
        for target in plan(requests, lambda _: cookie)
        for point in target.points
    ]


def of(kind: str, *requests: Request, cookie: str = "") -> list[tuple[str, str]]:
    return [(path, name) for path, where, name in names(*requests, cookie=cookie) if where == kind]


def test_parameters_come_before_path_segments_and_those_before_headers_and_cookies() -> None:
    order = [where for _, where, _ in names(get("http://h/u/1?x=1"), get("http://h/b?y=1"), cookie="sid=1")]
    rank = {"query": 0, "path": 1, "header": 2, "cookie": 2}
    assert order == sorted(order, key=rank.__getitem__)
    assert set(order) == {"query", "path", "header", "cookie"}


def test_the_same_parameter_of_the_same_endpoint_is_tried_once() -> None:
    assert of("query", get("http://h/a?x=1&y=2"), get("http://h/a?x=3&y=4"), get("http://h/a?y=1&x=2")) == [
        ("/a", "x"),
        ("/a", "y"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        get("http://h/b?x=1"),
        get("http://h:81/a?x=1"),
        get("http://h/a?x=1&z=2"),
        Request.from_url("http://h/a?x=1", "POST"),
    ],
)
def test_the_same_name_elsewhere_is_another_point(other: Request) -> None:
    assert len([name for _, name in of("query", get("http://h/a?x=1"), other) if name == "x"]) == 2


def test_a_name_given_twice_is_two_points() -> None:
    assert of("query", get("http://h/a?x=1&x=2")) == [("/a", "x"), ("/a", "x")]


@pytest.mark.parametrize(
    "name",
    ["csrf", "csrfmiddlewaretoken", "_XSRF", "authenticity_token", "__VIEWSTATE", "user_token", "nonce"],
)
def test_anti_csrf_tokens_are_left_as_they_are(name: str) -> None:
    request = Request.from_url("http://h/a", "POST", FORM, f"{name}=1&comment=2".encode())
    assert of("form", request) == [("/a", "comment")]


def test_an_anti_csrf_cookie_is_left_too() -> None:
    assert of("cookie", get("http://h/a"), cookie="csrftoken=1; theme=2") == [("/a", "theme")]


def test_a_path_segment_is_tried_once_for_all_that_share_what_stands_before_it() -> None:
    requests = [get(f"http://h/item/{number}") for number in range(5)]
    assert of("path", *requests) == [("/item/0", "2")]


def test_segments_in_the_middle_of_paths_of_another_shape_are_tried_again() -> None:
    found = of("path", get("http://h/u/1/edit"), get("http://h/u/2/edit"), get("http://h/u/3/a/b"))
    assert found.count(("/u/1/edit", "2")) == 1
    assert ("/u/3/a/b", "2") in found
    assert ("/u/2/edit", "3") in found
    assert ("/u/2/edit", "2") not in found


def test_headers_and_cookies_are_tried_once_for_each_path() -> None:
    requests = [get("http://h/a?x=1"), get("http://h/a?y=2"), get("http://h/b")]
    assert of("cookie", *requests, cookie="sid=1") == [("/a", "sid"), ("/b", "sid")]
    headers = of("header", *requests)
    assert len(headers) == len(set(headers)) > 2
    assert {path for path, _ in headers} == {"/a", "/b"}


def test_the_sessions_cookie_is_put_into_the_request_that_is_attacked() -> None:
    points = [point for target in plan([get("http://h/a")], lambda _: "sid=1") for point in target.points]
    (cookie,) = [point for point in points if point.location is Location.COOKIE]
    assert cookie.request.header("cookie") == "sid=1"
    assert cookie.value == "1"


def test_a_cookie_the_request_names_itself_stays() -> None:
    points = [
        point
        for target in plan([get("http://h/a", Cookie="own=2")], lambda _: "sid=1")
        for point in target.points
    ]
    assert [point.name for point in points if point.location is Location.COOKIE] == ["own"]


@pytest.mark.parametrize("name", ["style.css", "app.JS", "logo.png", "font.woff2", "robots.txt", "a.pdf"])
def test_static_files_have_neither_path_nor_client_points(name: str) -> None:
    assert names(get(f"http://h/static/{name}"), cookie="sid=1") == []
    assert of("query", get(f"http://h/static/{name}?v=1")) == [(f"/static/{name}", "v")]


def test_other_methods_have_no_client_points() -> None:
    assert of("header", Request.from_url("http://h/a", "DELETE")) == []


def test_a_site_without_input_has_only_what_every_client_sends() -> None:
    assert {where for _, where, _ in names(get("http://h/"))} == {"header"}
    assert plan([]) == []


def test_headers_that_a_request_names_are_tried_but_not_those_of_habit_and_tokens() -> None:
    named = get("http://h/a", **{"X-Store": "7", "Accept": "*/*", "X-CSRF-Token": "1", "user-agent": "app"})
    assert of("header", named) == [
        ("/a", "X-Store"),
        ("/a", "user-agent"),
        ("/a", "Referer"),
        ("/a", "X-Forwarded-For"),
    ]


def test_a_path_that_is_known_to_hold_a_parameter_stands_for_the_others_beside_it():
    debug = Request.from_url("http://site.test/users/_debug")
    named = Request.from_url("http://site.test/users/ada")

    def tested(*templated):
        targets = plan([debug, named], templated=templated)
        return [target.request.path for target in targets for point in target.points if point.name == "2"]

    assert tested() == ["/users/_debug"]
    assert tested(named) == ["/users/ada"]
