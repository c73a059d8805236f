"""All that a plugin may import.

A plugin is a module with a ``Plugin`` (a class or any factory) that has any of::

    info: PluginInfo
    async def check(self, point, ctx)  # yields ctx.finding(…) for one input point
    def inspect(self, exchange)        # yields report(…) from a response of the crawl, sends nothing
    def overhear(self, exchange)       # as inspect, for what attacks provoke: failures, new kinds of answers
    async def run(self, ctx)           # yields ctx.finding(…), once per scan
    async def conclude(self, ctx)      # as run, when everything was tested: what earlier requests left behind

A hook that lacks what it needs, such as somebody to log in as, raises `NotApplicable` and says what.

See docs/writing-a-plugin.md.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from msgspec import Struct

from s2n.errors import NotApplicable
from s2n.model import (
    Confidence,
    Exchange,
    Headers,
    Location,
    Origin,
    PluginInfo,
    Request,
    Response,
    Severity,
)
from s2n.protocol import ScanRequest
from s2n.s2nscanner.html import parse as parse_html
from s2n.s2nscanner.http.certificate import SIGNATURES as WEAK_SIGNATURES
from s2n.s2nscanner.http.certificate import Certificate, parse_certificate
from s2n.s2nscanner.http.handshake import Handshake, Offer
from s2n.s2nscanner.http.points import InputPoint, extend_name, inject, points_of, replace_literal
from s2n.s2nscanner.http.uploads import File, file_at, with_file
from s2n.s2nscanner.oracles import serialstreams
from s2n.s2nscanner.oracles.alone import alone
from s2n.s2nscanner.oracles.browsing import Visitor, inside
from s2n.s2nscanner.oracles.callback import Callback, Callbacks, prove_callback
from s2n.s2nscanner.oracles.canaries import Canaries
from s2n.s2nscanner.oracles.change import Change, Forged, same_site
from s2n.s2nscanner.oracles.clientnames import NamedCookie, named_cookies
from s2n.s2nscanner.oracles.clienttemplates import Expression, find_expression, frameworks, may_compile
from s2n.s2nscanner.oracles.complaint import Malformed, Message, complaint, messages_of, new_messages
from s2n.s2nscanner.oracles.computed import Product, fresh_product, prove_computed
from s2n.s2nscanner.oracles.confirming import confirmation
from s2n.s2nscanner.oracles.connecting import closed_port, prove_connecting
from s2n.s2nscanner.oracles.csp import Csp, Inline, csp_of
from s2n.s2nscanner.oracles.csp import weaknesses as csp_weaknesses
from s2n.s2nscanner.oracles.datafile import entries
from s2n.s2nscanner.oracles.desync import Desync, desync
from s2n.s2nscanner.oracles.difference import Condition, by_conditions, difference
from s2n.s2nscanner.oracles.disclosure import disclosure
from s2n.s2nscanner.oracles.documents import (
    any_document,
    as_login,
    document_errors,
    same_documents,
    takes_objects,
    with_object,
)
from s2n.s2nscanner.oracles.domexecution import Place, dom_executions, names_in
from s2n.s2nscanner.oracles.domflow import Flow, PageScripts, dom_flows, page_scripts
from s2n.s2nscanner.oracles.forgery import changes_state
from s2n.s2nscanner.oracles.formfields import forms_of
from s2n.s2nscanner.oracles.guessing import Guessing
from s2n.s2nscanner.oracles.hostlanding import HostLanding, HostPlace, host_landing
from s2n.s2nscanner.oracles.jwt import Jwt, jwts_in, jwts_sent, published_keys
from s2n.s2nscanner.oracles.jwtforgery import Gate, Taken, forged, gate
from s2n.s2nscanner.oracles.knownfiles import PASSWD, WIN_INI
from s2n.s2nscanner.oracles.loginform import (
    Attempt,
    Desk,
    LoginForm,
    has_puzzle,
    limits,
    login_form,
    login_forms,
    turned_away,
)
from s2n.s2nscanner.oracles.loginsearch import desks
from s2n.s2nscanner.oracles.newpages import NewPages
from s2n.s2nscanner.oracles.otherusers import OtherUser, kind_of
from s2n.s2nscanner.oracles.ownpage import signature_of_page
from s2n.s2nscanner.oracles.pagerun import PageRunner, Sink
from s2n.s2nscanner.oracles.places import Places
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof
from s2n.s2nscanner.oracles.prose import own_text, plain_text
from s2n.s2nscanner.oracles.randomness import Weakness, weakness_of
from s2n.s2nscanner.oracles.redirection import Redirection, open_redirection
from s2n.s2nscanner.oracles.reflection import Injection, script_injection, stored_injection
from s2n.s2nscanner.oracles.serialized import Serialized
from s2n.s2nscanner.oracles.serialized import recognise as recognise_serialized
from s2n.s2nscanner.oracles.signature import Signature, Spelling, prove_signature
from s2n.s2nscanner.oracles.sqlcontexts import BREAKS as SQL_BREAKS
from s2n.s2nscanner.oracles.sqlcontexts import WITNESS_DIGITS as SQL_WITNESS_DIGITS
from s2n.s2nscanner.oracles.sqlcontexts import WITNESSES as SQL_WITNESSES
from s2n.s2nscanner.oracles.sqlcontexts import SqlContexts, only_reads
from s2n.s2nscanner.oracles.sqlcontexts import inert as sql_inert
from s2n.s2nscanner.oracles.sqlcontexts import unions as sql_unions
from s2n.s2nscanner.oracles.sqlerrors import sql_errors
from s2n.s2nscanner.oracles.stability import Stable, echoes, learn_page, learned
from s2n.s2nscanner.oracles.timing import delays
from s2n.s2nscanner.oracles.uploadsearch import find_upload, folders_for
from s2n.s2nscanner.oracles.viewstate import left_over as left_over_of_viewstate
from s2n.s2nscanner.oracles.visitor import (
    anonymous,
    cookies_sent,
    cookies_set,
    has_password_field,
    holds_session,
    refused,
)
from s2n.s2nscanner.oracles.xmlwriting import Way as XmlWay
from s2n.s2nscanner.oracles.xmlwriting import ways_in as xml_ways_in

__all__ = [
    "PASSWD",
    "SQL_BREAKS",
    "SQL_WITNESSES",
    "SQL_WITNESS_DIGITS",
    "WEAK_SIGNATURES",
    "WIN_INI",
    "Attempt",
    "Callback",
    "Callbacks",
    "Canaries",
    "Certificate",
    "Change",
    "CheckContext",
    "Claim",
    "Condition",
    "Confidence",
    "Csp",
    "Desk",
    "Desync",
    "Exchange",
    "Expression",
    "File",
    "Flow",
    "Forged",
    "Fresh",
    "Gate",
    "Guessing",
    "Handshake",
    "Headers",
    "HostLanding",
    "HostPlace",
    "Injection",
    "Inline",
    "InputPoint",
    "Jwt",
    "Location",
    "LoginForm",
    "Malformed",
    "Message",
    "NamedCookie",
    "NewPages",
    "NotApplicable",
    "Offer",
    "Origin",
    "OtherUser",
    "PageRunner",
    "PageScripts",
    "Place",
    "Places",
    "PluginInfo",
    "Probe",
    "Product",
    "Proof",
    "Redirection",
    "Request",
    "Response",
    "ScanRequest",
    "Serialized",
    "Severity",
    "Signature",
    "Sink",
    "Spelling",
    "SqlContexts",
    "Stable",
    "Taken",
    "Visitor",
    "Weakness",
    "XmlWay",
    "alone",
    "anonymous",
    "any_document",
    "as_login",
    "by_conditions",
    "changes_state",
    "closed_port",
    "complaint",
    "confirmation",
    "cookies_sent",
    "cookies_set",
    "csp_of",
    "csp_weaknesses",
    "delays",
    "desks",
    "desync",
    "difference",
    "disclosure",
    "document_errors",
    "dom_executions",
    "dom_flows",
    "echoes",
    "entries",
    "extend_name",
    "file_at",
    "find_expression",
    "find_upload",
    "folders_for",
    "forged",
    "forms_of",
    "frameworks",
    "fresh_product",
    "gate",
    "has_password_field",
    "has_puzzle",
    "holds_session",
    "host_landing",
    "inject",
    "inside",
    "jwts_in",
    "jwts_sent",
    "kind_of",
    "learn_page",
    "learned",
    "left_over_of_viewstate",
    "limits",
    "login_form",
    "login_forms",
    "may_compile",
    "messages_of",
    "named_cookies",
    "names_in",
    "new_messages",
    "only_reads",
    "open_redirection",
    "own_text",
    "page_scripts",
    "parse_certificate",
    "parse_html",
    "plain_text",
    "points_of",
    "prove_callback",
    "prove_computed",
    "prove_connecting",
    "prove_signature",
    "published_keys",
    "recognise_serialized",
    "refused",
    "replace_literal",
    "report",
    "same_documents",
    "same_site",
    "script_injection",
    "serialstreams",
    "signature_of_page",
    "sql_errors",
    "sql_inert",
    "sql_unions",
    "stored_injection",
    "takes_objects",
    "turned_away",
    "weakness_of",
    "with_file",
    "with_object",
    "xml_ways_in",
]


class Claim(Struct, frozen=True, kw_only=True):
    """What a plugin says it found; the engine verifies it, fills in what ``info`` knows, and reports it.

    Empty or None fields are taken from the plugin's ``info``. ``variant`` tells two flaws of one plugin at
    one point apart (it enters the fingerprint). A claim without ``proof`` from an active plugin is verified
    by running the check a second time. ``per_site``: one finding per origin, whatever the URL
    (a header that every page lacks). ``masked``: secrets of the target that no report may hold.
    """

    exchange: Exchange
    point: InputPoint | None = None
    proof: Proof | None = None
    title: str = ""
    description: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    payload: str = ""
    evidence: str = ""
    marker: str = ""
    parameter: str = ""
    remediation: str = ""
    cwe: str = ""
    cvss_vector: str = ""
    cvss_score: float | None = None
    references: Sequence[str] = ()
    variant: str = ""
    per_site: bool = False
    masked: tuple[str, ...] = ()
    control: Exchange | None = None
    again: Callable[[], Awaitable[bool]] | None = None


def report(exchange: Exchange, evidence: str, **fields: object) -> Claim:
    """A passive plugin's claim about ``exchange``; ``fields`` are those of `Claim`."""
    return Claim(exchange=exchange, evidence=evidence, **fields)  # type: ignore[arg-type]  # by name, for authors' sake


