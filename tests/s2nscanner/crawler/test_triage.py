"""Which references are queued, and under which reason the others are counted."""

import pytest

from s2n.errors import UsageError
from s2n.model import Response
from s2n.model.site import How
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.discover import Found
from s2n.s2nscanner.crawler.forms import Submission
from s2n.s2nscanner.crawler.frontier import Entry, Frontier, Kind
from s2n.s2nscanner.crawler.ledger import Ledger
from s2n.s2nscanner.crawler.links import Link, Source
from s2n.s2nscanner.crawler.novelty import Novelty
from s2n.s2nscanner.crawler.triage import MAX_HOPS, MAX_SITEMAPS, Triage
from s2n.s2nscanner.crawler.wellknown import WELL_KNOWN
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.http.urls import Base

URL = "http://site.test/"
OK = Response(200)


def triage(limit=1000, **settings):
    scan = ScanRequest(target_url=URL, **settings)
    counts, frontier = Ledger(), Frontier(limit)
    return Triage(Scope.of(scan), scan, frontier, Novelty(), counts), frontier, counts


def drained(frontier):
    return [frontier.pop()[0] for _ in range(len(frontier))]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (Link("http://other.test/"), ledger.OUT_OF_SCOPE),
        (Link("/logout"), ledger.DANGER),
        (Link("/x", text="Log out"), ledger.DANGER),
        (Link("/x", ident="deleteAll"), ledger.DANGER),
        (Link("/x.PNG?v=1"), ledger.STATIC),
        (Link("/a/a/a/a"), ledger.TRAP),
    ],
)
def test_objections(link, reason):
    judge, frontier, counts = triage()
    judge.take(Entry(URL), OK, Found(base=Base(URL), links=[link, link]))
    assert not len(frontier)
    assert counts.skipped == {reason: 1}


def test_links_are_queued_once_scripts_as_scripts_guesses_last():
    judge, frontier, counts = triage()
    links = [
        Link("/guess", Source.GUESS),
        Link("app.js", Source.SCRIPT),
        Link("/x"),
        Link("/x#again"),
        Link("mailto:a"),
    ]
    shapes = judge.take(Entry(URL), OK, Found(base=Base(URL + "dir/"), links=links))
    queued = drained(frontier)
    assert [(entry.url, entry.kind, entry.base) for entry in queued] == [
        ("http://site.test/dir/app.js", Kind.SCRIPT, "http://site.test/dir/"),
        ("http://site.test/x", Kind.PAGE, ""),
        ("http://site.test/guess", Kind.PAGE, ""),
    ]
    assert len(shapes) == 3
    assert counts.skipped == {}


def test_depth():
    judge, frontier, counts = triage(depth=1)
    judge.take(Entry(URL, depth=1), OK, Found(base=Base(URL), links=[Link("/x")]))
    assert not len(frontier)
    assert counts.skipped == {ledger.DEPTH: 1}


def test_a_full_queue_forgets_so_that_the_link_can_come_back():
    judge, frontier, counts = triage(limit=1)
    found = Found(base=Base(URL), links=[Link("/x"), Link("/y")])
    judge.take(Entry(URL), OK, found)
    assert counts.skipped == {ledger.FULL: 1}
    assert [entry.url for entry in drained(frontier)] == ["http://site.test/x"]
    judge.take(Entry(URL), OK, found)
    assert [entry.url for entry in drained(frontier)] == ["http://site.test/y"]


def test_starts():
    judge, frontier, counts = triage(seeds=("site.test/seed/logout", "http://other.test/", URL))
    judge.begin()
    queued = drained(frontier)
    assert [entry.url for entry in queued] == [
        URL,
        "http://site.test/seed/logout",
        "http://site.test/robots.txt",
        "http://site.test/sitemap.xml",
        *("http://site.test" + path for path in WELL_KNOWN),
    ]
    assert [entry.start for entry in queued] == [True, True, *[False] * (2 + len(WELL_KNOWN))]
    assert counts.skipped == {ledger.OUT_OF_SCOPE: 1}


def test_a_seed_that_is_no_url():
    judge, _, _ = triage(seeds=("ftp://site.test/",))
    with pytest.raises(UsageError):
        judge.begin()


def redirect(judge, entry, location, **headers):
    pairs = (("Location", location), *headers.items())
    judge.take(entry, Response(302, headers=pairs), Found(base=Base(entry.url), redirect=location))


def test_redirects_stay_at_their_depth_and_end():
    judge, frontier, counts = triage(depth=0)
    redirect(judge, Entry(URL), "/home")
    (entry,) = drained(frontier)
    assert (entry.url, entry.depth, entry.hops) == ("http://site.test/home", 0, 1)
    redirect(judge, Entry(URL, hops=MAX_HOPS), "/more")
    assert counts.skipped == {ledger.LOOP: 1}


def test_a_redirect_that_sets_a_cookie_may_lead_back():
    judge, frontier, _ = triage()
    judge.begin()
    drained(frontier)
    redirect(judge, Entry(URL + "check"), "/")
    assert not len(frontier)
    redirect(judge, Entry(URL + "check"), "/", **{"Set-Cookie": "seen=1"})
    assert [entry.url for entry in drained(frontier)] == [URL]


