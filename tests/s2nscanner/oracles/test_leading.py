import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.leading import MAX_ASSIGNED, leads, leads_to, refresh_target, script_targets

HTML = ("Content-Type", "text/html")


def answer(page: str = "", *headers: tuple[str, str], status: int = 200) -> Exchange:
    return Exchange(
        Request.from_url("http://site.test/"), Response(status, headers=(HTML, *headers), body=page.encode())
    )


def test_location_counts_on_redirects_only() -> None:
    assert [lead.by for lead in leads(answer("", ("Location", "/a"), status=302))] == ["the Location header"]
    assert leads(answer("", ("Location", "/a"), status=201)) == []


def test_a_redirects_body_is_not_shown() -> None:
    page = "<meta http-equiv=refresh content='0;url=/b'>"
    assert [lead.reference for lead in leads(answer(page, ("Location", "/a"), status=302))] == ["/a"]


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("0;url=/a", "/a"),
        ("0; URL = '/a' x", "/a"),
        ('5 , "/a"', "/a"),
        ("0;/a", "/a"),
        ("1.5;url=/a", "/a"),
        ("30", ""),
        ("soon;url=/a", ""),
    ],
)
def test_refresh(value: str, target: str) -> None:
    assert refresh_target(value) == target


@pytest.mark.parametrize(
    "source",
    [
        "location = '/a'",
        "location='/a';",
        'window.location.href = "/a"',
        "top.location = `/a`",
        "document.location.replace('/a')",
        "location.assign('\\x2fa')",
        "location = '\\/\\u0061'",
        "if (x) { location = '/a' }",
        "setTimeout(() => { location = '/a' }, 9)",
        "(function () { location = '/a' })()",
        "$(function () { location = '/a' })",
        "addEventListener('load', function (e) { location = '/a' })",
    ],
)
def test_scripts_that_leave(source: str) -> None:
    assert script_targets(source) == ["/a"]


@pytest.mark.parametrize(
    "source",
    [
        "'location = \"/a\"'",
        "// location = '/a'",
        "location == '/a'",
        "shop.location = '/a'",
        "location.hash = '/a'",
        "location = '/a' + b",
        "location = b + '/a'",
        "location = `/a${b}`",
        "var x = location.replace",
        "function go() { location = '/a' }",
        "go = () => { location = '/a' }",
        "addEventListener('click', () => { location = '/a' })",
        "setTimeout(() => { b.onclick = function () { location = '/a' } })",
    ],
)
def test_scripts_that_stay(source: str) -> None:
    assert script_targets(source) == []


def test_where_a_lead_leads() -> None:
    exchange = answer("", ("Location", "\\\\evil.example/a"), status=302)
    (lead,) = leads(exchange)
    place = leads_to(exchange, lead)
    assert place is not None
    assert (place.scheme, place.host) == ("http", "evil.example")


def test_a_handler_that_runs_at_load_leads_away() -> None:
    assert [lead.reference for lead in leads(answer("<body onload=\"location.assign('/a')\">"))] == ["/a"]
    assert leads(answer("<p onload=\"location.assign('/a')\">")) == []
    assert leads(answer("<body onload=\"track('location')\">")) == []


def test_a_script_that_goes_on_setting_its_location_is_read_so_far() -> None:
    source = "".join(f'location = "/{number}";' for number in range(MAX_ASSIGNED + 9))
    assert script_targets(source) == [f"/{number}" for number in range(MAX_ASSIGNED)]
