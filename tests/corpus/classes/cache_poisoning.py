"""Sites behind a cache: what its key leaves out, and what the application makes of it."""

import html as codec
from collections.abc import Callable

from corpus.case import Case
from s2n.model import Request, Response
from support.site import Answer, Site, html

PLUGIN = "cache_poisoning"
HOST = "http://site.test"
PAGES = ("/", "/about", "/shop?id=3", "/app.js")
REQUESTS = tuple(Request.from_url(HOST + page) for page in PAGES)
CACHED = "public, max-age=60"

App = Callable[[Request], Response]


def answer(
    body: str, status: int = 200, *, control: str = CACHED, kind: str = "text/html", **more: str
) -> Response:
    headers = (
        ("Content-Type", kind),
        ("Cache-Control", control),
        *((n.replace("_", "-"), v) for n, v in more.items()),
    )
    return Response(status, headers=headers, body=body.encode())


def behind(
    app: App, *, key=lambda r: r.target, keyed: tuple[str, ...] = (), errors: bool = False
) -> Callable[[], Site]:
    """A shared cache: by ``key`` and the headers ``keyed`` or named in Vary."""

    def make() -> Site:
        held: dict[object, Response] = {}
        varies: dict[object, str] = {}

        def site(request: Request) -> Answer:
            base = key(request)
            names = (*keyed, *varies.get(base, "").split(", "))
            whole = (base, tuple(request.header(name) for name in names if name))
            if whole in held:
                return held[whole]
            response = app(request)
            varies[base] = response.header("vary") or ""
            whole = (base, tuple(request.header(n) for n in (*keyed, *varies[base].split(", ")) if n))
            if "public" in (response.header("cache-control") or "") and (errors or response.status < 400):
                held[whole] = response
            return response

        return site

    return make


def host(request: Request, *names: str) -> str:
    return next((value for name in names if (value := request.header(name))), "site.test")


def linking(*names: str, control: str = CACHED, escape=codec.escape, **more: str) -> App:
    """Links scripts by the host a header names."""
    return lambda r: answer(
        f"<title>Shop</title><script src='//{escape(host(r, *names))}/app.js'></script>",
        control=control,
        **more,
    )


def canonical(request: Request) -> Response:
    return answer(f'<link rel="canonical" href="https://{host(request, "X-Forwarded-Host")}{request.path}">')


def script(request: Request) -> Response:
    return answer(f'var api = "https://{host(request, "X-Host")}/api";', kind="application/javascript")


def header_link(request: Request) -> Response:
    return answer("<p>hi</p>", Link=f"<https://{host(request, 'X-Forwarded-Host')}/>; rel=canonical")


def secure(name: str, secure_value: str = "https") -> App:
    """Redirects to https what did not come by it, says the header."""

    def app(request: Request) -> Response:
        if request.header(name) not in {None, secure_value}:
            return answer("", 301, Location=f"https://site.test{request.path}")
        return answer("<p>secure</p>")

    return app


def rewritten(name: str) -> App:
    def app(request: Request) -> Response:
        path = request.header(name) or request.path
        return (
            answer("<p>home</p>")
            if path in {"/", "/about", "/shop", "/app.js"}
            else answer("<p>nothing</p>", 404)
        )

    return app


def moved(request: Request) -> Response:
    return answer("", 302, Location=f"https://{host(request, 'X-Forwarded-Host')}/en{request.path}")


def forwarded(request: Request) -> Response:
    value = (request.header("Forwarded") or "").partition("host=")[2] or "site.test"
    return answer(f"<a href='//{codec.escape(value)}/'>home</a>")


def prefixed(request: Request) -> Response:
    return answer(f"<a href='{codec.escape(request.header('X-Forwarded-Prefix') or '')}/home'>home</a>")


def by_method(request: Request) -> Response:
    return answer("", 204) if request.header("X-HTTP-Method-Override") == "HEAD" else answer("<p>page</p>")


