"""In what order the checks come, so that what changes the site disturbs nobody who compares its pages.

While forms add rows, no page that lists them has a face that could be compared: what only asks comes first.
"""

import re
from collections.abc import Sequence

from s2n.model import READ_ONLY, Location, PluginInfo, Request
from s2n.s2nscanner.engine.plan import VALUES, Target
from s2n.s2nscanner.http.points import points_of

_ASKS = re.compile(
    r"(?i)(?:^|[/_.-])(?:search|find|filter|query|lookup|suggest|autocomplete|preview|graphql)(?:[/_.?-]|$)"
)
_QUERY_NAME = re.compile(r"(?i)^(?:q|s|query|search|term|keywords?)$")
_MUTATION = re.compile(rb'"(?:\s|\\n)*mutation\b')
_FIELDS = frozenset({Location.FORM, Location.JSON, Location.MULTIPART})

Group = tuple[list[PluginInfo], list[Target]]


def changes(request: Request) -> bool:
    """May ``request`` change what other pages show? Anything but a GET may, unless it looks like a search."""
    if request.method in READ_ONLY:
        return False
    if request.method != "POST" or _MUTATION.search(request.body):
        return True
    points = points_of(request)
    if _ASKS.search(request.path) or any(point.location is Location.GRAPHQL for point in points):
        return False
    fields = [point for point in points if point.location in _FIELDS]
    return not fields or not all(_QUERY_NAME.search(point.name) for point in fields)


def groups(site: Sequence[PluginInfo], targets: Sequence[Target], *, limited: bool) -> list[Group]:
    """Plugins for the whole site, and targets, in groups: each is to begin when those before it are done.

    GET requests, then others that only ask, then what changes something. ``limited``: the scan may not get to
    the end, so the parameters of all requests come before any path, header or cookie.
    """
    found: dict[tuple[bool, int], Group] = {(False, rank): ([], []) for rank in range(3)}
    for info in site:
        found[False, 2 * info.changes][0].append(info)
    for target in targets:
        late = limited and target.points[0].location not in VALUES
        rank = 2 if changes(target.request) else target.request.method not in READ_ONLY
        found.setdefault((late, rank), ([], []))[1].append(target)
    return [found[key] for key in sorted(found)]
