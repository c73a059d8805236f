"""What one response leads to, by what it is: a page, a script, robots.txt, a sitemap, a redirect."""

from collections.abc import Iterable

from msgspec import Struct, field

from s2n.model import Response
from s2n.s2nscanner.crawler.calls import Call
from s2n.s2nscanner.crawler.danger import url_endangers
from s2n.s2nscanner.crawler.forms import Submission, submissions
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.crawler.jsondata import urls_in_json
from s2n.s2nscanner.crawler.links import Link, Source
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.policies import header_urls
from s2n.s2nscanner.crawler.scripts import read_script
from s2n.s2nscanner.crawler.stylesheets import urls_in_css
from s2n.s2nscanner.crawler.urls import Base
from s2n.s2nscanner.crawler.wellknown import robots, sitemap, urls_in_text, urls_in_xml
from s2n.s2nscanner.oracles.probe import Fresh

_UNTYPED = frozenset({"text/plain", "application/octet-stream", ""})
_XML_TYPES = ("/xml", "+xml")


class Found(Struct):
    """References (resolved by ``base``), what forms send, and names for what of that was left out."""

    base: Base | None = None
    links: list[Link] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    redirect: str = ""
    skeleton: int = 0


def discover(entry: Entry, response: Response, fresh: Fresh) -> Found:
    """Read a response; what is not text is not read."""
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
    _read_body(entry, response, fresh, found)
    own = Base(entry.url)
    found.links += [Link(own.join(url) or url) for url in header_urls(response)]
    return found


def _read_body(entry: Entry, response: Response, fresh: Fresh, found: Found) -> None:
    if response.is_html or response.content_type.endswith(_XML_TYPES):
        _read_page(entry, response, fresh, found)
        if not response.is_html:
            found.links += [Link(url) for url in urls_in_xml(response.text)]
    elif response.content_type == "text/css":
        found.base = Base(entry.url)
        found.links = [Link(url, Source.RESOURCE) for url in urls_in_css(response.text)]
    elif _is_json(entry, response):
        found.base = Base(entry.url)
        data = urls_in_json(response.text)
        _add_finds(entry, found, data.urls, data.modules, data.markup)
        _add_calls(found, data.calls)
    elif entry.kind is Kind.SCRIPT or "javascript" in response.content_type:
        finds = read_script(response.text)
        _add_finds(entry, found, finds.urls, finds.modules, finds.markup)
        _add_calls(found, list(finds.calls))
    elif response.content_type in {"text/plain", "text/markdown"}:
        found.links = [Link(url, Source.GUESS) for url in urls_in_text(response.text)]


def _add_finds(
    entry: Entry, found: Found, urls: Iterable[str], modules: Iterable[str], markup: Iterable[str]
) -> None:
    """What a script or JSON names; further scripts are named from where it lies itself."""
    own = Base(entry.url)
    found.links += [Link(url, Source.GUESS) for url in urls]
    found.links += [Link(own.join(url) or url, Source.SCRIPT) for url in modules]
    for text in markup:
        page = read_page(text)
        for link in page.links:
            found.links.append(link if link.source is Source.SCRIPT else link._replace(source=Source.GUESS))
        for form in page.forms:
            if form.attributes.get("action"):
                found.links.append(Link(form.attributes["action"], Source.GUESS))
        _add_calls(found, page.calls)


def _read_page(entry: Entry, response: Response, fresh: Fresh, found: Found) -> None:
    page = read_page(response.text)
    base = Base(entry.url)
    if page.base is not None:
        base = Base(base.join(page.base) or entry.url)
    found.base, found.links, found.skeleton = base, page.links, page.skeleton
    for form in page.forms:
        boundary = f"----s2n{fresh.token(16)}"
        sent, left_out = submissions(form, base, entry.url, boundary)
        found.submissions += sent
        found.left_out += left_out
    _add_calls(found, page.calls)


def _add_calls(found: Found, calls: list[Call]) -> None:
    """A script's call is tested and made as a form would be."""
    assert found.base is not None
    for call in calls:
        url = found.base.join(call.reference)
        if url is None:
            continue
        if url_endangers(url):
            found.left_out.append(url)
        else:
            found.submissions.append(
                Submission(call.method, url, call.content_type, call.body, call.names, "", sensitive=False)
            )


def _is_json(entry: Entry, response: Response) -> bool:
    kind = response.content_type
    if "json" in kind or kind == "application/importmap":
        return True
    if entry.kind is Kind.SCRIPT and not entry.url.partition("?")[0].endswith((".map", ".webmanifest")):
        return False
    return kind in _UNTYPED and response.body.lstrip()[:1] in {b"{", b"["}
