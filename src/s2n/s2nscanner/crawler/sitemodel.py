"""What the crawl learns, as the site model: each endpoint told as soon as something is known of it.

Nothing is collected here. Whoever listens puts together what is told of one endpoint (`s2n.report.sites`),
so memory stays flat, and a crawl that is killed has told what it knew.
"""

import base64
import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from s2n.model import Location, Request, Response
from s2n.model.site import (
    Endpoint,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    SocketMessage,
    ValueType,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.api.operation import Operation
from s2n.s2nscanner.crawler.api.payloads import BOUNDARY
from s2n.s2nscanner.crawler.forms import Form
from s2n.s2nscanner.crawler.recognise import Variety, variety, without_session
from s2n.s2nscanner.crawler.sights import Message, Shown
from s2n.s2nscanner.crawler.values import PASSWORD, WORD
from s2n.s2nscanner.crawler.valuetypes import Hint, hints_of, type_of
from s2n.s2nscanner.http.bodies import body_slots, boundary_of
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.http.secrets import MASK, Secrets

MAX_BODY = 1 << 20
"""Bytes of a request's body that are kept; with a larger one the request cannot be replayed."""

MAX_VALUE = 200
"""Characters of a value that are shown."""

MAX_REFUSED = 20
"""Pages of one folder that were refused alike and are told: a wall that answers everything says nothing."""

MAX_FOLDERS = 10_000
"""Folders for which that is counted."""

BOUNDARY_PREFIX = "----s2n"
"""How the boundaries begin that `s2n.s2nscanner.crawler.discover` draws."""

TOO_LARGE = "request too large to keep"

_SECRET_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|jwt|csrf|xsrf|nonce|signature"
    r"|(?:api|access|private)[_-]?key|sess(?:ion)?[_-]?id|(?:^|[^a-z])(?:sid|otp|pin|auth(?:orization)?)$",
    re.IGNORECASE,
)
_OURS = frozenset({"", WORD, PASSWORD, "1"})
"""Values that the crawler made up itself."""

_LIMITS = {
    ledger.MAX_PAGES: "--max-pages",
    ledger.DEPTH: "--depth",
    ledger.FULL: "the length of the queue",
    ledger.BUDGET: "--max-requests or --max-time",
}


