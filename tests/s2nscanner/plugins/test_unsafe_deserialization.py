import pytest

from corpus import loaders
from corpus.classes.unsafe_deserialization import (
    DOTNET,
    JAVA,
    PHP,
    PICKLES,
    STATE,
    error_page,
    latency,
    loading,
    of,
    page,
    quiet,
    reading,
)
from corpus.inputs import json_body
from s2n.model import Confidence, Location
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.plugins.unsafe_deserialization import Plugin
from support.site import MemorySender, run_check


def check(request, site, name="state", **options):
    point = next(point for point in points_of(request) if point.name == name)
    return run_check(Plugin(), MemorySender(site(), **options), point)


def test_a_pickle_that_computes():
    (claim,) = check(STATE, loading(loaders.unpickle))
    assert claim.confidence is Confidence.CERTAIN
    assert "computed" in claim.evidence
    assert claim.point.location is Location.COOKIE


def test_a_pickle_that_waits():
    (claim,) = check(STATE, loading(loaders.unpickle, show=quiet), latency=latency())
    assert claim.confidence is Confidence.FIRM


@pytest.mark.parametrize(
    ("data", "load", "words"),
    [
        (PICKLES[4], loaders.unpickle, "No module named"),
        (JAVA, loaders.java, "ClassNotFoundException"),
        (DOTNET, loaders.dotnet, "Unable to find assembly"),
        (PHP, loaders.php, "Invalid serialization data for DateTime object"),
    ],
)
def test_a_class_that_nobody_has(data, load, words):
    (claim,) = check(of("state", data), loading(load, show=quiet, fail=error_page))
    assert claim.confidence is Confidence.FIRM
    assert words in claim.evidence


@pytest.mark.parametrize(
    ("data", "load"),
    [
        (PICKLES[4], loaders.restricted),
        (JAVA, loaders.java_filtered),
        (JAVA, loaders.java_looking_ahead),
        (PHP, loaders.php_without_classes),
    ],
)
def test_a_list_of_allowed_classes_is_safe(data, load):
    assert check(of("state", data), loading(load, fail=error_page)) == []


def test_a_page_about_errors_is_no_error():
    assert check(of("state", JAVA), reading(lambda v: page(f"ClassNotFoundException: {v}", 500))) == []


def test_other_values_cost_nothing():
    sender = MemorySender(lambda _: "ok")
    point = points_of(json_body("/", {"q": "red shoes"}))[0]
    assert run_check(Plugin(), sender, point) == []
    assert sender.requests == []
