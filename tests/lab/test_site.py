import re

import pytest

from s2n.lab.site import FAMILIES, ROUTES
from s2n.s2nscanner.html import parse


def test_everything_that_is_linked_answers(visitor):
    home = parse(visitor.send("GET", "/").text)
    parts = {a.attrs["href"] for a in home.find_all("a")} - {"/"}
    links, actions, calls = set(), set(), set()
    for part in parts:
        page = visitor.send("GET", part)
        assert page.status == 200
        document = parse(page.text)
        links |= {a.attrs["href"] for a in document.find_all("a")}
        actions |= {form.attrs["action"] for form in document.find_all("form")}
        calls |= set(re.findall(r"fetch\('([^']+)'", page.text))
    assert {f"/{family.slug}" for family in FAMILIES} <= parts
    statuses = {link: visitor.send("GET", link).status for link in links}
    assert {link for link, status in statuses.items() if status not in {200, 302}} == {"/staff/"}
    linked = {path for (method, path), route in ROUTES.items() if method == "POST" and route.linked}
    assert actions | calls == linked


def test_each_linked_page_is_reached():
    hidden = {path for (_, path), route in ROUTES.items() if route.labels and not route.linked}
    assert hidden == {
        "/partner", "/.git/HEAD", "/.git/config", "/.env", "/backup.sql", "/config.php.bak", "/phpinfo.php",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/nowhere", "/product/1", "/grade", "/leaf/1/2", "/hello%3Cb%3E", "/login"])
def test_what_no_page_has_is_not_found_and_not_repeated(visitor, path):
    answer = visitor.send("GET", path)
    assert answer.status == 404
    assert path[1:] not in answer.text


def test_a_post_page_has_no_get_twin(visitor):
    assert visitor.send("POST", "/product", body=b"id=1").status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(visitor, method):
    answer = visitor.send(method, "/product?id=1")
    assert (answer.status, answer.header("Allow")) == (405, "GET, HEAD, POST")


def test_robots_are_welcome(visitor):
    assert "Allow: /" in visitor.send("GET", "/robots.txt").text