def test_a_start_that_leads_astray_is_remembered():
    judge, _, counts = triage()
    redirect(judge, Entry(URL, start=True), "https://www.site.test/")
    assert counts.astray == "https://www.site.test/"


def test_sitemaps_are_bounded():
    judge, frontier, _ = triage()
    judge.take(Entry(URL), OK, Found(base=Base(URL), sitemaps=[f"/{n}.xml" for n in range(2 * MAX_SITEMAPS)]))
    assert len(frontier) == MAX_SITEMAPS


def test_what_every_page_repeats_is_counted_once():
    judge, _, counts = triage()
    abroad = Submission("POST", "http://other.test/news", "", b"", (), "", sensitive=False)
    for _ in range(3):
        judge.leave_out(["/logout"])
        assert judge.submission(Entry(URL), abroad) is None
    assert counts.skipped == {ledger.DANGER: 1, ledger.OUT_OF_SCOPE: 1}


def test_a_form_that_a_link_has_made_is_not_sent_again():
    judge, frontier, _ = triage()
    judge.take(Entry(URL), OK, Found(base=Base(URL), links=[Link("/search?q=s2n")]))
    search = Submission("GET", URL + "search?q=s2n", "", b"", ("q",), "", sensitive=False)
    judge.queue(judge.submission(Entry(URL), search))
    assert len(frontier) == 1


def test_what_cannot_be_told_from_what_was_seen_is_not_followed_twice():
    judge, frontier, counts = triage()
    judge._seen.limit = 1
    for _ in range(2):
        judge.take(Entry(URL), OK, Found(base=Base(URL), links=[Link("/a"), Link("/b")]))
    judge.queue(Entry(URL + "form", method="POST"))
    assert [entry.url for entry in drained(frontier)] == [URL + "a"]
    assert counts.skipped == {ledger.FULL: 3}


@pytest.mark.parametrize(
    ("kind", "source", "how"),
    [
        (Kind.PAGE, Source.LINK, How.LINK),
        (Kind.PAGE, Source.RESOURCE, How.RESOURCE),
        (Kind.PAGE, Source.GUESS, How.MENTION),
        (Kind.SCRIPT, Source.GUESS, How.SCRIPT),
        (Kind.ROBOTS, Source.GUESS, How.ROBOTS),
        (Kind.SITEMAP, Source.LINK, How.SITEMAP),
        (Kind.TOLD, Source.GUESS, How.CUSTOM),
    ],
)
def test_it_is_kept_where_and_how_a_link_was_found(kind, source, how):
    judge, frontier, _ = triage()
    judge.take(Entry(URL + "here", kind=kind), OK, Found(base=Base(URL), links=[Link("/there", source)]))
    (entry,) = drained(frontier)
    assert (entry.url, entry.page, entry.how) == (URL + "there", URL + "here", how)


def test_starts_redirects_and_forms_are_found_in_their_own_ways():
    judge, frontier, _ = triage(seeds=(URL + "seed",))
    judge.begin([URL + "recorded"])
    starts = {entry.url: entry.how for entry in drained(frontier) if entry.start}
    assert starts == {URL: How.START, URL + "seed": How.START, URL + "recorded": How.API}
    redirect(judge, Entry(URL + "old"), "/new")
    (entry,) = drained(frontier)
    assert (entry.page, entry.how) == (URL + "old", How.REDIRECT)
    sent = judge.submission(Entry(URL), Submission("POST", URL + "x", "", b"", (), "", sensitive=False))
    assert (sent.page, sent.how) == (URL, How.SCRIPT)


def test_files_that_programs_may_make_are_asked_for_a_few_of_a_kind():
    judge, frontier, counts = triage()
    links = [Link(f"/docs/{number}.pdf") for number in range(9)]
    links += [Link(f"/shop/{number}.png?width=20&v=3") for number in range(9)]
    links += [Link("/logo.png"), Link("/logo.jpg?v=77"), Link("/archive.zip"), Link("/other/a.pdf")]
    judge.take(Entry(URL), OK, Found(base=Base(URL), links=links))
    asked = [entry.url.removeprefix(URL) for entry in drained(frontier)]
    assert asked[:3] == ["docs/0.pdf", "docs/1.pdf", "docs/2.pdf"]
    assert asked[3:6] == [f"shop/{number}.png?width=20&v=3" for number in range(3)]
    assert asked[6:] == ["other/a.pdf"]
    assert counts.skipped == {ledger.STATIC: 15}


def test_what_is_only_written_about_waits_and_a_link_to_it_comes_first():
    judge, frontier, counts = triage()
    prose = [Link(each, Source.PROSE) for each in ("/told", "/linked", "/logout", "http://other.test/")]
    judge.take(Entry(URL), OK, Found(base=Base(URL), links=prose))
    assert not len(frontier)
    judge.take(Entry(URL), OK, Found(base=Base(URL), links=[Link("/linked")]))
    assert [(entry.url, entry.doubted) for entry in drained(frontier)] == [(f"{URL}linked", False)]
    judge.release()
    (told,) = drained(frontier)
    assert (told.url, told.doubted, told.how) == (f"{URL}told", True, How.MENTION)
    assert counts.skipped == {}
