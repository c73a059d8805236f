"""What is known of a site: its endpoints, their parameters, where each was found, and what was left out."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from s2n.model.report import ScanStatus
from s2n.model.severity import Location

SITE_VERSION = "1.0"

MAX_VALUES = 5
"""Values of a parameter, and places where an endpoint was found, that are kept."""


class How(StrEnum):
    """The way in which a URL was found. MENTION: named in text, data, or a comment of a page."""

    START = "start"
    LINK = "link"
    RESOURCE = "resource"
    FORM = "form"
    SCRIPT = "script"
    MENTION = "mention"
    REDIRECT = "redirect"
    ROBOTS = "robots"
    SITEMAP = "sitemap"
    CUSTOM = "custom"
    """It lies at a customary place, such as ``/.well-known``."""
    API = "api"
    BROWSER = "browser"


class ValueType(StrEnum):
    """What values a parameter takes, as far as its control, its JSON, or its values tell."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date-time"
    EMAIL = "email"
    UUID = "uuid"
    URL = "url"
    ENUM = "enum"
    PASSWORD = "password"  # noqa: S105 -- the name of a type
    FILE = "file"


class Sighting(Struct, frozen=True, omit_defaults=True):
    """Where something was found: how, and on which page (or in which description)."""

    how: How
    page: str = ""


class Parameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parameter of an endpoint.

    ``values`` are some that were seen, secrets as ``***``; ``choices`` all that an enum's form offers.
    ``required``: its form, or the path, demands it.
    """

    name: str
    location: Location
    type: ValueType = ValueType.STRING
    values: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    required: bool = False


class Replay(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request that can be made again; without the credentials it was made with.

    ``base64``: the body is no text, and stands here encoded so.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    base64: bool = False


class Endpoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A method and a URL without query.

    ``template`` is the path, with ``{name}`` where path parameters stand. ``requests``: one for each set of
    parameters, or kind of page, that it was seen with. ``status`` 0: it was not asked while crawling.
    ``login``: does it answer only those who are logged in? None: not known.
    """

    method: str
    url: str
    template: str
    parameters: tuple[Parameter, ...] = ()
    requests: tuple[Replay, ...] = ()
    found: tuple[Sighting, ...] = ()
    status: int = 0
    content_type: str = ""
    login: bool | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port of the URL."""
        scheme, mark, rest = self.url.partition("://")
        return f"{scheme}{mark}{rest.partition('/')[0]}"


class PageState(Struct, frozen=True, omit_defaults=True):
    """A state of a page in the browser: what was done to get there from ``start``, in words."""

    url: str
    start: str
    actions: tuple[str, ...] = ()


class SocketMessage(Struct, frozen=True, omit_defaults=True):
    """A WebSocket message that a page in the browser sent, or received; an empty one is a silent socket."""

    url: str
    sent: bool = False
    text: str = ""


class LeftOut(Struct, frozen=True, kw_only=True):
    """What the crawl passed over.

    ``skipped`` counts links by reason, ``failures`` requests by kind of error, and ``failed`` gives URL and
    message of the first of those. ``limits`` names the options that cut the crawl short.
    """

    skipped: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    failed: tuple[tuple[str, str], ...] = ()
    limits: tuple[str, ...] = ()


class Site(Struct, frozen=True, kw_only=True):
    """A site as it was crawled. Times are UTC.

    ``s2n_site`` is the version of this schema. ``complete``: the crawl came to its end, no limit cut it
    short, and every page it asked for answered; else ``reason`` and ``left_out`` say what is missing.
    """

    s2n_site: str = SITE_VERSION
    target_url: str
    scanner_version: str
    start_time: datetime
    end_time: datetime
    status: ScanStatus
    complete: bool
    reason: str = ""
    pages: int = 0
    total_requests: int = 0
    endpoints: tuple[Endpoint, ...] = ()
    states: tuple[PageState, ...] = ()
    messages: tuple[SocketMessage, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    warnings: tuple[str, ...] = ()
