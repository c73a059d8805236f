"""A site model to write down and to read again."""

from datetime import UTC, datetime

from msgspec.structs import replace

from s2n.model import Location, ScanStatus
from s2n.model.site import (
    Endpoint,
    How,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    Site,
    ValueType,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "http://shop.example"

HOME = Endpoint(
    method="GET",
    url=f"{URL}/",
    template="/",
    requests=(Replay(method="GET", url=f"{URL}/"),),
    found=(Sighting(How.START),),
    status=200,
    content_type="text/html",
    login=False,
)
SEARCH = Endpoint(
    method="GET",
    url=f"{URL}/search",
    template="/search",
    parameters=(
        Parameter(name="q", location=Location.QUERY, values=("green tea", "oolong")),
        Parameter(name="page", location=Location.QUERY, type=ValueType.INTEGER, values=("2",)),
        Parameter(
            name="sort", location=Location.QUERY, type=ValueType.ENUM, values=("up",), choices=("up", "down")
        ),
    ),
    requests=(Replay(method="GET", url=f"{URL}/search?q=green+tea&page=2&sort=up"),),
    found=(Sighting(How.FORM, f"{URL}/"), Sighting(How.LINK, f"{URL}/about")),
    status=200,
    content_type="text/html",
)
LOGIN = Endpoint(
    method="POST",
    url=f"{URL}/login",
    template="/login",
    parameters=(
        Parameter(
            name="user", location=Location.FORM, type=ValueType.EMAIL, values=("a@b.example",), required=True
        ),
        Parameter(name="password", location=Location.FORM, type=ValueType.PASSWORD, values=("***",)),
    ),
    requests=(
        Replay(
            method="POST",
            url=f"{URL}/login",
            headers=(("Content-Type", "application/x-www-form-urlencoded"),),
            body="user=a%40b.example&password=%2A%2A%2A",
        ),
    ),
    found=(Sighting(How.FORM, f"{URL}/login"),),
)
ORDER = Endpoint(
    method="PUT",
    url=f"{URL}/api/orders/17",
    template="/api/orders/{id}",
    parameters=(
        Parameter(name="id", location=Location.PATH, type=ValueType.INTEGER, values=("17",), required=True),
        Parameter(name="X-Team", location=Location.HEADER, values=("red",)),
        Parameter(name="sid", location=Location.COOKIE, values=("***",)),
        Parameter(name="lines[0].count", location=Location.JSON, type=ValueType.INTEGER, values=("2",)),
    ),
    requests=(
        Replay(
            method="PUT",
            url=f"{URL}/api/orders/17",
            headers=(("Content-Type", "application/json"), ("X-Team", "red")),
            body='{"lines": [{"count": 2, "gift": true}], "note": null}',
        ),
    ),
    found=(Sighting(How.API, "openapi.json"),),
    status=401,
    content_type="application/json",
    login=True,
)


def site(*endpoints: Endpoint, **fields: object) -> Site:
    """A complete crawl that found ``endpoints``."""
    plain = Site(
        target_url=f"{URL}/",
        scanner_version="1.0.0",
        start_time=TIME,
        end_time=TIME,
        status=ScanStatus.COMPLETE,
        complete=True,
        pages=9,
        total_requests=20,
        endpoints=endpoints or (ORDER, HOME, LOGIN, SEARCH),
    )
    return replace(plain, **fields)


def partial_site() -> Site:
    """An interrupted crawl, with a state, a failure and a warning."""
    return site(
        HOME,
        status=ScanStatus.INTERRUPTED,
        complete=False,
        reason="stopped by the user",
        states=(PageState(f"{URL}/#cart", f"{URL}/", ('click "Cart"', 'type "s2n"')),),
        left_out=LeftOut(
            skipped={"depth": 3, "static file": 12},
            failures={"TimedOut": 1},
            failed=((f"{URL}/slow", "no answer in 30 s"),),
            limits=("--depth",),
        ),
        warnings=("a page is built by scripts",),
    )
