"""What one response leads to, by what it is: a page, a script, robots.txt, a sitemap, a redirect."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.binaries import urls_in_file
from s2n.s2nscanner.crawler.completion import (
    completed,
    completed_call,
    needs_of_call,
    needs_of_reference,
)
from s2n.s2nscanner.crawler.danger import body_endangers, url_endangers
from s2n.s2nscanner.crawler.dependents import Held
from s2n.s2nscanner.crawler.forms import Form, Submission, needs_of_form, show, submissions
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.crawler.javascript.bundles import below
from s2n.s2nscanner.crawler.javascript.calls import Call
from s2n.s2nscanner.crawler.javascript.handlers import Handlers
from s2n.s2nscanner.crawler.javascript.prefixes import Prefixes
from s2n.s2nscanner.crawler.javascript.scripts import ScriptFinds, read_script
from s2n.s2nscanner.crawler.jsondata import JsonFinds, urls_in_json
from s2n.s2nscanner.crawler.links import Link, Source, doubted
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.policies import header_urls
from s2n.s2nscanner.crawler.prose import addresses, readings
from s2n.s2nscanner.crawler.seenvalues import SeenValues
from s2n.s2nscanner.crawler.stylesheets import comments_in_css, urls_in_css
from s2n.s2nscanner.crawler.wellknown import robots, sitemap, urls_in_text, urls_in_xml
from s2n.s2nscanner.http.urls import Base
from s2n.s2nscanner.oracles.probe import Fresh

_MAX_HEAD = 1 << 16
"""Characters of an XML document in which entities are declared."""

_UNTYPED = frozenset({"text/plain", "application/octet-stream", ""})
_CHANGING = frozenset({"PUT", "PATCH"})
"""Methods for records that exist: what the crawl has not created itself is not changed by guessing right."""

_XML_TYPES = ("/xml", "+xml")
_SCRIPT_TYPES = ("javascript", "ecmascript", "jscript")
_TEXTS = frozenset({"application/yaml", "application/x-yaml", "application/toml", "application/x-sh"})
_DECLARED = re.compile(r"<!ENTITY[^<>]{1,200}?\sSYSTEM\s{1,9}[\"']([^\"'<>]{1,2000})[\"']")


class Known:
    """What the crawl has learned of a site: values to fill in, and its other scripts."""

    def __init__(self, fresh: Fresh) -> None:
        self.fresh = fresh
        self.seen = SeenValues()
        self.prefixes = Prefixes()
        self.handlers = Handlers()


class Found(Struct):
    """References (resolved by ``base``), what forms send, and names for what of that was left out.

    ``withheld``: URLs of what scripts delete.
    """

    base: Base | None = None
    links: list[Link] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    redirect: str = ""
    skeleton: int = 0


def discover(entry: Entry, response: Response, known: Known) -> Found:
    """Read a response; what is not text is not read. ``known`` learns from it, and lends values."""
    found = Found(base=Base(entry.base or entry.url))
    if entry.kind is Kind.ROBOTS:
        if not response.is_html and response.status == 200:
            paths, found.sitemaps = robots(response.text)
            found.links = [Link(path, Source.GUESS) for path in paths]
        return found
    if entry.kind is Kind.SITEMAP:
        if response.status == 200 and not response.is_html:
            urls, found.sitemaps = sitemap(response.body)
            found.links = [Link(url) for url in urls]
        return found
    if entry.kind is Kind.TOLD and not response.is_redirect and (response.status != 200 or response.is_html):
        return found
    if response.is_redirect:
        found.redirect = response.header("location") or ""
    known.seen.see_location(entry.method, response)
    _read_body(entry, response, found, known)
    own = Base(entry.url)
    found.links += [Link(own.join(url) or url) for url in header_urls(response)]
    return found


def complete(held: Held, known: Known) -> Found:
    """What was held back, with the values that are known by now."""
    found, seen = Found(base=held.base), known.seen
    if held.form is not None:
        _submit(held.form, held.entry, found, known)
    elif held.call is not None:
        _send(held.call, held.template, found, seen)
    else:
        found.links.append(Link(completed(held.template, seen), Source.GUESS))
    return found


def _read_body(entry: Entry, response: Response, found: Found, known: Known) -> None:
    seen = known.seen
    if response.is_html or response.content_type.endswith(_XML_TYPES):
        _read_page(entry, response, found, known)
        if not response.is_html:
            found.links += [Link(url) for url in urls_in_xml(response.text)]
            head = response.text[:_MAX_HEAD]
            found.links += [Link(url, Source.GUESS) for url in _DECLARED.findall(head)]
    elif response.content_type == "text/css":
        found.base = Base(entry.url)
        found.links = [Link(url, Source.RESOURCE) for url in urls_in_css(response.text)]
        found.links += _told(addresses(comments_in_css(response.text)))
    elif _is_json(entry, response):
        found.base = Base(entry.url)
        data = urls_in_json(response.text)
        _add_finds(entry, found, data, seen)
        _add_calls(entry, found, data.calls, {}, seen)
        path = entry.url.partition("://")[2].partition("/")[2].partition("?")[0]
        for value in data.values if response.status < 400 else ():
            seen.see_data(value, path, created=entry.method == "POST")
    elif entry.kind is Kind.SCRIPT or _is_script(response.content_type):
        finds = read_script(response.text)
        for joined in known.handlers.join((), [response.text]):
            finds.add(read_script(joined))
        based = known.prefixes.complete(finds.unbased)
        finds.urls |= based.urls
        finds.calls |= based.calls
        finds.templates |= based.templates
        _add_finds(entry, found, finds, seen)
        found.links += _told(each for each in finds.prose if each not in finds.urls)
        found.links += _routed(found.base, finds.routes)
        _open(entry, found, finds.templates, seen)
        _add_calls(entry, found, finds.calls, finds.templates, seen)
    elif urls := urls_in_file(response.body):
        found.links = [Link(url, Source.GUESS) for url in urls]
    elif response.content_type.startswith("text/") or response.content_type in _TEXTS:
        urls = urls_in_text(response.text)
        found.links = [Link(url, Source.GUESS) for url in urls]
        found.links += _told(each for each in addresses(response.text) if each not in urls)


def _add_finds(entry: Entry, found: Found, finds: ScriptFinds | JsonFinds, seen: SeenValues) -> None:
    """What a script or JSON names; further scripts are named from where it lies itself."""
    own = Base(entry.url)
    found.links += [Link(url, Source.GUESS) for url in finds.urls]
    found.links += [Link(own.join(url) or url, Source.SCRIPT) for url in finds.modules]
    for text in finds.markup:
        page = read_page(text)
        found.links += map(doubted, page.links)
        for form in page.forms:
            if form.attributes.get("action"):
                found.links.append(Link(form.attributes["action"], Source.GUESS))
        _add_calls(entry, found, page.calls, page.templates, seen)


def _read_page(entry: Entry, response: Response, found: Found, known: Known) -> None:
    seen = known.seen
    page = read_page(response.text)
    base = Base(entry.url)
    if page.base is not None:
        base = Base(base.join(page.base) or entry.url)
        found.links.append(Link(base.url, Source.RESOURCE))
    found.base, found.skeleton = base, page.skeleton
    for link in page.links:
        if link.source in {Source.LINK, Source.RESOURCE}:
            seen.see_url(link.reference)
        if link.source is Source.PROSE:
            found.links += _told([link.reference], base.path if page.base is not None else "")
        else:
            found.links.append(link)
    for form in page.forms:
        show(form, base, entry.url, seen)
    for form in page.forms:
        needs = tuple(needs_of_form(form, base, entry.url, seen))
        if needs:
            found.held.append(Held(entry, base, needs, form=form))
        else:
            _submit(form, entry, found, known)
    found.submissions = [
        made._replace(beside=tuple(form.look for form in page.forms if form is not made.form))
        for made in found.submissions
    ]
    calls, templates = dict.fromkeys(page.calls), dict(page.templates)
    for joined in known.handlers.join(page.handlers, [";\n".join(page.scripts)]):
        more = read_script(joined)
        found.links += [Link(url, Source.GUESS) for url in more.urls]
        calls |= more.calls
        templates |= more.templates
    based = known.prefixes.complete(page.unbased)
    found.links += [Link(url, Source.GUESS) for url in based.urls]
    found.links += _routed(base, page.routes)
    templates |= based.templates
    _open(entry, found, templates, seen)
    _add_calls(entry, found, calls | based.calls, templates, seen)


def _told(written: Iterable[str], base: str = "") -> list[Link]:
    """What a text may mean with the addresses in it."""
    return [Link(each, Source.PROSE) for address in written for each in readings(address, base)]


def _routed(base: Base | None, routes: Iterable[str]) -> list[Link]:
    """A router's paths below the folder that its application lies in."""
    return [Link(path, Source.GUESS) for path in below(base.path if base is not None else "/", routes)]


