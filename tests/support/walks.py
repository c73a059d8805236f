"""Walks over small sites, for the tests of the browser's walk."""

from s2n.model import Request
from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Control, Group, Snapshot
from s2n.s2nscanner.crawler.sights import Shown, Sight, Withheld
from support.browser import in_browser
from support.site import Answer
from support.webserver import Web


class Walked:
    """What came of the walk over one page."""

    def __init__(self, sights: list[Sight], notes: list[str], requests: list[Request], actions: int) -> None:
        self.sights = sights
        self.notes = notes
        self.requests = requests
        self.actions = actions

    @property
    def shown(self) -> list[Shown]:
        """The states that were new."""
        return [sight for sight in self.sights if isinstance(sight, Shown)]

    @property
    def ways(self) -> list[str]:
        """The actions that led to each state."""
        return [", ".join(sight.actions) for sight in self.shown]

    @property
    def withheld(self) -> list[str]:
        """Why elements were not acted on."""
        return [sight.reason for sight in self.sights if isinstance(sight, Withheld)]

    @property
    def asked(self) -> list[str]:
        """What the page asked for: method and relative reference, in order, each once."""
        found = [f"{each.method} {each.target.split('/', 2)[2]}" for each in self.requests]
        return [each for each in dict.fromkeys(found) if each != "GET "]


def walks(pages: dict[str, str], states: int = 30, **options: object) -> dict[str, Walked]:
    """Walk each page by itself, in one browser. It is served under its name; below is what it asks for."""
    from s2n.s2nscanner.crawler.browser.walk import Walk

    found: dict[str, Walked] = {}

    def site(request: Request) -> Answer:
        _, name, rest = request.path.split("/", 2) if request.path.count("/") > 1 else ("", "", "-")
        return f"<!doctype html><body>{pages[name]}" if not rest and name in pages else "there"

    async def visit(browser: object, web: Web) -> None:
        for name in pages:
            scan = browser._scan  # type: ignore[attr-defined]
            walk = Walk(browser, scan, states=states)  # type: ignore[arg-type]
            sights = [sight async for sight in walk.explore(f"{web.url}{name}/")]
            requests = [request for request in web.requests if request.path.startswith(f"/{name}/")]
            found[name] = Walked(sights, walk.notes(), requests, walk.actions)

    in_browser(site, visit, **options)
    return found


def looked_at(pages: dict[str, str]) -> dict[str, Snapshot]:
    """The state of each page, which is the body of a document, as soon as it is at rest."""
    from s2n.s2nscanner.crawler.browser.visit import Visit

    states: dict[str, Snapshot] = {}

    async def visit(browser: object, web: Web) -> None:
        tab = await browser.tab()  # type: ignore[attr-defined]
        for name in pages:
            view = await Visit(tab, f"{web.url}{name}", risk=False).open()
            states[name] = view.state

    in_browser(lambda request: "<!doctype html><body>" + pages.get(request.path[1:], ""), visit)
    return states


def control(kind: str = "text", **given: object) -> Control:
    """A field; its attributes are given as a dict."""
    fields = {"ref": 1, "name": "q", "attributes": {}, "options": (), "value": ""} | given
    return Control(kind=kind, **fields)  # type: ignore[arg-type]


def group(*controls: Control, **given: object) -> Group:
    """A form."""
    fields = {"ref": 0, "path": 1, "real": True, "sensitive": False, "method": "post", "action": "/save"}
    return Group(controls=controls, **(fields | {"texts": ()} | given))  # type: ignore[arg-type]


def candidate(label: str = "Go", kind: str = "click", **given: object) -> Candidate:
    """An element that can be acted on."""
    fields = {"ref": 0, "path": 1, "nth": 0, "code": 0, "does": 0, "hidden": False, "presses": False}
    fields |= {"group": -1, "texts": (label,), "url": "", "control": None, "keys": ()}
    return Candidate(kind=kind, label=label, **(fields | given))  # type: ignore[arg-type]


def snapshot(url: str = "http://site.test/", **given: object) -> Snapshot:
    """A state of a page; hashes are given as sets of small numbers."""
    fields: dict[str, object] = {"born": 1.0, "looks": {1}, "fines": {1}, "words": set(), "offers": set()}
    fields |= {"content": 1, "candidates": (), "groups": (), "scrolls": False, "foreign": False}
    fields |= {"cut": False, "secret": False} | given
    for name in ("looks", "fines", "words", "offers"):
        fields[name] = frozenset(fields[name])  # type: ignore[call-overload]
    return Snapshot(url=url, **fields)  # type: ignore[arg-type]
