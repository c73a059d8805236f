from datetime import UTC, datetime

import pytest

from s2n.model import Response
from s2n.s2nscanner.http.pace import (
    LONGEST_BACKOFF,
    LONGEST_PAUSE,
    MAX_PATHS,
    MEMORY,
    REVIEW_EVERY,
    SEVERAL,
    SLOW,
    Lane,
    retry_after,
)


def lane(limit=16, in_flight=0):
    made = Lane(limit)
    made.in_flight = in_flight
    return made


def answers(lane, seconds, count=REVIEW_EVERY):
    for _ in range(count):
        lane.answered(seconds)


def refusal(status=429, retry=None):
    return Response(status, headers=() if retry is None else (("Retry-After", retry),))


def test_quick_answers_leave_the_window_at_the_limit():
    quick = lane()
    answers(quick, 0.001)
    answers(quick, 0.4)
    assert quick.window == 16


def test_a_slow_server_that_was_always_slow_is_not_overloaded():
    slow = lane()
    answers(slow, 3 * SLOW, 10 * REVIEW_EVERY)
    assert slow.window == 16


def test_a_rise_of_latency_shrinks_the_window_and_calm_restores_it():
    rising = lane()
    answers(rising, 0.1)
    answers(rising, 2.0)
    assert rising.window == 11
    answers(rising, 2.0, 20 * REVIEW_EVERY)
    assert rising.window == 1
    answers(rising, 0.1, 20 * REVIEW_EVERY)
    assert rising.window == 16


def test_a_few_slow_pages_are_no_rise():
    mixed = lane()
    answers(mixed, 0.1)
    for number in range(10 * REVIEW_EVERY):
        mixed.answered(5.0 if number % 3 == 0 else 0.1)
    assert mixed.window == 16


def test_trouble_shrinks_once_for_all_that_were_in_flight():
    troubled = lane(in_flight=3)
    for _ in range(4):
        troubled.trouble()
    assert troubled.window == 11
    troubled.trouble()
    assert troubled.window == 7


def test_the_window_never_closes():
    troubled = lane()
    for _ in range(50):
        troubled.trouble()
    assert troubled.window == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_that_says_how_long_is_obeyed(status):
    refused = lane()
    refused.refused(refusal(status, "7"), 100.0)
    assert (refused.window, refused.resume_at) == (8, 107.0)
    refused.refused(refusal(status, "1"), 101.0)
    assert refused.resume_at == 107.0


def test_a_429_without_a_time_backs_off_ever_longer_until_an_answer():
    refused = lane()
    pauses = []
    for _ in range(8):
        refused.refused(refusal(), 0.0)
        pauses.append(refused.resume_at)
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_BACKOFF
    refused.answered(0.1)
    refused.resume_at = 0.0
    refused.refused(refusal(), 0.0)
    assert refused.resume_at == 1.0


def test_a_503_without_a_time_is_trouble_only():
    refused = lane()
    refused.refused(refusal(503), 100.0)
    assert (refused.window, refused.resume_at) == (11, 0.0)


def busy(limit=16):
    """A lane on which other paths have answered."""
    made = lane(limit)
    made.answered(0.1, "/a")
    made.answered(0.1, "/b")
    return made


def test_a_path_that_refuses_by_itself_is_held_back_alone():
    whole = busy()
    login = whole.blamed("/login", 0.0)
    assert login is whole.apart["/login"] is not whole
    login.refused(refusal(retry="7"), 0.0)
    assert (login.window, login.opens_at()) == (8, 7.0)
    assert (whole.window, whole.opens_at()) == (16, 0.0)
    assert login.blamed("/login", 1.0) is login


def test_many_paths_that_refuse_are_one_server():
    whole = busy()
    held = [whole.blamed(f"/{number}", float(number)) for number in range(SEVERAL)]
    assert held[0] is not held[1]
    assert held[-1] is whole
    assert whole.blamed("/0", 5.0) is whole
    assert whole.blamed("/0", 5.0 + MEMORY) is whole.apart["/0"]


def test_nobody_else_has_answered():
    single = lane()
    assert single.blamed("/only", 0.0) is single
    single.answered(0.1, "/only")
    assert single.blamed("/only", 0.0) is single
    assert single.blamed("", 0.0) is single


def test_a_part_obeys_the_whole_and_the_whole_learns_from_it():
    whole = busy(limit=2)
    part = whole.blamed("/login", 0.0)
    assert not part.crowded()
    whole.in_flight = 2
    assert part.crowded()
    whole.resume_at = 9.0
    assert part.opens_at() == 9.0
    part.trouble()
    answers(part, 0.1)
    assert whole.answers_beside("/a")


def test_a_path_that_is_well_again_is_one_of_many_again():
    whole = busy()
    part = whole.blamed("/login", 0.0)
    part.refused(refusal(retry="1"), 0.0)
    answers(part, 0.1, 3 * REVIEW_EVERY)
    assert part.window < 16
    assert "/login" in whole.apart
    for _ in range(2 * REVIEW_EVERY):
        part.answered(0.1, "/login")
    assert part.window == 16
    assert whole.apart == {}


def test_what_left_before_a_pause_says_nothing_new_and_what_left_after_it_does():
    whole = busy()
    whole.in_flight = 3
    part = whole.blamed("/login", 0.0)
    for _ in range(4):
        part.refused(refusal(), 0.0)
    assert (part.window, part.resume_at) == (8, 1.0)
    part.refused(refusal(), 2.0)
    assert (part.window, part.resume_at) == (4, 4.0)


def test_a_path_that_is_always_slow_is_no_overload_and_one_that_becomes_slow_is():
    mixed = lane()
    for number in range(20 * REVIEW_EVERY):
        mixed.answered(*((0.1, f"/{number}") if number < REVIEW_EVERY else (5.0, "/slow")))
    assert mixed.window == 16
    for number in range(2 * REVIEW_EVERY):
        mixed.answered(5.0, f"/{number % REVIEW_EVERY}")
    assert mixed.window < 16


def test_the_paths_that_are_known_are_bounded():
    long = lane()
    for number in range(MAX_PATHS + 2):
        long.answered(0.1, f"/{number}")
    assert len(long._usual) < MAX_PATHS


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("86400", LONGEST_PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        ("Thu, 01 Jan 2026 12:00:05 GMT", 5.0),
        ("Thu, 01 Jan 2026 12:00:05 -0000", 5.0),
        ("Thu, 01 Jan 2026 13:00:00 GMT", LONGEST_PAUSE),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("Thu, 99 Jan 2026 12:00:05 GMT", None),
    ],
)
def test_retry_after(text, seconds):
    assert retry_after(text, NOON) == seconds
