import asyncio

import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.uploadsearch import find_upload, folders_for, links_to
from support.site import MemorySender, html

UPLOAD = Request.from_url("http://site.test/app/upload.php", "POST")


def answered(body, **headers):
    return Exchange(UPLOAD, html(body, **headers))


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("<a href='/up/s2nabc.php'>x</a>", ["http://site.test/up/s2nabc.php"]),
        ('{"url": "\\/up\\/s2nabc.php"}', ["http://site.test/up/s2nabc.php"]),
        ("saved as ../up/s2nabc.php now", ["http://site.test/up/s2nabc.php"]),
        ("<p>s2nabc.php was saved</p>", ["http://site.test/app/s2nabc.php", "http://site.test/s2nabc.php"]),
        ("<img src=/up/1234.php?v=1>", ["http://site.test/up/1234.php?v=1"]),
        ("<img src='http://cdn.test/s2nabc.php'>", []),
        ("<img src='/up/1234.png'> thanks", []),
    ],
)
def test_links_that_may_be_the_file(body, links):
    assert links_to(answered(body), "s2nabc.php") == links


def test_a_redirect_leads_there():
    answer = Exchange(UPLOAD, html("", 302, location="/f/s2nabc.txt"))
    assert links_to(answer, "s2nabc.txt") == ["http://site.test/f/s2nabc.txt"]


def test_what_was_linked_before_is_not_new():
    assert links_to(answered("<img src='/old.png'>"), "s2nabc.png", "<img src='/old.png'>") == []


def test_folders_of_the_crawl_come_first():
    pages = [Request.from_url(f"http://site.test{path}") for path in ("/", "/my/photos/1.jpg", "/about/us")]
    folders = folders_for(UPLOAD, pages)
    assert folders[0] == "http://site.test/my/photos/"
    assert "http://site.test/uploads/" in folders
    assert not [folder for folder in folders if "about" in folder]
    assert len(set(folders)) == len(folders)


def test_the_place_is_where_the_mark_is():
    def site(request):
        return "mark" if request.path == "/files/s2nabc.txt" else html("no", 404)

    async def go(answer, **options):
        sender = MemorySender(site)
        return await find_upload(sender, answer, "s2nabc.txt", "mark", **options), len(sender.requests)

    told, sent = asyncio.run(go(answered("<a href='/files/s2nabc.txt'>")))
    assert (told.request.path, sent) == ("/files/s2nabc.txt", 1)
    searched, _ = asyncio.run(
        go(answered("thanks"), folders=["http://site.test/up/", "http://site.test/files/"])
    )
    assert searched.request.path == "/files/s2nabc.txt"
    assert asyncio.run(go(answered("thanks"))) == (None, 0)
    assert asyncio.run(go(answered("<a href='/x/s2nabc.txt'>")))[0] is None


def test_a_malformed_link_is_no_link():
    answer = Exchange(UPLOAD, Response(200, body=b"<a href='http://[s2nabc.txt'>"))
    assert links_to(answer, "s2nabc.txt") == []
