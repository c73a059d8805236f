"""Files that came with a description."""

import asyncio

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.api.filed import answering, shelf, spoken
from s2n.s2nscanner.http.urls import Base

FILES = {"paths/a b.yaml": "A", "../common.json": "C"}


async def site(request):
    return Response(200, body=b"of the site") if request.url == "http://site.test/" else None


@pytest.mark.parametrize(
    ("reference", "body"),
    [
        ("paths/a%20b.yaml", b"A"),
        ("./paths/../../common.json", b"C"),
        ("http://site.test/", b"of the site"),
        ("common.json", None),
        ("http://elsewhere.test/", None),
    ],
)
def test_a_reference_is_answered(reference, body):
    url = Base(shelf("folder/api.yaml")).join(reference)
    answer = asyncio.run(answering(FILES, site)(Request.from_url(url)))
    assert (None if answer is None else answer.body) == body


@pytest.mark.parametrize(
    "path",
    ["paths/a b.yaml", "../common.json", "../../../deep/x.json", "/absolute/x.json", "http://h/x.json"],
)
def test_a_person_reads_the_path(path):
    assert spoken(Base(shelf("my api.yaml")).join(path)) == path
