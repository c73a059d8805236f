import pytest

from corpus.classes.file_upload import (
    PICTURE,
    TEXT,
    Server,
    a_picture,
    begins_like_a_picture,
    not_php,
    numbered,
    only_pictures,
    runs_jsp,
    runs_php,
    runs_php_in_any_case,
    silent,
)
from s2n.model import Confidence, Location, Severity
from s2n.s2nscanner.engine.plan import plan
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.plugins.file_upload import Plugin
from s2n.s2nscanner.plugins.file_upload.files import ACTIVE, PROGRAMS
from support.site import MemorySender, context, run_check


def field(request):
    return next(point for point in points_of(request) if point.location is Location.FILENAME)


def check(server, request=PICTURE):
    sender = MemorySender(server)
    return run_check(Plugin(), sender, field(request)), sender


@pytest.mark.parametrize(
    ("options", "language", "suffix"),
    [
        ({"runs": runs_php}, "PHP", ".php"),
        ({"runs": runs_php, "accepts": a_picture, "says": silent}, "PHP", ".php"),
        ({"runs": runs_php_in_any_case, "accepts": not_php}, "PHP", ".pHp"),
        ({"runs": runs_jsp, "keeps": numbered()}, "JSP", ".jsp"),
    ],
)
def test_a_program_that_runs(options, language, suffix):
    (claim,), _ = check(Server(**options))
    assert f"an uploaded {language} program" in claim.evidence
    assert claim.payload.endswith(suffix)
    assert claim.confidence is Confidence.CERTAIN
    assert claim.severity is None
    assert claim.control is not None


@pytest.mark.parametrize("accepts", [a_picture, begins_like_a_picture])
def test_a_field_that_takes_pictures_without_saying_so(accepts):
    (claim,), _ = check(Server(runs=runs_php, accepts=accepts), TEXT)
    assert claim.payload.endswith(".php")


def test_what_was_left_behind_is_said():
    server = Server(runs=runs_php)
    (claim,), _ = check(server)
    left = [f"http://site.test{path}" for path in server.files]
    assert left
    assert all(url in claim.description or "s2n" in url for url in left)
    assert claim.exchange.request.url in claim.description


def test_a_page_in_the_sites_name():
    (claim,), _ = check(Server(), TEXT)
    assert claim.severity is Severity.MEDIUM
    assert claim.cvss_score == 5.4
    assert "text/html" in claim.evidence


@pytest.mark.parametrize(
    "options",
    [
        {"accepts": only_pictures, "runs": runs_php},
        {"headers": (("Content-Disposition", "attachment"),)},
        {"headers": (("Content-Security-Policy", "sandbox"),)},
        {"served_as": lambda _: "text/plain"},
        {"found": False, "runs": runs_php},
    ],
)
def test_safe_ways_to_keep_files(options):
    assert check(Server(**options))[0] == []


def test_a_safe_field_that_takes_pictures_without_saying_so():
    assert check(Server(accepts=only_pictures, runs=runs_php), TEXT)[0] == []


def test_nothing_more_is_uploaded_where_the_first_file_is_not_found():
    server = Server(found=False)
    _, sender = check(server)
    assert len([request for request in sender.requests if request.method == "POST"]) == 2  # and the baseline
    assert len(sender.requests) < 30


def test_it_is_intrusive_and_stays_in_its_budget():
    assert Plugin.info.intrusive
    sender = MemorySender(Server(headers=(("Content-Disposition", "attachment"),)))
    run_check(Plugin(), sender, field(PICTURE))
    assert len(sender.requests) <= Plugin.info.max_requests


def test_programs_only_compute():
    for program in PROGRAMS:
        assert set(program.code.format(left="l", right="r", a=2, b=3)) - set("lr23") <= set(
            "<?php echo '.(*)'; ?><%@ Page Language=\"C#\" %>="
        )
        assert all("{}" in name for name in program.names)
    assert all("script" not in page.text for page in ACTIVE)


def test_only_file_names_are_attacked():
    others = [
        point
        for target in plan([PICTURE])
        for point in target.points
        if point.location is not Location.FILENAME
    ]
    sender = MemorySender(Server())
    for point in others:
        assert run_check(Plugin(), sender, point) == []
    assert sender.requests == []
    assert context(sender).requests == 0
