import ast
import asyncio
import re

import pytest

from s2n.model import Confidence
from s2n.s2nscanner.oracles.complaint import Malformed, Message, complaint, messages_of, new_messages
from support.site import MemorySender, context, html, params, point_at

COMPLAINT = re.compile(r"unexpected [^\n<]*")

STRINGS = Malformed(
    broken=lambda word: f"tea'{word}",
    harmless=[lambda fresh: "tea" + fresh.letters()],
    balanced=lambda fresh: f"tea{fresh.letters()}''",
    unbalanced=lambda fresh: f"tea{fresh.letters()}'''",
)


def messages(text):
    return [Message("Toy", 1, found[0]) for found in COMPLAINT.finditer(text)]


def judge(site):
    sender = MemorySender(site)

    async def go():
        probe = await context(sender).probe(point_at("http://site.test/?q=tea", "q"))
        proof = await complaint(probe, STRINGS, messages)
        return proof, proof and await proof.again()

    return *asyncio.run(go()), sender


def interpreter(message):
    """Reads ``'value'`` as a Python string, in which adjacent strings join."""

    def site(request):
        value = params(request)["q"]
        try:
            return f"<p>{len(ast.literal_eval(chr(39) + value + chr(39)))}</p>"
        except SyntaxError:
            return html(f"<p>{message.replace('@', value)}</p>", 500)

    return site


@pytest.mark.parametrize("message", ["unexpected input near @", "unexpected end"])
def test_a_provoked_message_is_proved(message):
    proof, again, sender = judge(interpreter(message))
    assert proof is not None
    assert proof.confidence is Confidence.FIRM
    assert "Toy" in proof.evidence
    assert proof.marker in proof.exchange.response.text
    assert proof.marker not in proof.control.response.text
    assert again is not None
    assert again.payload != proof.payload
    assert len(sender.requests) <= 1 + 5 + 5


SILENT = {
    "no message": lambda _: "<p>ok</p>",
    "always there": lambda _: "<p>unexpected guests</p>",
    "for every unknown value": lambda r: "ok" if params(r)["q"] == "tea" else f"unexpected {params(r)['q']}",
    "about quotes": lambda r: (
        f"<h1>{params(r)['q']}</h1>" + "<p>unexpected quote</p>" * ("'" in params(r)["q"])
    ),
    "about quoted words": lambda r: "unexpected word" if re.search("'[a-z]", params(r)["q"]) else "ok",
    "a filter's": lambda r: html(f"unexpected {params(r)['q']}", 403) if "'" in params(r)["q"] else "ok",
}


@pytest.mark.parametrize("case", SILENT)
def test_silent(case):
    assert judge(SILENT[case])[0] is None


def test_no_message_costs_one_request():
    assert len(judge(SILENT["no message"])[2].requests) == 2  # the baseline and the broken value


def test_messages_of_the_unmodified_page_are_not_new():
    async def go(page):
        probe = await context(lambda _: page).probe(point_at("http://site.test/?q=tea", "q"))
        return new_messages(probe, await probe.send("x"), messages)

    assert asyncio.run(go("<p>unexpected guests</p>")) == []


def test_each_pattern_is_a_kind_of_message():
    told = messages_of("Toy", [re.compile(r"torn \w+"), COMPLAINT])
    assert told("unexpected end, torn page, torn sheet") == [
        Message("Toy", 0, "torn page"),
        Message("Toy", 1, "unexpected end, torn page, torn sheet"),
    ]
    assert told("all is well") == []