def cors(request: Request) -> Response:
    return answer("{}", kind="application/json", Access_Control_Allow_Origin=request.header("Origin") or "*")


def some(app: App, path: str) -> App:
    return lambda r: app(r) if r.path == path else answer("<p>plain</p>")


def counting() -> Callable[[], Site]:
    def make() -> Site:
        count = [0]

        def site(_: Request) -> Answer:
            count[0] += 1
            return html("busy", 503) if count[0] % 3 == 0 else html(f"<p>visit {count[0]}</p>")

        return site

    return make


def remembering() -> Site:
    """Shows the headers of the last request of a visitor: kept by session, not by a cache."""
    last = [""]

    def site(request: Request) -> Answer:
        shown, last[0] = last[0], host(request, "X-Forwarded-Host")
        return html(f"<p>last seen from {codec.escape(shown)}</p>")

    return site


def without_query(request: Request) -> str:
    return request.path


def yes(name: str, make: Callable[[], Site]) -> Case:
    return Case(PLUGIN, name, True, make, REQUESTS)


def no(name: str, make: Callable[[], Site]) -> Case:
    return Case(PLUGIN, name, False, make, REQUESTS)


CASES = [
    yes("X-Forwarded-Host in a script", behind(linking("X-Forwarded-Host"))),
    yes("X-Host in a script", behind(linking("X-Host"))),
    yes("X-Forwarded-Server", behind(linking("X-Forwarded-Server"))),
    yes("X-HTTP-Host-Override, in quotes", behind(linking("X-HTTP-Host-Override", escape=str))),
    yes("Forwarded", behind(forwarded)),
    yes("prefix", behind(prefixed)),
    yes("canonical link", behind(canonical)),
    yes("a script's own text", behind(script)),
    yes("only in a header", behind(header_link)),
    yes("redirect", behind(moved)),
    yes("CORS header", behind(cors)),
    yes("one page of several", behind(some(linking("X-Forwarded-Host"), "/shop"))),
    yes("rails: X-Forwarded-Scheme redirects", behind(secure("X-Forwarded-Scheme"))),
    yes("django: X-Forwarded-Proto redirects", behind(secure("X-Forwarded-Proto"))),
    yes("symfony: X-Original-URL, errors cached", behind(rewritten("X-Original-URL"), errors=True)),
    yes("IIS: X-Rewrite-URL, errors cached", behind(rewritten("X-Rewrite-URL"), errors=True)),
    yes("method override", behind(by_method)),
    yes("Vary on something else", behind(linking("X-Forwarded-Host", vary="Accept-Encoding"))),
    no("reflected, not cached", behind(linking("X-Forwarded-Host", control="no-store"))),
    no("reflected, private", behind(linking("X-Forwarded-Host", control="private, max-age=60"))),
    no("in the key", behind(linking("X-Forwarded-Host"), keyed=("X-Forwarded-Host",))),
    no("Vary names it", behind(linking("X-Forwarded-Host", vary="X-Forwarded-Host"))),
    no("cached, no header used", behind(lambda _: answer("<p>static</p>"))),
    no("no cache at all", lambda: linking("X-Forwarded-Host")),
    no("redirect in the key", behind(secure("X-Forwarded-Proto"), keyed=("X-Forwarded-Proto",))),
    no("errors are not cached", behind(rewritten("X-Original-URL"))),
    no("a cache that ignores the query", behind(linking("X-Forwarded-Host"), key=without_query)),
    no("changing by itself", counting()),
    no("remembers the last request", remembering),
    no("a firewall", lambda: lambda r: html("no", 403) if r.header("X-Forwarded-Host") else html("ok")),
    no("an error page", behind(lambda _: answer("<p>error</p>", 500), errors=True)),
    no("everything redirects", behind(lambda _: answer("", 302, Location="/login"))),
    no("CORS with Vary", behind(lambda r: answer("{}", Vary="Origin", ACAO=r.header("Origin") or "*"))),
]
