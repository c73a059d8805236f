"""The distinct requests worth testing: each handler once, with the parameters it reads."""

import posixpath
from typing import Protocol
from urllib.parse import unquote_plus

from s2n.model import Request, Response
from s2n.model.site import How, Sighting
from s2n.s2nscanner.crawler.api.operation import Operation
from s2n.s2nscanner.crawler.forms import Form, Submission
from s2n.s2nscanner.crawler.hashset import HashSet
from s2n.s2nscanner.crawler.recognise import Variety, fold, identity, parameters, variety, without_session
from s2n.s2nscanner.http.urls import Base

MAX_REQUESTS = 20_000
MAX_NAMED = 40
"""Page templates of one handler that are tested apart, where a parameter is a word (``?page=news``)."""

MAX_NUMBERED = 3
"""The same where all parameters are numbers or ids, which rarely select another handler."""

MAX_ALIKE = 20
"""Paths without parameters in one folder that answer with one template."""

MAX_PAGES = 10
"""Pages with a form of their own beside one that is everywhere, sending to each: of those, enough."""

REFUSALS = frozenset({401, 403})
MAX_CLOSED = 100
"""Refused pages that are remembered, for whoever looks for another way to them."""

_SELECTORS = frozenset(
    """
    action act do cmd command op operation mode module mod controller view page task route func function
    method option step tab section area handler event type
    """.split()  # noqa: SIM905 -- a word list reads better than twenty quoted strings
)
_SCRIPTS = (".php", ".asp", ".aspx", ".jsp", ".cgi", ".pl", ".do", ".action", ".cfm", ".py", ".rb")
_MEDIA = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-",
    "application/x-shockwave-flash",
)
"""Files, not pages, where there is no parameter to test."""


_START = Sighting(How.START)


class Chart(Protocol):
    """Is told of everything that is known of endpoints, as it becomes known."""

    def add(
        self,
        request: Request,
        found: Sighting,
        response: Response | None = None,
        *,
        form: Form | None = None,
        operation: Operation | None = None,
    ) -> None:
        """A request of the catalogue: by what it is described, how it was answered."""
        ...

    def add_refused(self, request: Request, found: Sighting, response: Response) -> None:
        """A page that exists, and that was not shown."""
        ...