class CheckContext(Protocol):
    """What the engine hands to ``check`` and ``run``."""

    scan: ScanRequest
    fresh: Fresh

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- as in `Sender`
    ) -> Exchange:
        """Send a request: inside the scope, paced, and counted against the plugin's budget.

        Raises:
            NetworkError: don't catch it; the engine counts it and reports "not tested".
        """
        ...

    async def handshake(self, origin: Origin, offer: Offer) -> Handshake | None:
        """A TLS handshake for its own sake; None if the server refuses, or OpenSSL cannot offer that.

        Raises:
            NetworkError: the server was not asked; don't catch it.
        """
        ...

    @property
    def others(self) -> Sequence[OtherUser]:
        """The other users of ``--auth-as``, logged in; only built-in plugins meet them."""
        ...

    async def send_as(self, other: OtherUser, request: Request) -> Exchange:
        """As `send`, in another user's session."""
        ...

    async def glance(self, request: Request) -> Exchange | None:
        """For a look at many pages: None if the network fails; the engine says how many were not seen."""
        ...

    async def get(self, url: str, *, follow: bool = False) -> Exchange:
        """GET an absolute URL."""
        ...

    async def probe(self, point: InputPoint) -> Probe:
        """The means to send values through ``point``; its baseline is fetched once for all plugins."""
        ...

    async def exists(self, url: str) -> Exchange | None:
        """The exchange if the resource is really there: an answer that a random sibling does not get."""
        ...

    @property
    def callbacks(self) -> Callbacks | None:
        """Addresses the target may be made to call (`prove_callback`); None unless the user named one."""
        ...

    @property
    def pages(self) -> PageRunner | None:
        """The browser, to open pages in (`dom_executions`); None where there is none."""
        ...

    @property
    def endpoints(self) -> Sequence[Request]:
        """The distinct requests the crawl found (site plugins)."""
        ...

    @property
    def closed(self) -> Sequence[Request]:
        """Pages that the crawl found and was refused: 401 or 403, the first hundred (site plugins)."""
        ...

    def finding(self, proof: Proof, point: InputPoint | None = None, **fields: object) -> Claim:
        """A claim that rests on an oracle's proof; ``fields`` are those of `Claim`."""
        ...

    def claim(
        self, exchange: Exchange, evidence: str, again: Callable[[], Awaitable[bool]], **fields: object
    ) -> Claim:
        """A claim of a plugin's own: ``again`` looks a second time and says whether it still holds."""
        ...