def _submit(form: Form, entry: Entry, found: Found, known: Known) -> None:
    assert found.base is not None
    boundary = f"----s2n{known.fresh.token(16)}"
    sent, left_out = submissions(form, found.base, entry.url, boundary, known.seen)
    found.submissions += sent
    found.left_out += left_out


def _open(entry: Entry, found: Found, templates: Mapping[str, str], seen: SeenValues) -> None:
    """Fill the blanks of the references that scripts build; keep back those that lack a value."""
    assert found.base is not None
    links, found.links = found.links, []
    for link in links:
        template = templates.get(link.reference)
        if template is None:
            found.links.append(link)
        elif needs := tuple(needs_of_reference(template, seen)):
            found.held.append(Held(entry, found.base, needs, template))
        else:
            found.links.append(link._replace(reference=completed(template, seen)))


def _add_calls(
    entry: Entry, found: Found, calls: Iterable[Call], templates: Mapping[str, str], seen: SeenValues
) -> None:
    """A script's call is tested and made as a form would be."""
    assert found.base is not None
    for call in calls:
        template = templates.get(call.reference, call.reference)
        changes = call.method in _CHANGING
        needs = (*needs_of_reference(template, seen, created=changes), *needs_of_call(call, seen))
        if needs:
            found.held.append(Held(entry, found.base, needs, template, call))
        else:
            _send(call, template, found, seen)


def _send(call: Call, template: str, found: Found, seen: SeenValues) -> None:
    assert found.base is not None
    reference = completed(template, seen, created=call.method in _CHANGING)
    call = completed_call(call, reference, seen)
    url = found.base.join(reference)
    if url is None:
        return
    if call.method == "DELETE":
        found.withheld.append(url)
    elif url_endangers(url) or body_endangers(_request(call, url)):
        found.left_out.append(url)
    else:
        made = Submission(call.method, url, call.content_type, call.body, call.names, "", sensitive=False)
        found.submissions.append(made)


def _request(call: Call, url: str) -> Request:
    headers = (("Content-Type", call.content_type),) if call.content_type else ()
    return Request.from_url(url, call.method, headers, call.body)


def _is_script(kind: str) -> bool:
    return any(word in kind for word in _SCRIPT_TYPES)


def _is_json(entry: Entry, response: Response) -> bool:
    kind = response.content_type
    if "json" in kind or kind == "application/importmap":
        return True
    if entry.kind is Kind.SCRIPT and not entry.url.partition("?")[0].endswith((".map", ".webmanifest")):
        return False
    return kind in _UNTYPED and response.body.lstrip()[:1] in {b"{", b"["}
