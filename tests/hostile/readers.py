"""What reads texts of a site, each as a function of one text, by the families of texts that concern it."""

import asyncio
import contextlib
import importlib
import pkgutil
from collections.abc import Callable
from functools import partial

from s2n.errors import UsageError
from s2n.model import Exchange, Headers, Request, Response
from s2n.model.exchange import split_url
from s2n.s2nscanner import plugins
from s2n.s2nscanner.auth import digest, loginpage, proof, refusals, tokens
from s2n.s2nscanner.crawler import (
    danger,
    jsondata,
    links,
    names,
    patterns,
    policies,
    prose,
    recognise,
    scripted,
    values,
    valuetypes,
)
from s2n.s2nscanner.crawler.api import importing, operation
from s2n.s2nscanner.crawler.api.imports import describes
from s2n.s2nscanner.crawler.discover import Known, discover
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.crawler.javascript import references
from s2n.s2nscanner.html import parse
from s2n.s2nscanner.http import bodies, cookies, decode, head, pace, redirects, slots, urls, wire
from s2n.s2nscanner.oracles import (
    browserurl,
    browsing,
    clienttemplates,
    contexts,
    csp,
    documents,
    domexecution,
    execution,
    forgery,
    hostlanding,
    jwt,
    leading,
    loginform,
    scriptcall,
    serialized,
    soft404,
    sqlerrors,
    stability,
    uploadsearch,
    viewstate,
    visitor,
    xmlwriting,
)
from s2n.s2nscanner.oracles import (
    prose as shown,
)
from s2n.s2nscanner.oracles.probe import Fresh

Read = Callable[[str], object]

ASKED = Request.from_url("https://shop.example/a/b?c=d")
TOKEN = "s2ntokenabc"
NUMBER = "48271937"


def response(text: str, kind: str = "text/html", status: int = 200, headers: Headers = ()) -> Response:
    """``text`` as a body; lone surrogates are bytes that are no UTF-8."""
    body = text.encode("utf-8", "surrogateescape")
    return Response(status, headers=(("Content-Type", kind), *headers), body=body)


def answered(text: str, kind: str = "text/html", status: int = 200, headers: Headers = ()) -> Exchange:
    return Exchange(ASKED, response(text, kind, status, headers))


def crawled(kind: str, entry: Kind = Kind.PAGE) -> Read:
    return lambda text: discover(Entry(ASKED.url, kind=entry), response(text, kind), Known(Fresh()))


def refusing(read: Callable[..., object], *before: object) -> Read:
    """``read``, which may say that the text is none of its kind."""

    def call(text: str) -> object:
        with contextlib.suppress(ValueError, LookupError, UsageError):
            return read(*before, text)
        return None

    return call


def between(read: Read, word: str) -> Read:
    """The text with ``word`` in it every fifty characters."""
    return lambda text: read(word.join(text[at : at + 50] for at in range(0, len(text), 50)))


def said(name: str, read: Callable[[Response], object], status: int = 200) -> Read:
    """A text as the value of a header."""

    def call(text: str) -> object:
        line = text.replace("\r", "").replace("\n", "")
        return read(response("<p>x", status=status, headers=((name, line),)))

    return call


def received(before: str, step: int = 4096) -> Read:
    """The text behind ``before``, as it comes off the wire."""

    def call(text: str) -> object:
        parser, data = wire.ResponseParser(8 << 20), (before + text).encode("utf-8", "replace")
        for at in range(0, len(data), step):
            if parser.feed(data[at : at + step]):
                break
        return parser.body

    return call


def imported(text: str) -> object:
    async def nobody(_: Request) -> None:
        return None

    ground = operation.Ground(target=ASKED, allows=lambda _: True, location=ASKED.url)
    return asyncio.run(importing.import_text(text, "x", ground, nobody))


