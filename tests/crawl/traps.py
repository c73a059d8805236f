"""Sites without an end, each with one page, ``/goal``, that a crawl must still reach."""

import hashlib
import re

from s2n.model import Request
from support.site import Site, html, params

GOAL = "/goal"


def _start(links: str) -> str:
    return f"<h1>start</h1>{links}<a href={GOAL}>goal</a>"


def calendar(request: Request) -> str:
    """Every month links the next and the one before, for ever."""
    month = int(params(request).get("month", "0"))
    return _start(f"<a href=/calendar?month={month + 1}>next</a><a href=/calendar?month={month - 1}>back</a>")


def dated_paths(request: Request) -> str:
    """The same with the date in the path."""
    match = re.fullmatch(r"/(\d+)/(\d+)", request.path)
    year, month = (int(match[1]), int(match[2])) if match else (2020, 1)
    months = [(year + 1, month), (year, month % 12 + 1), (year - 1, month)]
    return _start("".join(f"<a href=/{y}/{m:02}>m</a>" for y, m in months))


def random_ids(request: Request) -> str:
    """Every page links ten others whose ids nobody has seen before."""
    seed = request.target
    ids = [hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:16] for number in range(10)]
    return _start("".join(f"<a href=/item/{each}>i</a><a href=/view?id={each}>v</a>" for each in ids))


def endless_feed(request: Request) -> str:
    """A feed whose every answer names the cursor of the next one."""
    cursor = int(params(request).get("after", "0"))
    return _start(f"<script>fetch('/feed?after={cursor + 20}')</script><p>{cursor}</p>")


def session_ids(request: Request) -> str:
    """Every answer links all pages with a new session id, in the query and in the path."""
    session = hashlib.sha256(request.target.encode()).hexdigest()
    links = [
        f"<a href='/{name}?PHPSESSID={session}'>p</a><a href='/{name};jsessionid={session}'>p</a>"
        for name in "abc"
    ]
    return _start("".join(links))


def mirrored_paths(request: Request) -> str:
    """A relative link that makes the path longer each time it is followed."""
    del request
    return _start("<a href=more/>m</a><a href=other/x/>o</a>")


def redirects(request: Request) -> object:
    """Redirects that never lead anywhere."""
    if request.path.startswith("/hop"):
        hop = int(params(request).get("n", "0"))
        return html("", 302, Location=f"/hop?n={hop + 1}")
    return _start("<a href=/hop?n=1>h</a>")


def words(request: Request) -> str:
    """A filter whose values make every combination another address."""
    query = request.query
    links = [
        f"<a href='/list?{query}{'&' if query else ''}{name}={value}'>f</a>"
        for name in "abc"
        for value in (1, 2)
    ]
    return _start("".join(links))


def prose(request: Request) -> str:
    """A text on every page that names a hundred addresses, none of which is there; all answer alike."""
    number = int(hashlib.sha256(request.path.encode()).hexdigest()[:6], 16)
    names = " ".join(f"/docs/{number}/part{each}/x.html" for each in range(100))
    return _start(f"<p>{names}</p><a href=/chapter/{number % 50}>c</a>")


TRAPS: dict[str, Site] = {
    trap.__name__: trap
    for trap in (
        calendar,
        dated_paths,
        random_ids,
        endless_feed,
        session_ids,
        mirrored_paths,
        redirects,
        words,
        prose,
    )
}
