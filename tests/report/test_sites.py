import msgspec
import pytest
from msgspec.structs import replace

from s2n.errors import UsageError
from s2n.model import Location, ScanStatus, now
from s2n.model.site import (
    MAX_VALUES,
    Endpoint,
    How,
    LeftOut,
    PageState,
    Parameter,
    Replay,
    Sighting,
    SocketMessage,
    ValueType,
)
from s2n.protocol import Crawled, Done, Hello, Mapped, Progress, Seen, Spoke, Started, Warned
from s2n.report.assemble import Assembler
from s2n.report.sites import SITE_FORMATS, SITE_SUFFIXES, SiteAssembler, render_site, site_format
from support.sites import HOME, LOGIN, SEARCH, site

DONE = Done(status=ScanStatus.COMPLETE, time=now(), requests=7, pages=3)


def assembled(*events):
    sites, report = SiteAssembler(), Assembler("http://shop.example/")
    for event in events:
        sites.feed(event)
        report.feed(event)
    return sites.site(report.report())


def told(*parameters, **fields):
    plain = Endpoint(method="GET", url="http://h/a", template="/a", parameters=parameters)
    return Mapped(replace(plain, **fields))


def merged(*parameters):
    (endpoint,) = assembled(*map(told, parameters)).endpoints
    (parameter,) = endpoint.parameters
    return parameter


def query(kind=ValueType.STRING, *values, **fields):
    return Parameter(name="p", location=Location.QUERY, type=kind, values=values, **fields)


def test_a_crawl_that_ends_well():
    started = Started(scan_id="1", target_url="http://shop.example/", time=now(), maps=True)
    made = assembled(
        Hello(version="1.0"),
        started,
        Mapped(SEARCH),
        Mapped(HOME),
        Crawled(LeftOut(skipped={"static": 1})),
        DONE,
    )
    assert made.endpoints == (HOME, SEARCH)
    assert (made.status, made.complete, made.reason) == (ScanStatus.COMPLETE, True, "")
    assert (made.scanner_version, made.pages, made.total_requests) == ("1.0", 3, 7)
    assert made.left_out.skipped == {"static": 1}


def test_what_is_told_of_one_endpoint_adds_up():
    made = assembled(
        told(query(ValueType.INTEGER, "1"), requests=(Replay(method="GET", url="http://h/a?p=1"),)),
        told(found=(Sighting(How.LINK, "http://h/"),), status=200, content_type="text/html", login=False),
        told(query(ValueType.INTEGER, "2"), requests=(Replay(method="GET", url="http://h/a?p=2"),)),
        told(found=(Sighting(How.FORM, "http://h/"), Sighting(How.LINK, "http://h/"))),
    )
    (endpoint,) = made.endpoints
    assert endpoint.parameters == (query(ValueType.INTEGER, "1", "2"),)
    assert [replay.url for replay in endpoint.requests] == ["http://h/a?p=1", "http://h/a?p=2"]
    assert [seen.how for seen in endpoint.found] == [How.LINK, How.FORM]
    assert (endpoint.status, endpoint.content_type, endpoint.login) == (200, "text/html", False)


def test_methods_templates_and_origins_are_told_apart():
    made = assembled(
        told(),
        told(method="POST"),
        told(template="/{id}"),
        told(url="https://h/a"),
        told(url="http://h/a", requests=(Replay(method="GET", url="http://h/a"),)),
    )
    assert len(made.endpoints) == 4


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (query(ValueType.INTEGER, "1"), query(ValueType.INTEGER, "2"), ValueType.INTEGER),
        (query(ValueType.INTEGER, "1"), query(ValueType.NUMBER, "1.5"), ValueType.NUMBER),
        (query(ValueType.INTEGER, "1"), query(ValueType.STRING, "x"), ValueType.STRING),
        (query(ValueType.DATE, "2026-01-01"), query(ValueType.UUID, "u"), ValueType.STRING),
        (query(ValueType.INTEGER, "1"), query(), ValueType.INTEGER),
        (query(ValueType.EMAIL), query(ValueType.STRING, "x"), ValueType.STRING),
        (query(ValueType.ENUM, "a"), query(ValueType.STRING, "b"), ValueType.ENUM),
        (query(ValueType.PASSWORD, "a"), query(ValueType.INTEGER, "1"), ValueType.PASSWORD),
    ],
)
def test_a_type_fits_all_values(one, other, both):
    assert merged(one, other).type is both
    assert merged(other, one).type is both


