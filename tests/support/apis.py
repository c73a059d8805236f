"""What the tests of API descriptions share: a ground to read on, and requests as they are compared."""

import asyncio

import msgspec

from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.api.access import Access
from s2n.s2nscanner.crawler.api.importing import import_text
from s2n.s2nscanner.crawler.api.operation import Ground
from s2n.s2nscanner.http.scope import Scope

TARGET = "http://site.test/"


def ground(location="", **settings):
    """The target ``http://site.test/`` with the scope and credentials of ``settings``."""
    scan = ScanRequest(**{"target_url": TARGET} | settings)
    return Ground(
        target=Request.from_url(scan.target_url),
        allows=Scope.of(scan).allows,
        access=Access.of(scan),
        location=location,
    )


def imported(text, answers=None, location="", **settings):
    """What ``text`` holds. ``answers``: function from a request to a response, or None for what fails."""

    async def ask(request):
        return answers(request) if answers else None

    return asyncio.run(import_text(text, "api", ground(location, **settings), ask))


def lines(found):
    """``METHOD url`` of each operation."""
    return [f"{each.request.method} {each.request.url}" for each in found.operations]


def by_name(found):
    """The request of each operation by its name."""
    return {each.name: each.request for each in found.operations}


def sent_json(request):
    """The JSON body of a request."""
    return msgspec.json.decode(request.body)
