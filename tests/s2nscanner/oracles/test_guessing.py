import asyncio

from corpus.classes import _login as corpus
from s2n.s2nscanner.oracles.guessing import ATTEMPTS, Guessing
from s2n.s2nscanner.oracles.loginform import Desk, login_form
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html


def guessing(make, requests=None, latency=lambda _: 0.01):
    requests = requests or corpus.login()
    sender = MemorySender(make(), latency)
    row = Guessing(Desk(sender, login_form(requests[0]), requests, requests[-1]), Fresh(1))
    return row, asyncio.run(row.run()), sender


def test_without_a_limit():
    row, judged, sender = guessing(corpus.site())
    assert judged
    assert row.unlimited
    assert row.limited is None
    assert len(sender.requests) == ATTEMPTS == len(row.answers)


def test_the_user_is_made_up_and_no_password_is_tried_twice():
    make = corpus.site()
    app = make()
    row, _, _ = guessing(lambda: app)
    assert {user for user, _ in app.guesses} == {row.user}
    assert row.user not in app.accounts
    passwords = {corpus.given(answer.first.request)["password"] for answer in row.answers}
    assert len(passwords) == ATTEMPTS


def test_an_address_where_one_is_wanted():
    row, _, _ = guessing(corpus.site(corpus.with_json), corpus.JSON)
    assert row.user.endswith("@example.com")


def test_it_stops_at_the_limit():
    row, judged, sender = guessing(corpus.site(limit=corpus.too_many(5)))
    assert judged
    assert not row.unlimited
    assert row.limited.response.status == 429
    assert len(sender.requests) == 6


def test_another_answer_that_is_no_limit_cannot_be_judged():
    serial = []

    def site(request):
        serial.append(1)
        return corpus.with_page(None) if len(serial) < 4 else html("<h1>About us</h1>")

    _, judged, sender = guessing(lambda: site)
    assert not judged
    assert len(sender.requests) == 4


def test_it_does_not_go_on_where_nobody_is_turned_away():
    for site in (lambda _: html("Welcome"), lambda _: html(corpus.page("Wrong.") + "<i class=h-captcha>")):
        row, judged, sender = guessing(lambda site=site: site)
        assert not judged
        assert not row.unlimited
        assert len(sender.requests) == 1


def test_ever_slower_answers_are_a_limit():
    serial = []

    def latency(_):
        serial.append(1)
        return 0.3 * len(serial)

    row, judged, _ = guessing(corpus.site(), latency=latency)
    assert judged
    assert not row.unlimited
    row, _, _ = guessing(corpus.site(), latency=lambda _: 2.0)
    assert row.unlimited