class Catalogue:
    """Collects requests; equal work is kept once. ``chart`` is told of them."""

    def __init__(self, chart: Chart | None = None) -> None:
        self.requests: list[Request] = []
        self.sources: dict[Request, Request] = {}
        """The page on which each form was found."""
        self.redirected: dict[Request, Request] = {}
        """For a page that a form redirected to, the form's request."""
        self.closed: list[Request] = []
        """Pages that were refused, the first `MAX_CLOSED`."""
        self.dropped = 0
        self._seen = HashSet()
        self._counts: dict[int, int] = {}
        self._chart = chart

    def add_submission(
        self,
        request: Request,
        made: Submission,
        page: Request | None = None,
        found: Sighting | None = None,
    ) -> bool:
        """Add what a button of a form on ``page`` sends; False if handler and parameters are known.

        Or if it stands beside others on page after page, and sends to each of them.
        """
        handler, selected = _handler(request, made.names), _selected(parameters(request.query))
        key = hash((handler, selected, made.button, "button"))
        if not self._seen.add(key) or not self._room(handler + 1, MAX_NAMED):
            return False
        self._seen.add(hash((handler, selected, "form")))
        everywhere = page is not None and page.path == request.path and self._is_everywhere(made, page)
        if not everywhere and self._keep(request) and page is not None:
            self.sources[request] = page
        if self._chart is not None:
            self._chart.add(
                request, found or Sighting(made.how, page.url if page is not None else ""), form=made.form
            )
        return not everywhere

    def add_withheld(self, request: Request, found: Sighting) -> None:
        """Tell the chart of a request that deletes something: known, and neither made nor tested."""
        if self._chart is not None:
            self._chart.add(request, found)

    def add_redirect(self, request: Request, location: str) -> None:
        """Remember that a form's ``request`` leads to ``location``."""
        url = Base(request.url).join(location)
        if url is not None:
            self.redirected.setdefault(Request.from_url(url), request)

    def add_operation(self, operation: Operation, answer: Response | None = None) -> None:
        """Add what an API's description or a recording names: whoever wrote it knows its handlers apart."""
        request = operation.request
        if answer is not None and request.method == "GET":
            self._note_refusal(request, answer.status)
        if self._keep(request) and operation.page is not None:
            self.sources[request] = operation.page
        if self._chart is not None:
            self._chart.add(request, Sighting(How.API, operation.source), answer, operation=operation)

    def add_page(
        self,
        request: Request,
        response: Response,
        skeleton: int,
        found: Sighting = _START,
        *,
        start: bool = False,
    ) -> None:
        """Add a fetched GET request, if it is a handler, or a template of it, not known yet."""
        self._add_page(request, response, skeleton, start=start)
        self.add_answer(request, response, found)

    def add_answer(self, request: Request, response: Response, found: Sighting) -> None:
        """Tell the chart how ``request`` was answered."""
        if self._chart is None:
            return
        if identity(request.url, request.method, request.body) in self._seen:
            self._chart.add(request, found, response)
        elif response.is_redirect or (response.status >= 400 and response.status not in {404, 410}):
            self._chart.add_refused(request, found, response)

    def _note_refusal(self, request: Request, status: int) -> None:
        if status in REFUSALS and len(self.closed) < MAX_CLOSED:
            self.closed.append(request)

    def _add_page(self, request: Request, response: Response, skeleton: int, *, start: bool) -> None:
        pairs = parameters(request.query)
        status = response.status
        self._note_refusal(request, status)
        if not start and (status in {404, 410} or (not pairs and (status >= 400 or response.is_redirect))):
            return
        template = hash((status, skeleton))
        if not pairs:
            if response.content_type.startswith(_MEDIA) and not start:
                return
            self._add_path(request, template, start=start)
            return
        handler = _handler(request, tuple(name for name, _ in pairs))
        selected = _selected(pairs)
        if not self._seen.add(hash((handler, selected, template))):
            return
        if hash((handler, selected, "form")) in self._seen and self._seen.add(
            hash((handler, selected, "page"))
        ):
            return
        kinds = {variety(unquote_plus(value)) for _, value in pairs}
        most = MAX_NAMED if Variety.NAME in kinds else 1 if Variety.OPAQUE in kinds else MAX_NUMBERED
        if self._room(handler, most) or start:
            self._keep(request)

    def add_unanswered(self, request: Request, found: Sighting = _START) -> None:
        """Add a GET request that got no answer, if nothing else is known of its handler.

        Whoever tests it will be told by its baseline whether it answers by then; left out, it would pass
        for clean.
        """
        pairs = parameters(request.query)
        if pairs and self._room(_handler(request, tuple(name for name, _ in pairs)), 1):
            self._keep(request)
            if self._chart is not None:
                self._chart.add(request, found)

    def _add_path(self, request: Request, template: int, *, start: bool) -> None:
        folded, kind = fold(without_session(request.path))
        folder = hash((request.origin, posixpath.dirname(folded), template))
        own = kind is not Variety.FIXED or folded.endswith(_SCRIPTS)
        if not self._seen.add(hash((request.origin, folded, template))):
            return
        if start or self._room(
            hash((request.origin, folded)) if own else folder, MAX_NUMBERED if own else MAX_ALIKE
        ):
            self._keep(request)

    def _is_everywhere(self, made: Submission, page: Request) -> bool:
        """Is it on many pages, and the page has a form that is on fewer, or many such pages had?"""
        if made.form is None:
            return False
        look = hash(("look", made.form.look))
        count = self._counts.get(look, 0)
        if self._seen.add(hash((look, page.path))):
            self._counts[look] = count + 1
        rarer = any(self._counts.get(hash(("look", each)), 0) < count for each in made.beside)
        if rarer and count >= MAX_PAGES:
            self._room(hash(("common", look)), MAX_PAGES)
            return True
        return self._counts.get(hash(("common", look)), 0) >= MAX_PAGES

    def _room(self, at: int, most: int) -> bool:
        count = self._counts.get(at, 0)
        if count >= most:
            return False
        self._counts[at] = count + 1
        return True

    def _keep(self, request: Request) -> bool:
        if not self._seen.add(identity(request.url, request.method, request.body)):
            return False
        if len(self.requests) >= MAX_REQUESTS:
            self.dropped += 1
            return False
        self.requests.append(request)
        return True


def _handler(request: Request, names: tuple[str, ...]) -> int:
    path, _ = fold(without_session(request.path))
    return hash((request.method, request.origin, path, tuple(sorted({unquote_plus(name) for name in names}))))


def _selected(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The parameters that choose the handler, where others are there to be handled."""
    if len(pairs) < 2:
        return ()
    return tuple(
        (name, value)
        for name, value in pairs
        if name.lower() in _SELECTORS and variety(unquote_plus(value)) is Variety.NAME
    )
