"""What one response leads to, by what it is: a page, a script, robots.txt, a sitemap, a redirect."""

from msgspec import Struct, field

from s2n.model import Response
from s2n.s2nscanner.crawler.calls import Call, calls_in_script
from s2n.s2nscanner.crawler.danger import url_endangers
from s2n.s2nscanner.crawler.forms import Submission, submissions
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.crawler.links import Link, Source, header_links
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.scripts import urls_in_script
from s2n.s2nscanner.crawler.urls import Base
from s2n.s2nscanner.crawler.wellknown import robots, sitemap
from s2n.s2nscanner.oracles.probe import Fresh

_SCRIPT_TYPES = frozenset({"application/json", "text/json", "application/manifest+json"})
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
    if response.is_redirect:
        found.redirect = response.header("location") or ""
    if response.is_html or response.content_type.endswith(_XML_TYPES):
        _read_page(entry, response, fresh, found)
    elif entry.kind is Kind.SCRIPT or _is_script(response):
        found.links = [Link(url, Source.GUESS) for url in urls_in_script(response.text)]
        _add_calls(found, calls_in_script(response.text))
    found.links += header_links(response)
    return found


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


def _is_script(response: Response) -> bool:
    return "javascript" in response.content_type or response.content_type in _SCRIPT_TYPES
