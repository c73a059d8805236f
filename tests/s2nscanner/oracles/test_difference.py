import ast
import asyncio
import itertools
import random
import zlib

import pytest

from s2n.model import Confidence
from s2n.s2nscanner.oracles.difference import Condition, by_conditions, difference
from s2n.s2nscanner.oracles.stability import learn_page
from support.site import MemorySender, context, html, params, point_at

AND = Condition(
    true=lambda fresh: "tea and {0}=={0}".format(fresh.number()),
    false=lambda fresh: f"tea and {fresh.number()}==1",
    broken=lambda fresh: f"tea and {fresh.number()} 1",
)
OR = Condition(
    true=lambda fresh: "tea or {0}=={0}".format(fresh.number()),
    false=lambda fresh: f"tea or {fresh.number()}==1",
    broken=lambda fresh: f"tea or {fresh.number()} 1",
)


def judge(site, *, condition=AND, like_true=True, seed=1):
    sender = MemorySender(site)

    async def go():
        probe = await context(sender, seed=seed).probe(point_at("http://site.test/?q=tea", "q"))
        proof = await difference(probe, condition, like_true=like_true)
        return proof, proof and await proof.again()

    return *asyncio.run(go()), sender


def evaluates(text, tea):
    """A tiny language of comparisons joined by a word, in which ``tea`` is given."""
    names = {"tea": tea}
    tree = ast.parse(text, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) else [tree]
    values = [
        names.get(part.id, False)
        if isinstance(part, ast.Name)
        else part.left.value == part.comparators[0].value
        for part in parts
    ]
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or):
        return any(values)
    return all(values)


def evaluating(tea=True, on_error=None, found="<p>tea, 3 euros</p>", missing="<p>nothing</p>"):
    def site(request):
        try:
            return found if evaluates(params(request)["q"], tea) else missing
        except SyntaxError:
            return on_error or missing

    return site


def busy():
    count = itertools.count()
    inner = evaluating()
    return lambda request: f"<p>visit</p><i>{next(count)}</i><u>x</u><u>y</u>" + inner(request)


VULNERABLE = {
    "errors look false": evaluating(),
    "errors look different": evaluating(on_error=html("oops", 500)),
    "false fails": evaluating(missing=html("oops", 500)),
    "false redirects": evaluating(missing=html("", 302, location="/list")),
    "counter": busy(),
    "echo": lambda request: f"<h1>{params(request)['q']}</h1>{evaluating()(request)}",
}


@pytest.mark.parametrize("case", VULNERABLE)
def test_an_evaluated_condition_is_proved(case):
    proof, again, _ = judge(VULNERABLE[case])
    assert proof is not None
    assert proof.confidence is Confidence.FIRM
    assert proof.payload in proof.evidence
    assert proof.control.response.body != proof.exchange.response.body
    assert again is not None
    assert again.payload != proof.payload


def test_a_condition_may_add_to_an_empty_page():
    site = evaluating(tea=False)
    assert judge(site, condition=OR, like_true=False)[0] is not None
    assert judge(site, condition=AND)[0] is None
    assert judge(evaluating(tea=True), condition=OR, like_true=False)[0] is None


def test_a_false_condition_must_leave_an_empty_page_empty():
    inner = evaluating(tea=False)
    other = lambda r: "<p>start</p>" if params(r)["q"] == "tea" else inner(r)  # noqa: E731 -- one line says it
    assert judge(other, condition=OR, like_true=False)[0] is None


def restless():
    chance = random.Random(2)
    return lambda _: "".join(f"<p>{chance.random()}</p>" * chance.randint(1, 9))


def coin(seed):
    chance = random.Random(seed)
    return lambda _: chance.choice(["<p>heads</p>", "<p>tails</p>"])


def blocking(status):
    inner = evaluating()
    return lambda r: html("no", status) if "==1" in params(r)["q"] else inner(r)


def limited(period):
    count = itertools.count()
    return lambda r: html("<p>slow down</p>" if next(count) % period == 0 else "<p>tea</p>")


def lenient(request):
    """Looks at the text, not at its meaning: an invalid condition is like a true one."""
    return "<p>none</p>" if params(request)["q"].endswith("==1") else "<p>tea</p>"


