"""Which references are followed: in scope, new, harmless, not too deep, and not one of too many alike."""

from collections.abc import Sequence
from typing import Protocol

from s2n.model import Request, Response
from s2n.model.site import How
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.danger import endangers, url_endangers
from s2n.s2nscanner.crawler.discover import Found
from s2n.s2nscanner.crawler.forms import Submission
from s2n.s2nscanner.crawler.frontier import Entry, Frontier, Kind
from s2n.s2nscanner.crawler.hashset import HashSet
from s2n.s2nscanner.crawler.ledger import Ledger
from s2n.s2nscanner.crawler.links import Link, Source
from s2n.s2nscanner.crawler.mentions import Mentions
from s2n.s2nscanner.crawler.novelty import MAX_TRACKED, Novelty
from s2n.s2nscanner.crawler.recognise import Shape, identity, is_trap, parameters, shape_of
from s2n.s2nscanner.crawler.wellknown import WELL_KNOWN
from s2n.s2nscanner.http.scope import normalize_target
from s2n.s2nscanner.http.urls import Base

MAX_HOPS = 10
"""Redirects in a row; browsers stop at 20."""

MAX_SITEMAPS = 50
ENOUGH = 500
"""Requests a scan may make at least, for customary places to be asked after."""

_STATIC = frozenset(
    """
    png jpg jpeg gif webp avif bmp ico svg tif tiff woff woff2 ttf otf eot mp3 mp4 m4a m4v webm ogg ogv
    wav avi mov mkv flv swf pdf zip gz tgz bz2 xz 7z rar tar jar war exe dmg msi iso apk deb rpm doc docx
    xls xlsx ppt pptx odt ods
    """.split()  # noqa: SIM905 -- a word list reads better than sixty quoted strings
)


_DOCUMENTS = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "swf"})
"""Files that programs make as well as people."""

_VERSIONS = frozenset({"v", "ver", "version", "rev", "h", "hash", "ts", "cb"})
"""Parameters that say which edition of a file is meant."""

MAX_SAMPLES = 3
"""Of a folder's files of one kind that may be made by a program, how many are asked for."""

_READ_ONLY = (".js", ".mjs", ".css", ".map", ".webmanifest")
"""Files that are read for what they name, and are nothing to test themselves."""


_HOW = (
    (How.LINK, How.RESOURCE, How.RESOURCE, How.MENTION, How.MENTION),
    (How.SCRIPT,) * len(Source),
    (How.ROBOTS,) * len(Source),
    (How.SITEMAP,) * len(Source),
    (How.CUSTOM,) * len(Source),
)
"""By the kind of entry that a link stands in, and the link's source."""


class Scope(Protocol):
    """What may be requested."""

    def allows(self, what: Request | str) -> bool:
        """Is it inside the scope?"""
        ...


