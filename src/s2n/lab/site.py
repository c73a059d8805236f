"""The tea house put together: all families, the home page, and who answers which request."""

from html import escape

from s2n.lab.app import Family, Route
from s2n.lab.exposed import leftovers
from s2n.lab.files import downloads
from s2n.lab.leaving import exits
from s2n.lab.look import page
from s2n.lab.markup import contexts
from s2n.lab.markup_ways import ways
from s2n.lab.session import sessions
from s2n.lab.shell import tools
from s2n.lab.shop import Shop
from s2n.lab.sql import lookups
from s2n.lab.sql_inputs import accounts
from s2n.lab.traps import traps
from s2n.lab.web import Request, Response, text

FAMILIES: tuple[Family, ...] = (
    lookups,
    accounts,
    contexts,
    ways,
    tools,
    downloads,
    exits,
    sessions,
    leftovers,
    traps,
)

front = Family("", "Tea house")


@front.page("GET /")
def index(request: Request, shop: Shop) -> Response:
    """The home page: a search form, and a link to each part of the shop."""
    del request, shop
    parts = "".join(f'<li><a href="/{family.slug}">{escape(family.title)}</a></li>' for family in FAMILIES)
    return page(
        "Welcome",
        '<form action="/search"><input name="q" value="sencha"><button>Search</button></form>\n'
        f'<nav><ul>{parts}</ul></nav>\n<p><a href="/product?id=1">Tea of the week</a></p>',
    )


@front.page("GET /robots.txt")
def robots(request: Request, shop: Shop) -> Response:
    """Nothing is closed to robots, one folder is only mentioned here."""
    del request, shop
    return text("User-agent: *\nAllow: /\nAllow: /app/\n")


def not_found(request: Request, shop: Shop) -> Response:
    """The answer to a path that no page has; it repeats nothing."""
    del request, shop
    return page("Not found", "<p>We do not have this. Some tea instead?</p>", 404)


def _overview(family: Family) -> None:
    @family.page(f"GET /{family.slug}", blocking=False)
    def overview(request: Request, shop: Shop) -> Response:
        del request, shop
        return page(family.title, f"<ul>\n{chr(10).join(family.invitations())}\n</ul>")


for _family in FAMILIES:
    _overview(_family)

ROUTES: dict[tuple[str, str], Route] = {}
for _family in (front, *FAMILIES):
    for _place, _route in _family.routes.items():
        if _place in ROUTES:
            raise ValueError(f"two pages at {' '.join(_place)}")
        ROUTES[_place] = _route

_FOLDERS = tuple(path[:-1] for _, path in ROUTES if path.endswith("/*"))
_NOT_FOUND = Route(method="GET", path="", handler=not_found, blocking=False, linked=False)
_METHODS = {method for method, _ in ROUTES}


def find(request: Request) -> Route:
    """The route that answers ``request``; HEAD is answered as GET."""
    method = "GET" if request.method == "HEAD" else request.method
    path = request.raw_path
    exact = ROUTES.get((method, path)) or ROUTES.get((method, path.rpartition("/")[0] + "/{}"))
    if exact:
        return exact
    folder = next((folder for folder in _FOLDERS if path.startswith(folder)), None)
    return ROUTES.get((method, f"{folder}*"), _NOT_FOUND)


def answer(route: Route, request: Request, shop: Shop) -> Response:
    """Run the route's handler; other methods than the site knows are refused."""
    if request.method != "HEAD" and request.method not in _METHODS:
        return page(
            "Not allowed", "<p>This cannot be done here.</p>", 405, headers=(("Allow", "GET, HEAD, POST"),)
        )
    return route.handler(request, shop)