def expiring(after):
    count = itertools.count()
    inner = evaluating()
    return lambda r: html("", 302, location="/login") if next(count) > after else inner(r)


SILENT = {
    "ignores": lambda _: "<p>tea</p>",
    "echo": lambda r: f"<h1>{params(r)['q']}</h1>",
    "searches": lambda r: "<p>tea</p>" if params(r)["q"] == "tea" else "<p>nothing</p>",
    "rejects": lambda r: "<p>tea</p>" if params(r)["q"].isalnum() else html("bad", 400),
    "login": lambda r: "<p>tea</p>" if params(r)["q"].isalnum() else html("", 302, location="/login"),
    "length": lambda r: f"<p>{len(params(r)['q'])}</p>",
    "restless": restless(),
    "blocked 403": blocking(403),
    "blocked 406": blocking(406),
    "blocked 429": blocking(429),
    "blocked 503": blocking(503),
    "lenient": lenient,
    "falses disagree": lambda r: evaluating(
        missing=f"<p>{params(r)['q']}/{zlib.crc32(params(r)['q'].encode()) % 9999}</p>"
    )(r),
    "limited": limited(4),
}


@pytest.mark.parametrize("case", SILENT)
def test_silent(case):
    proof, _, _ = judge(SILENT[case])
    assert proof is None


@pytest.mark.parametrize("after", range(3, 9))
def test_a_session_that_ends_on_the_way_proves_nothing(after):
    assert judge(expiring(after))[0] is None


def test_a_coin_is_not_a_condition():
    assert not any(judge(coin(seed), seed=seed)[1] for seed in range(200))


def test_nothing_found_costs_one_request_beside_the_baselines():
    for site in (SILENT["searches"], SILENT["rejects"]):
        assert len(judge(site)[2].requests) == 4  # the baseline, two more, one condition


def test_a_page_that_is_known_already_is_learned_anew_when_asked_again():
    sender = MemorySender(evaluating())

    def originals():
        return sum(params(request)["q"] == "tea" for request in sender.requests)

    async def go():
        probe = await context(sender, seed=1).probe(point_at("http://site.test/?q=tea", "q"))
        proof = await difference(probe, AND, await learn_page(probe))
        before = originals()
        assert await learn_page(probe) is not None
        assert originals() == before
        assert await proof.again() is not None
        return originals() - before

    assert asyncio.run(go()) == 3


def test_a_site_that_remembers_what_it_was_sent_proves_nothing():
    """Where a value can be created once, a true condition that is always the same text looks true."""
    repeating = Condition(true=lambda _: "te\\61", false=AND.false, broken=AND.broken)
    known = {"tea", "te\\61"}

    def creating(request):
        value = params(request)["q"]
        if value in known:
            return html("<p>exists already</p>", 400)
        known.add(value)
        return "<p>created</p>"

    proof, _, _ = judge(creating, condition=repeating)
    assert proof is None


def tried(site, narrower=(AND,), wider=(OR,)):
    sender = MemorySender(site)

    async def go():
        probe = await context(sender, seed=1).probe(point_at("http://site.test/?q=tea", "q"))
        return await by_conditions(probe, "tea and (", narrower, wider)

    return asyncio.run(go()), sender


def test_the_first_condition_that_is_evaluated_is_the_proof():
    proof, _ = tried(evaluating(), narrower=(OR, AND))
    assert "and" in proof.payload
    proof, _ = tried(evaluating(tea=False))
    assert "or" in proof.payload


def test_a_page_that_no_broken_value_changes_gets_no_narrower_condition():
    proof, sender = tried(lambda _: "<p>tea</p>", wider=())
    assert proof is None
    assert len(sender.requests) == 4  # the baseline, two more, the broken value
    assert tried(lambda _: "<p>tea</p>", narrower=(), wider=())[0] is None


def test_a_page_without_a_face_is_not_compared():
    counter = itertools.count()
    statuses = itertools.cycle((200, 404))
    proof, sender = tried(lambda _: html(f"<p>{next(counter)}</p>", next(statuses)))
    assert proof is None
    assert len(sender.requests) == 3