class SiteModel:
    """Tells of endpoints (it is the catalogue's chart), with the ``secrets`` of ``scan`` masked."""

    def __init__(
        self, scan: ScanRequest, tell: Callable[[Endpoint], None], secrets: Secrets | None = None
    ) -> None:
        self._tell = tell
        self._secrets = secrets or Secrets(scan)
        self._anonymous = scan.auth == "none" and not (scan.cookies or scan.cookie_file or scan.headers)
        self._refused: dict[int, int] = {}
        self._too_large = 0

    def add(
        self,
        request: Request,
        found: Sighting,
        response: Response | None = None,
        *,
        form: Form | None = None,
        operation: Operation | None = None,
    ) -> None:
        """Tell of a request, by its form or its description, and of the response to it."""
        clean = self._secrets.clean
        path = without_session(request.path)
        template, values = _folded(path)
        if operation is not None and operation.template:
            template = operation.template
            values = {name: unquote(value) for name, value in operation.values.items()}
        hints = hints_of(form) if form is not None else {}
        parameters = [
            _parameter(clean(name), Location.PATH, clean(value), Hint(required=True))
            for name, value in values.items()
        ]
        parameters += self._parameters(request, hints)
        replay = self._replay(request)
        status = response.status if response is not None else 0
        self._tell(
            Endpoint(
                method=request.method,
                url=clean(f"{request.origin}{path}"),
                template=clean(template),
                parameters=tuple(parameters),
                requests=(replay,) if replay is not None else (),
                found=(Sighting(found.how, clean(found.page)),),
                status=status,
                content_type=response.content_type if response is not None else "",
                login=True if status == 401 else False if self._anonymous and 200 <= status < 300 else None,
            )
        )

    def add_refused(self, request: Request, found: Sighting, response: Response) -> None:
        """Tell of a page that was not shown, unless too many of its folder were refused like it."""
        folder = posixpath.dirname(_folded(without_session(request.path))[0])
        at = hash((request.origin, folder, response.status))
        count = self._refused.get(at, 0)
        if count < MAX_REFUSED and (count or len(self._refused) < MAX_FOLDERS):
            self._refused[at] = count + 1
            self.add(request, found, response)

    def state(self, shown: Shown) -> PageState:
        """A state of a page, as it is told."""
        clean = self._secrets.clean
        return PageState(clean(shown.url), clean(shown.start), tuple(map(clean, shown.actions)))

    def message(self, message: Message) -> SocketMessage:
        """A WebSocket message, as it is told."""
        clean = self._secrets.clean
        return SocketMessage(clean(message.url), message.sent, clean(message.text))

    def left_out(
        self,
        skipped: dict[str, int],
        failures: dict[str, int],
        failed: list[tuple[str, str]],
        limits: tuple[str, ...] = (),
    ) -> LeftOut:
        """What the crawl passed over; ``limits`` are those that its counts do not show."""
        clean = self._secrets.clean
        skipped = dict(skipped) | ({TOO_LARGE: self._too_large} if self._too_large else {})
        reached = [option for reason, option in _LIMITS.items() if reason in skipped]
        return LeftOut(
            skipped=skipped,
            failures=dict(failures),
            failed=tuple((clean(url), clean(message)) for url, message in failed),
            limits=tuple(dict.fromkeys((*reached, *limits))),
        )

    def _parameters(self, request: Request, hints: dict[str, Hint]) -> Iterator[Parameter]:
        slots = body_slots(request.body, request.header("content-type") or "") if request.body else []
        quoted = {(where, slot.name) for where, slot in slots if slot.kind == "string"}
        for point in points_of(request):
            if point.location is Location.PATH or self._is_ours(point):
                continue
            value = MASK if _is_secret(point) else self._secrets.clean(point.value)
            literal = (point.location, point.name) not in quoted
            hint = hints.get(point.name, Hint())
            yield _parameter(self._secrets.clean(point.name), point.location, value, hint, quoted=not literal)

    def _is_ours(self, point: InputPoint) -> bool:
        """Does the next scan bring the header itself?"""
        return point.location is Location.HEADER and self._secrets.hides(point.name)

    def _replay(self, request: Request) -> Replay | None:
        """The request without credentials and secrets; None if it is too large to keep."""
        if len(request.body) > MAX_BODY:
            self._too_large += 1
            return None
        request = _with_plain_boundary(request)
        for point in points_of(request):
            if _is_secret(point) and point.location not in {Location.COOKIE, Location.PATH}:
                at = InputPoint(request, point.location, point.name, point.value, point.index)
                request = inject(at, MASK)
        clean = self._secrets.clean
        headers = [(name, clean(value)) for name, value in request.headers if not self._secrets.hides(name)]
        path, mark, query = request.target.partition("?")
        body = clean(request.body.decode("latin-1")).encode("latin-1", "replace")
        try:
            text, encoded = body.decode("utf-8"), False
        except UnicodeDecodeError:
            text, encoded = base64.b64encode(body).decode(), True
        return Replay(
            method=request.method,
            url=clean(f"{request.origin}{without_session(path)}{mark}{query}"),
            headers=tuple(headers),
            body=text,
            base64=encoded,
        )


def _parameter(name: str, location: Location, value: str, hint: Hint, *, quoted: bool = False) -> Parameter:
    masked = value == MASK
    kind = hint.type
    if kind is None:
        kind = ValueType.FILE if location is Location.FILENAME else ValueType.STRING
        if not masked and kind is ValueType.STRING:
            kind = type_of(value, quoted=quoted)
    shown = value if len(value) <= MAX_VALUE else f"{value[:MAX_VALUE]}…"
    null = location is Location.JSON and value == "null" and not quoted
    return Parameter(
        name=name,
        location=location,
        type=kind,
        values=(shown,) if shown and not null else (),
        choices=hint.choices,
        required=hint.required,
    )


def _with_plain_boundary(request: Request) -> Request:
    """Our own boundaries are drawn anew each time; models of one site are to be compared."""
    boundary = boundary_of(request.header("content-type") or "")
    if not boundary.startswith(BOUNDARY_PREFIX):
        return request
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return request.with_body(request.body.replace(boundary.encode(), BOUNDARY.encode()), content_type)


def _is_secret(point: InputPoint) -> bool:
    """Is it a cookie, or a password or token that the crawler did not make up?"""
    if point.location in {Location.FILENAME, Location.PATH}:
        return False
    if point.location is Location.COOKIE:
        return bool(point.value)
    return point.value not in _OURS and bool(_SECRET_NAME.search(point.name))


def _folded(path: str) -> tuple[str, dict[str, str]]:
    """``/users/17/edit`` → ``/users/{id}/edit``, and the id."""
    values: dict[str, str] = {}
    segments = []
    for segment in path.split("/"):
        text = unquote(segment)
        if variety(text) >= Variety.NUMBER:
            name = f"id{len(values) + 1}" if values else "id"
            values[name] = text
            segments.append(f"{{{name}}}")
        else:
            segments.append(segment)
    return "/".join(segments), values
