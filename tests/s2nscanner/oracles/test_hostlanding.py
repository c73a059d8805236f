import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.hostlanding import HostPlace, host_landing
from support.site import html

REQUEST = Request.from_url("http://site.test/")
HOST = "qwertyuiop.example"


def found(response):
    landing = host_landing(Exchange(REQUEST, response), HOST)
    return landing and landing.place


def page(text):
    return html(text.replace("@", HOST))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<script src=//@/a.js></script>", HostPlace.RESOURCE),
        ("<base href=http://@>", HostPlace.RESOURCE),
        ("<link rel=stylesheet href=https://@/a.css>", HostPlace.RESOURCE),
        ("<iframe src=https://@:8443/></iframe>", HostPlace.RESOURCE),
        ("<form action=http://@/login>", HostPlace.FORM),
        ("<meta http-equiv=refresh content='3;url=http://@/a'>", HostPlace.REDIRECT),
        ("<a href='http://@/reset/abc'>", HostPlace.SECRET_LINK),
        ("<a href='http://@/?token=1'>", HostPlace.SECRET_LINK),
        ("<a href='http://@/goods'>", HostPlace.LINK),
        ("<link rel=canonical href=http://@/>", HostPlace.LINK),
        ("<meta property=og:url content=http://@/>", HostPlace.LINK),
        ("<a href='http://@/goods'></a><script src='http://@/'></script>", HostPlace.RESOURCE),
    ],
)
def test_places_in_a_page(text, place):
    assert found(page(text)) is place


@pytest.mark.parametrize(
    "text",
    [
        "<p>@</p>",
        "<p>http://@/</p>",
        "<a href='/go?to=http://@/'>",
        "<a href='http://@.site.test/'>",
        "<a href='http://site.test/@'>",
        "<input value='http://@/'>",
        "<!-- <base href=http://@/> -->",
        "<a href='http://a@/'>",
    ],
)
def test_a_page_that_shows_the_host_leads_nowhere(text):
    assert found(page(text)) is None


def test_redirects():
    assert found(html("", 302, location=f"http://{HOST}/a")) is HostPlace.REDIRECT
    assert found(html("", 302, location=f"//x@{HOST}")) is HostPlace.REDIRECT
    assert found(html("", 201, location=f"http://{HOST}/a")) is HostPlace.LINK
    assert found(html("", 302, location=f"/login?next=http://{HOST}/")) is None
    assert found(html("", 302, location=f"http://{HOST}.site.test/")) is None


def test_other_bodies():
    def body(text):
        return Response(200, headers=(("Content-Type", "application/json"),), body=text.encode())

    assert found(body(f'{{"next": "https:\\/\\/{HOST}\\/a"}}')) is HostPlace.LINK
    assert found(body(f'{{"next": "https://{HOST}/verify?k=1"}}')) is HostPlace.SECRET_LINK
    assert found(body(f'{{"host": "{HOST}"}}')) is None


def test_the_worst_place_is_named_with_its_url():
    landing = host_landing(Exchange(REQUEST, page("<script src=//@/a.js></script>")), HOST)
    assert (landing.where, landing.url) == ("<script>", f"//{HOST}/a.js")
