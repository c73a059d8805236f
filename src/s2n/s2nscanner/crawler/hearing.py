"""Requests that pages made in the browser, as the crawl keeps them: handlers with their parameters."""

from s2n.model import Location, Request
from s2n.model.site import How, Sighting
from s2n.s2nscanner.crawler.catalogue import Catalogue
from s2n.s2nscanner.crawler.forms import Submission
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.crawler.sights import Heard, Held
from s2n.s2nscanner.http.points import points_of

_RESOURCES = frozenset({"script", "style"})
_NO_PARAMETERS = frozenset({Location.HEADER, Location.COOKIE, Location.PATH})


def entry_of(heard: Heard, depth: int) -> Entry:
    """What the crawl would have queued to make the request."""
    request = heard.exchange.request
    script = heard.kind == "script"
    return Entry(
        request.url,
        depth,
        Kind.SCRIPT if script else Kind.PAGE,
        request.method,
        request.header("content-type") or "",
        request.body,
        base=heard.page if script else "",
        page=heard.page,
        how=How.BROWSER,
    )


def is_resource(heard: Heard) -> bool:
    """Is it read for what it names, and nothing to test itself?"""
    return heard.kind in _RESOURCES


def keep(catalogue: Catalogue, heard: Heard, page: Request, skeleton: int) -> None:
    """Add the request, made by ``page``, to ``catalogue``, if its handler is not known yet."""
    request, found = heard.exchange.request, Sighting(How.BROWSER, heard.page)
    if request.method == "GET" and not request.body:
        catalogue.add_page(request, heard.exchange.response, skeleton, found)
        return
    catalogue.add_submission(request, _submission(request), page, found)
    catalogue.add_answer(request, heard.exchange.response, found)


def keep_held(catalogue: Catalogue, held: Held, page: Request) -> bool:
    """Add a request that was not sent to ``catalogue``; False if its handler is known."""
    made = _submission(held.request, sensitive=True)
    return catalogue.add_submission(held.request, made, page, Sighting(How.BROWSER, held.page))


def _submission(request: Request, *, sensitive: bool = False) -> Submission:
    names = tuple(
        dict.fromkeys(point.name for point in points_of(request) if point.location not in _NO_PARAMETERS)
    )
    content_type = request.header("content-type") or ""
    return Submission(request.method, request.url, content_type, request.body, names, "", sensitive=sensitive)