def passive(hook: str, kind: str, status: int) -> dict[str, Read]:
    """What every passive plugin does with a response."""
    found: dict[str, Read] = {}
    for module in pkgutil.iter_modules(plugins.__path__):
        plugin = importlib.import_module(f"{plugins.__name__}.{module.name}").Plugin
        if hasattr(plugin, hook):
            found[f"{module.name}.{hook} {kind}"] = partial(_inspected, plugin, hook, kind, status)
    return found


def _inspected(plugin: Callable[[], object], hook: str, kind: str, status: int, text: str) -> object:
    return list(getattr(plugin(), hook)(answered(text, kind, status)))


def octets(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def query(text: str) -> object:
    return slots.query_slots("/?" + text)


def folded(text: str) -> object:
    return head.Head(f"HTTP/1.1 200 OK\r\nA: {text}".replace("a", "\r\n ").encode("utf-8", "replace"))


def sent_to(text: str) -> object:
    return redirects.redirected(ASKED, Response(302, headers=(("Location", text),)))


def multipart(text: str) -> object:
    return bodies.body_slots(text.encode("utf-8", "replace"), "multipart/form-data; boundary=a")


def learned(text: str) -> object:
    """A page that is never the same, compared with others."""
    page = stability.learned([answered(f"{text}{n}") for n in range(3)])
    return page and (page.same(answered(text[::-1])), page.same(answered(text + "9")))


MARKUP: dict[str, Read] = {
    "discover html": crawled("text/html"),
    "discover xml": crawled("application/xml"),
    "discover sitemap": crawled("application/xml", Kind.SITEMAP),
    "need_of": lambda text: scripted.need_of(response("<script>1</script>" + text)),
    "visible": lambda text: visitor.visible(response(text)),
    "refused": lambda text: visitor.refused(answered("<p>hello"), answered(text)),
    "reflections": between(lambda text: contexts.reflections(text, TOKEN), TOKEN),
    "csp": lambda text: csp.weaknesses(csp.csp_of(response(text), parse(text))),
    "find_expression": lambda text: clienttemplates.find_expression(text, "7*7", "a"),
    "find_witness": between(
        lambda text: execution.find_witness(answered(text), NUMBER), f" alert({NUMBER}) "
    ),
    "page_values": lambda text: forgery.page_values(response(text), ["csrf"]),
    "host_landing": between(
        lambda text: hostlanding.host_landing(answered(text), "evil.example"), " evil.example "
    ),
    "leads": lambda text: leading.leads(answered(text)),
    "turned_away": lambda text: loginform.turned_away(answered(text), response("x")),
    "limits": lambda text: (
        loginform.limits(response(text), response("x")),
        loginform.has_puzzle(response(text)),
    ),
    "own_text": shown.own_text,
    "plain_text": shown.plain_text,
    "look_of": lambda text: soft404.look_of(answered(text)),
    "learned": learned,
    "links_to": between(lambda text: uploadsearch.links_to(answered(text), "s2n.png"), "s2n.png "),
    "inside": lambda text: browsing.inside(answered(text), answered("<p>x")),
    "step_on": lambda text: loginpage.step_on(answered(text)),
    "said": lambda text: refusals.said(answered(text)),
    "offers_logout": proof.offers_logout,
    "xml_slots": bodies.xml_slots,
    **passive("inspect", "text/html", 200),
    **passive("overhear", "text/html", 500),
}
SCRIPT: dict[str, Read] = {
    "discover script": crawled("application/javascript"),
    "find_call": between(lambda text: scriptcall.find_call(text, NUMBER), f" alert({NUMBER}) "),
    "script_targets": leading.script_targets,
    "names_in": domexecution.names_in,
    **passive("inspect", "application/javascript", 200),
}
STYLE: dict[str, Read] = {"discover css": crawled("text/css")}
DATA: dict[str, Read] = {
    "discover json": crawled("application/json"),
    "import_text": refusing(imported),
    "import curl": refusing(lambda text: imported("curl http://shop.example/ " + text)),
    "describes": lambda text: [describes(response(text, kind)) for kind in ("application/json", "text/yaml")],
    "json_slots": bodies.json_slots,
    "serialized": lambda text: serialized.recognise(text[:100_000]),
    "published_keys": lambda text: jwt.published_keys(response(text, "application/json")),
    "token_in": lambda text: tokens.token_in(answered(text, "application/json")),
    "looks_like_xml": xmlwriting.looks_like_xml,
    "tokens": lambda text: forgery.tokens(
        ASKED.with_body(text.encode("utf-8", "replace"), "application/json")
    ),
    "urls_in_json": jsondata.urls_in_json,
    **passive("inspect", "application/json", 200),
}
WORDS: dict[str, Read] = {
    "discover text": crawled("text/plain"),
    "discover robots": crawled("text/plain", Kind.ROBOTS),
    "shape_of": lambda text: recognise.shape_of(f"http://h/{text}?a={text}"),
    "is_trap": lambda text: recognise.is_trap("http://h/" + text),
    "identity": recognise.identity,
    "is_id": names.is_id,
    "nouns": names.nouns.__wrapped__,
    "example_of": patterns.example_of,
    "matches": lambda text: patterns.matches.__wrapped__(text, "a" * 60),
    "plausible": lambda text: values.plausible("text", text, {"id": text, "placeholder": text}),
    "filled": references.filled,
    "is_address": lambda text: (references.is_address(text), references.is_bare(text)),
    "type_of": valuetypes.type_of,
    "addresses": prose.addresses,
    "srcset": links.srcset,
    "join": urls.Base(ASKED.url).join,
    "split_url": refusing(lambda text: split_url("http://" + text)),
    "endangers": lambda text: (danger.endangers(text), danger.url_endangers(text)),
    "refresh_target": lambda text: (policies.refresh_target(text), leading.refresh_target(text)),
    "set-cookie": lambda text: cookies.parse_set_cookie(f"a=b;{text};expires={text}", ASKED.origin, "/", 0.0),
    "redirected": refusing(sent_to),
    "retry_after": pace.retry_after,
    "head": lambda text: head.Head(text.encode("utf-8", "replace")),
    "folded head": folded,
    "decode": lambda text: decode.decode(b"x", text, 1000),
    "wire": received("", 64),
    "wire head": received("HTTP/1.1 200 OK\r\nX: ", 64),
    "wire chunks": received("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", 64),
    "slots": lambda text: [read(octets(text)) for read in (slots.cookie_slots, query, slots.path_slots)],
    "multipart": multipart,
    "boundary_of": bodies.boundary_of,
    "holds_session": lambda text: visitor.holds_session(text, text),
    "succeeds": lambda text: forgery.succeeds(response(text), response("x")),
    "jwts_in": jwt.jwts_in,
    "sql_errors": sqlerrors.sql_errors,
    "document_errors": documents.document_errors,
    "undo_echo": lambda text: stability.undo_echo(text + "it's", "it's", "v"),
    "viewstate": viewstate.left_over,
    "destination": lambda text: browserurl.destination(text, browserurl.Destination("http", "h")),
    "challenge_in": lambda text: digest.challenge_in(["Digest " + text]),
    "leads_to_login": lambda text: proof.leads_to_login(answered(text)),
    "header Link": said("Link", policies.header_urls),
    "header Set-Cookie": said("Set-Cookie", policies.header_urls),
    "header CSP": said("Content-Security-Policy", lambda each: csp.weaknesses(csp.csp_of(each))),
    **passive("inspect", "text/plain", 200),
}  # fmt: skip
READERS: dict[tuple[str, str], Read] = {
    (family, name): read
    for family, readers in (
        ("markup", MARKUP),
        ("script", SCRIPT),
        ("style", STYLE),
        ("data", DATA),
        ("words", WORDS),
    )
    for name, read in readers.items()
}