class Triage:
    """Judges each reference once and queues those worth a request.

    ``mentions``: what is only written about.
    """

    def __init__(
        self, scope: Scope, settings: ScanRequest, frontier: Frontier, novelty: Novelty, counts: Ledger
    ) -> None:
        self.target = Request.from_url(normalize_target(settings.target_url)).url
        self._scope = scope
        self._settings = settings
        self._frontier = frontier
        self._novelty = novelty
        self._ledger = counts
        self._seen = HashSet()
        self.mentions = Mentions()
        self._samples: dict[int, int] = {}
        self._sitemaps = 0

    def begin(self, pages: Sequence[str] = ()) -> None:
        """Queue the start URLs, ``pages``, and what the origin says of itself.

        Starts are judged by nothing but scope.

        Raises:
            UsageError: the target or a seed is not a URL.
        """
        starts = [Request.from_url(normalize_target(seed)).url for seed in self._settings.seeds]
        starts += pages
        for url in (self.target, *starts):
            how = How.API if url in pages else How.START
            if url != self.target and not self._scope.allows(url):
                self._ledger.skip(ledger.OUT_OF_SCOPE)
            elif self._seen.add(identity(url)):
                self._frontier.push(Entry(url, start=True, how=how))
        if self._settings.crawl:
            origin = Base(self.target).origin
            for path, kind in (("/robots.txt", Kind.ROBOTS), ("/sitemap.xml", Kind.SITEMAP)):
                self._well_known(origin + path, kind, 0)
            # A small budget goes to what the site links.
            limit = self._settings.max_requests
            for path in WELL_KNOWN if limit == 0 or limit >= ENOUGH else ():
                kind = Kind.SITEMAP if "sitemap" in path else Kind.TOLD
                self._well_known(origin + path, kind, 0)

    def take(self, entry: Entry, response: Response, found: Found) -> list[Shape]:
        """Queue what ``found`` names; the shapes of its references that were not seen before."""
        if found.redirect:
            self._redirect(entry, response, found.redirect)
        shapes: list[Shape] = []
        base = found.base
        if base is None:
            return shapes
        for reference in found.sitemaps:
            url = base.join(reference)
            if url is not None:
                self._well_known(url, Kind.SITEMAP, entry.depth)
        for link in found.links:
            url = base.join(link.reference)
            if url is None or (mark := identity(url)) in self._seen:
                continue
            if link.source is Source.PROSE:
                self._mention(entry, url, link)
                continue
            if self._full:
                self._ledger.skip(ledger.FULL)
                continue
            self._seen.add(mark)
            reason = self._objection(url, link)
            if reason:
                self._ledger.skip(reason)
                continue
            shape = shape_of(url)
            shapes.append(shape)
            self._follow(entry, url, link, shape, base)
        return shapes

    def release(self) -> None:
        """Queue what was only written about, as far as nobody has asked for it meanwhile."""
        while len(self.mentions) and not len(self._frontier):
            for entry in self.mentions.release():
                if self._seen.add(identity(entry.url)):
                    self._frontier.push(entry, guess=True)

    def submission(self, entry: Entry, made: Submission) -> Entry | None:
        """The entry that sends a form, if that is inside the scope."""
        if not self._scope.allows(made.url):
            if self._seen.add(identity(made.url, made.method)):
                self._ledger.skip(ledger.OUT_OF_SCOPE)
            return None
        return Entry(
            made.url,
            entry.depth + 1,
            Kind.PAGE,
            made.method,
            made.content_type,
            made.body,
            page=entry.url,
            how=made.how,
        )

    def meet(self, entry: Entry) -> bool:
        """Was nobody else about to make the request that was made for ``entry``?"""
        return self._seen.add(identity(entry.url, entry.method, entry.body))

    def leave_out(self, names: list[str]) -> None:
        """Count forms and calls that would end the session or destroy something, each once."""
        self._ledger.skip(ledger.DANGER, sum(self._seen.add(hash(("left out", name))) for name in names))

    def withhold(self, method: str, url: str) -> bool:
        """Count a request that must not be made; is it inside the scope, and new?"""
        if not self._scope.allows(url) or not self._seen.add(hash(("left out", f"{method} {url}"))):
            return False
        self._ledger.skip(ledger.DANGER)
        return True

    def queue(self, entry: Entry) -> None:
        """Queue a form's request, unless it is too deep or a link has made it."""
        if self._full:
            self._ledger.skip(ledger.FULL)
        elif self._seen.add(identity(entry.url, entry.method, entry.body)):
            if entry.depth > self._settings.depth:
                self._ledger.skip(ledger.DEPTH)
            else:
                self._frontier.push(entry)

    @property
    def _full(self) -> bool:
        """Can nothing be queued, or nothing more be told from what was seen?"""
        return self._frontier.full or self._seen.full

    def _follow(self, entry: Entry, url: str, link: Link, shape: Shape, base: Base) -> None:
        depth = entry.depth + 1
        if depth > self._settings.depth:
            self._ledger.skip(ledger.DEPTH)
        elif self._novelty.exhausted(shape, self._novelty.judge(shape)):
            self._ledger.skip(ledger.TEMPLATE)
        elif link.source is Source.SCRIPT or url.partition("?")[0].lower().endswith(_READ_ONLY):
            self._frontier.push(Entry(url, depth, Kind.SCRIPT, base=base.url))
        else:
            how = _HOW[entry.kind][link.source]
            self._frontier.push(Entry(url, depth, page=entry.url, how=how), guess=link.source is Source.GUESS)

    def _mention(self, entry: Entry, url: str, link: Link) -> None:
        if entry.depth < self._settings.depth and not entry.doubted and not self._objection(url, link):
            self.mentions.keep(Entry(url, entry.depth + 1, page=entry.url, how=How.MENTION, doubted=True))

    def _redirect(self, entry: Entry, response: Response, location: str) -> None:
        url = Base(entry.url).join(location)
        if url is None:
            return
        mark = identity(url)
        # A page that sends its visitor round to set a cookie ends at a URL that was seen without one.
        again = mark == identity(entry.url) or response.header("set-cookie") is not None
        if not self._seen.add(mark) and not again:
            return
        reason = self._objection(url, Link(location))
        if reason == ledger.OUT_OF_SCOPE and entry.start:
            self._ledger.astray = url
        if reason:
            self._ledger.skip(reason)
        elif entry.hops >= MAX_HOPS:
            self._ledger.skip(ledger.LOOP)
        else:
            self._frontier.push(
                Entry(
                    url,
                    entry.depth,
                    entry.kind,
                    base=entry.base,
                    hops=entry.hops + 1,
                    page=entry.url,
                    how=How.REDIRECT,
                )
            )

    def _well_known(self, url: str, kind: Kind, depth: int) -> None:
        if self._sitemaps < MAX_SITEMAPS and self._scope.allows(url) and self._seen.add(identity(url)):
            self._sitemaps += 1
            self._frontier.push(Entry(url, depth, kind))

    def _objection(self, url: str, link: Link) -> str:
        """Why ``url`` must not be requested; empty if it may."""
        if not self._scope.allows(url):
            return ledger.OUT_OF_SCOPE
        if url_endangers(url) or endangers(link.text, link.ident):
            return ledger.DANGER
        folder, _, name = url.partition("?")[0].rpartition("/")
        suffix = name.rpartition(".")[2].lower()
        if suffix in _STATIC and "." in name and not self._sample(url, folder, suffix):
            return ledger.STATIC
        return ledger.TRAP if is_trap(url) else ""

    def _sample(self, url: str, folder: str, suffix: str) -> bool:
        """Is it a file that a program may make, and one of the first like it?"""
        names = {name.lower() for name, _ in parameters(url.partition("?")[2])} - _VERSIONS
        if not names and suffix not in _DOCUMENTS:
            return False
        kind = hash((folder, suffix, tuple(sorted(names))))
        count = self._samples.get(kind, 0)
        if count >= MAX_SAMPLES or (not count and len(self._samples) >= MAX_TRACKED):
            return False
        self._samples[kind] = count + 1
        return True
