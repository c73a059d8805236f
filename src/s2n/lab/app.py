"""Routes and labels in one place, so that the site and what is said of it cannot disagree."""

from collections.abc import Callable, Iterable
from html import escape
from typing import TypedDict, Unpack
from urllib.parse import quote

from msgspec import Struct, field

from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response
from s2n.model import Location

Handler = Callable[[Request, Shop], Response]

ANY_PATH = "*"
"""The path of a label that belongs to the whole site."""


class Label(Struct, frozen=True, kw_only=True):
    """What is true of one input (or page, or site): flawed, or sound although it looks the same.

    ``flawed`` is None where a report is as right as silence (a second defence holds).

    ``path`` may hold one ``{}`` segment, end in ``/*``, or be `ANY_PATH`. ``parameter`` is empty where the
    flaw is the page itself. ``sample`` is a valid value, empty where nothing is sent. ``variant`` names the
    case, ``why`` explains it.
    """

    plugin: str
    flawed: bool | None
    method: str
    path: str
    parameter: str
    location: Location | None
    sample: str
    variant: str
    why: str

    def covers(self, method: str, path: str) -> bool:
        """Is a finding at ``method`` and ``path`` (undecoded, no query) about this label's page?"""
        if self.path == ANY_PATH:
            return True
        if method != self.method:
            return False
        head, hole, _ = self.path.partition("{}")
        if hole:
            return path.startswith(head) and "/" not in path[len(head) :]
        if self.path.endswith("/*"):
            return path.startswith(self.path[:-1])
        return path == self.path


class Route(Struct, frozen=True, kw_only=True):
    """One page: how it is reached and who answers. ``blocking`` handlers run on a thread of their own."""

    method: str
    path: str
    handler: Handler
    blocking: bool
    linked: bool
    labels: list[Label] = field(default_factory=list)

    def invitation(self) -> str:
        """The link, the form or the script that leads a visitor (or a crawler) here."""
        title = escape(self.path.split("/{")[0].strip("/*").replace("-", " ").replace("/", " ").capitalize())
        inputs = {label.parameter: label for label in self.labels if label.location}
        first = next(iter(inputs.values()), None)
        path = self.path.replace("{}", quote(first.sample, safe="") if first else "").rstrip("*")
        if self.method == "GET":
            pairs = [f"{n}={quote(i.sample)}" for n, i in inputs.items() if i.location is Location.QUERY]
            target = escape(path + ("?" + "&".join(pairs) if pairs else ""))
            return f'<li><a href="{target}">{title}</a></li>'
        if first and first.location is Location.JSON:
            body = "{" + ", ".join(f'"{n}": "{i.sample}"' for n, i in inputs.items()) + "}"
            return (
                f"<li>{title} <script>\nfetch('{path}', {{method: 'POST', "
                f"headers: {{'Content-Type': 'application/json'}}, body: '{body}'}});\n</script></li>"
            )
        multipart = first and first.location is Location.MULTIPART
        kind = ' enctype="multipart/form-data"' if multipart else ""
        fields = "".join(
            f'<label>{escape(n)} <input type="{"password" if n == "password" else "text"}" '
            f'name="{escape(n)}" value="{escape(i.sample)}"></label> '
            for n, i in inputs.items()
        )
        return (
            f'<li><form method="post" action="{path}"{kind}>{title}: {fields}'
            f'<button type="submit">Send</button></form></li>'
        )


class How(TypedDict, total=False):
    """More of a labelled handler: where its parameter lies, whether a page links it, and if it blocks."""

    at: Location | None
    linked: bool
    blocking: bool | None


class Family:
    """The pages around one kind of flaw, and their labels. ``blocking``: what its handlers do by default."""

    def __init__(self, slug: str, title: str, *, blocking: bool = False) -> None:
        self.slug = slug
        self.title = title
        self.blocking = blocking
        self.routes: dict[tuple[str, str], Route] = {}
        self.site_labels: list[Label] = []

    def page(
        self, where: str, *, linked: bool = False, blocking: bool | None = None
    ) -> Callable[[Handler], Handler]:
        """Register a handler at ``where`` ("GET /path") without any label."""

        def register(handler: Handler) -> Handler:
            self._route(where, handler, linked, blocking)
            return handler

        return register

    def flaw(
        self, plugin: str, where: str, parameter: str, sample: str, variant: str, **how: Unpack[How]
    ) -> Callable[[Handler], Handler]:
        """Register a handler whose ``parameter`` is vulnerable; its docstring says why."""
        return self._label((plugin, where, parameter, sample, variant), how, flawed=True)

    def safe(
        self, plugin: str, where: str, parameter: str, sample: str, variant: str, **how: Unpack[How]
    ) -> Callable[[Handler], Handler]:
        """Register a handler that looks like a vulnerable one and is not; its docstring says why."""
        return self._label((plugin, where, parameter, sample, variant), how, flawed=False)

    def either(
        self, plugin: str, where: str, parameter: str, sample: str, variant: str, **how: Unpack[How]
    ) -> Callable[[Handler], Handler]:
        """Register a handler that may be reported or not; its docstring says why."""
        return self._label((plugin, where, parameter, sample, variant), how, flawed=None)

    def site(self, plugin: str, parameter: str, *, flawed: bool, variant: str, why: str) -> None:
        """Label the whole site: ``parameter`` is what is missing or right, such as a header's name."""
        label = Label(
            plugin=plugin,
            flawed=flawed,
            method="GET",
            path=ANY_PATH,
            parameter=parameter,
            location=None,
            sample="",
            variant=variant,
            why=why,
        )
        self.site_labels.append(label)

    @property
    def labels(self) -> Iterable[Label]:
        """Every label, in the order of the source."""
        yield from (label for route in self.routes.values() for label in route.labels)
        yield from self.site_labels

    def invitations(self) -> Iterable[str]:
        """List items that lead to every linked page of the family."""
        return (route.invitation() for route in self.routes.values() if route.linked)

    def _label(
        self, row: tuple[str, str, str, str, str], how: How, *, flawed: bool | None
    ) -> Callable[[Handler], Handler]:
        plugin, where, parameter, sample, variant = row

        def register(handler: Handler) -> Handler:
            route = self._route(where, handler, how.get("linked", True), how.get("blocking"))
            default = Location.FORM if route.method == "POST" else Location.QUERY
            label = Label(
                plugin=plugin,
                flawed=flawed,
                method=route.method,
                path=route.path,
                parameter=parameter,
                location=(how.get("at") or default) if sample else None,
                sample=sample,
                variant=variant,
                why=" ".join((handler.__doc__ or "").split()),
            )
            route.labels.insert(0, label)  # decorators apply from the bottom up
            return handler

        return register

    def _route(self, where: str, handler: Handler, linked: bool, blocking: bool | None) -> Route:
        method, _, path = where.partition(" ")
        route = self.routes.get((method, path))
        if route is None:
            block = self.blocking if blocking is None else blocking
            route = Route(method=method, path=path, handler=handler, blocking=block, linked=linked)
            self.routes[method, path] = route
        elif route.handler is not handler:
            raise ValueError(f"two pages at {where}")
        return route
