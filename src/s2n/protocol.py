"""What the host and the runner agreed: the request, the events, the mount path, the version.

The host writes one `Job` as a line of JSON to the runner's stdin; the runner answers with one event per line
on stdout and ends with `Done`. Human text goes to stderr only. Each option is defined once, as a field of
`ScanRequest` (or of `s2n.options.HostOptions`); command line, config file and variables are read from it.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from s2n.model import Coverage, Finding, Place, PluginError, PluginInfo, PluginStatus, ScanStatus
from s2n.model.scanrequest import ScanConfig, ScanRequest, option
from s2n.model.site import Endpoint, LeftOut, PageState, SocketMessage

__all__ = [
    "EXTERNAL_PLUGIN_DIR",
    "PLUGIN_DIR_VARIABLE",
    "PROTOCOL_VERSION",
    "Also",
    "Catalogue",
    "Covered",
    "Crawled",
    "Done",
    "Event",
    "Failed",
    "Found",
    "Hello",
    "Job",
    "Mapped",
    "Phase",
    "PluginEnded",
    "Progress",
    "ScanConfig",
    "ScanRequest",
    "Seen",
    "Spoke",
    "Started",
    "Warned",
    "decode_event",
    "encode_event",
    "option",
]

PROTOCOL_VERSION = 2

EXTERNAL_PLUGIN_DIR = "/opt/s2n/plugins"
"""Where the host mounts the user's plugin folder in the container, read-only."""

PLUGIN_DIR_VARIABLE = "S2N_EXTERNAL_PLUGIN_DIR"
"""Tells the runner to read external plugins from another folder (the local runtime does)."""


class Job(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one line the host writes to the runner.

    ``lifeline``: the host keeps stdin open as long as it lives; its end means the host is gone, and the
    runner stops.
    """

    protocol: int = PROTOCOL_VERSION
    command: Literal["scan", "crawl", "plugins"] = "scan"
    request: ScanRequest | None = None
    lifeline: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "warning"


class Hello(Struct, frozen=True, tag="hello", kw_only=True):
    """The first event: who answers."""

    protocol: int = PROTOCOL_VERSION
    version: str = ""
    python_version: str = ""
    os_info: str = ""
    app_env: str = ""


class Catalogue(Struct, frozen=True, tag="plugins", kw_only=True):
    """The plugins that were discovered, and those that could not be loaded."""

    plugins: tuple[PluginInfo, ...] = ()
    broken: dict[str, PluginError] = field(default_factory=dict)


class Started(Struct, frozen=True, tag="started", kw_only=True):
    """The scan begins, or with ``maps`` a crawl alone. ``plugins`` are the ids of those that take part."""

    scan_id: str
    target_url: str
    time: datetime
    config: dict[str, Any] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    maps: bool = False


class Phase(Struct, frozen=True, tag="phase"):
    """What the scanner does now."""

    name: Literal["login", "crawl", "test", "finish"]


class Progress(Struct, frozen=True, tag="progress", kw_only=True):
    """Figures so far, about twice a second. ``done`` and ``total`` count input point × plugin."""

    requests: int = 0
    failed: int = 0
    rate: float = 0.0
    pages: int = 0
    queued: int = 0
    done: int = 0
    total: int = 0
    current: str = ""


class Found(Struct, frozen=True, tag="finding"):
    """A finding, verified."""

    finding: Finding


class Also(Struct, frozen=True, tag="also"):
    """The finding with this fingerprint shows at another place as well."""

    fingerprint: str
    place: Place


class Covered(Struct, frozen=True, tag="coverage"):
    """A row of the ledger is complete."""

    row: Coverage


class Mapped(Struct, frozen=True, tag="endpoint"):
    """Something is known of an endpoint; it adds to what was known of its method and path template."""

    endpoint: Endpoint


class Seen(Struct, frozen=True, tag="state"):
    """A page showed a new state in the browser."""

    state: PageState


class Spoke(Struct, frozen=True, tag="message"):
    """A WebSocket message of a page in the browser."""

    message: SocketMessage


class Crawled(Struct, frozen=True, tag="crawled"):
    """A crawl that maps the site is over: what it passed over."""

    left_out: LeftOut


class PluginEnded(Struct, frozen=True, tag="plugin", kw_only=True):
    """A plugin's part of the scan is over."""

    plugin: str
    status: PluginStatus
    duration_seconds: float = 0.0
    urls_scanned: int = 0
    requests_sent: int = 0
    errors: tuple[PluginError, ...] = ()
    reason: str = ""


class Warned(Struct, frozen=True, tag="warning"):
    """Something the user should know that does not end the scan."""

    text: str


class Failed(Struct, frozen=True, tag="error", kw_only=True):
    """The scan cannot go on; `Done` follows. ``exit_code`` as in `s2n.errors`."""

    message: str
    remedy: str = ""
    exit_code: int = 4
    error_type: str = ""
    traceback: str = ""


class Done(Struct, frozen=True, tag="done", kw_only=True):
    """The last event."""

    status: ScanStatus
    time: datetime
    reason: str = ""
    requests: int = 0
    failed: int = 0
    pages: int = 0


Event = (
    Hello
    | Catalogue
    | Started
    | Phase
    | Progress
    | Found
    | Also
    | Covered
    | Mapped
    | Seen
    | Spoke
    | Crawled
    | PluginEnded
    | Warned
    | Failed
    | Done
)

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """One line of JSON, newline included."""
    return _encoder.encode(event) + b"\n"


def decode_event(line: bytes) -> Event:
    """The event a runner wrote.

    Raises:
        msgspec.DecodeError: not an event of this protocol version.
    """
    event: Event = _decoder.decode(line)
    return event