def test_values_choices_and_places_are_kept_up_to_a_few():
    many = [query(ValueType.INTEGER, str(n)) for n in range(3 * MAX_VALUES)]
    assert merged(*many).values == tuple("01234")[:MAX_VALUES]
    choices = merged(
        query(ValueType.ENUM, choices=("a",)), query(ValueType.ENUM, choices=("b", "a"), required=True)
    )
    assert (choices.choices, choices.required) == (("a", "b"), True)
    places = [told(found=(Sighting(How.LINK, f"http://h/{n}"),)) for n in range(3 * MAX_VALUES)]
    (endpoint,) = assembled(*places).endpoints
    assert len(endpoint.found) == MAX_VALUES


@pytest.mark.parametrize(
    ("events", "complete", "reason"),
    [
        ((Crawled(LeftOut(limits=("--depth", "--max-pages"))), DONE), False, "--depth, --max-pages"),
        ((Crawled(LeftOut(failures={"TimedOut": 2, "BadResponse": 1})), DONE), False, "3 pages could not"),
        ((Crawled(LeftOut(skipped={"out of scope": 9})), DONE), True, ""),
        ((replace(DONE, status=ScanStatus.INTERRUPTED, reason="by hand"),), False, "by hand"),
        ((replace(DONE, status=ScanStatus.OUT_OF_BUDGET, reason="no time"),), False, "no time"),
        ((), False, "without a word"),
    ],
)
def test_what_is_missing_is_said(events, complete, reason):
    made = assembled(Mapped(HOME), *events)
    assert made.complete is complete
    assert reason in made.reason


def test_nothing_is_not_the_whole_of_a_site():
    made = assembled(DONE)
    assert (made.complete, made.reason) == (False, "no page was found")


def test_states_messages_and_warnings_are_kept_other_events_are_not():
    state = PageState("http://h/#a", "http://h/")
    said = SocketMessage("ws://h/live", sent=True, text="hello")
    made = assembled(Seen(state), Spoke(said), Warned("careful"), Progress(pages=4), DONE)
    assert (made.states, made.messages, made.warnings, made.endpoints) == (
        (state,),
        (said,),
        ("careful",),
        (),
    )


@pytest.mark.parametrize("fmt", SITE_FORMATS)
def test_every_format_can_be_written(fmt):
    assert b"shop.example" in render_site(site(), fmt)
    assert render_site(site(LOGIN), fmt).endswith(b"\n")


def test_an_unknown_format_lists_the_known():
    with pytest.raises(UsageError, match="'sarif'") as caught:
        render_site(site(), "sarif")
    assert all(fmt in caught.value.remedy for fmt in SITE_FORMATS)


@pytest.mark.parametrize(
    ("path", "fmt"),
    [
        ("a.json", "json"),
        ("a/b.OpenAPI.json", "openapi"),
        ("a.yaml", "openapi-yaml"),
        ("a.YML", "openapi-yaml"),
        ("a.txt", "tree"),
    ],
)
def test_a_suffix_names_a_format(path, fmt):
    assert site_format(path) == fmt


@pytest.mark.parametrize("path", ["a.html", "a", "json"])
def test_an_unknown_suffix_lists_the_known(path):
    with pytest.raises(UsageError, match="suffix") as caught:
        site_format(path)
    assert all(suffix in caught.value.remedy for suffix in SITE_SUFFIXES)


def test_an_endpoint_with_thousands_of_requests_is_put_together_in_no_time():
    sites = SiteAssembler()
    for number in range(5000):
        sites.feed(told(requests=(Replay(method="GET", url=f"http://h/a?p={number}"),)))
    report = Assembler().report()
    assert len(sites.site(report).endpoints[0].requests) == 5000
    assert len(msgspec.json.encode(sites.site(report))) > 100_000
