import asyncio
import base64
import html as htmllib
import json
import re
import time

import pytest

from s2n.model import Confidence
from s2n.s2nscanner.oracles.signature import Signature, Spelling, prove_signature
from support.site import MemorySender, context, html, params, point_at

URL = "http://site.test/?f=a.txt"
SECRET = 'key = "s3cr3t/path"\nmode: <open> & unlocked\n'
LOCKS = Signature("the lock file", re.compile(r'key = "s3cr3t/path"\nmode: <open> &'))


def prove(site):
    """The proof and the proof of a second round, or None."""
    sender = site if isinstance(site, MemorySender) else MemorySender(site)

    async def go():
        probe = await context(sender).probe(point_at(URL, "f"))

        def spell():
            tail = probe.fresh.letters(5)
            return Spelling(f"{tail}/../lock", (f"{tail}/../{probe.fresh.letters(4)}", "lock"))

        proof = await prove_signature(probe, LOCKS, spell)
        return None if proof is None else (proof, await proof.again())

    return asyncio.run(go())


def name(request):
    return params(request)["f"]


def shown(render):
    return lambda request: html(render(SECRET) if name(request).endswith("/../lock") else "no such file")


FIRES = {
    "as it is": shown(lambda text: text),
    "escaped": shown(lambda text: f"<pre>{htmllib.escape(text)}</pre>"),
    "JSON": shown(lambda text: json.dumps({"text": text})),
    "JSON, all escaped": shown(
        lambda text: '{"text": "' + "".join(f"\\u{ord(character):04x}" for character in text) + '"}'
    ),
    "base64": shown(lambda text: f"<img src='data:;base64,{base64.b64encode(text.encode()).decode()}'>"),
}

SILENT = {
    "no such file": lambda request: html("no such file", 404),
    "in the baseline": lambda request: html(SECRET),
    "in the baseline, but not in the controls": lambda request: html(
        SECRET if name(request) == "a.txt" or name(request).endswith("/../lock") else "x"
    ),
    "in a control of the same shape": lambda request: html(SECRET if "/../" in name(request) else "x"),
    "in a search for the words": lambda request: html(SECRET if "lock" in name(request) else "x"),
    "only once": lambda request, seen=[]: html(
        "x" if seen or "../" not in name(request) else seen.append(1) or SECRET
    ),
}


@pytest.mark.parametrize("case", FIRES)
def test_fires(case):
    proof, second = prove(FIRES[case])
    assert proof.confidence is Confidence.CERTAIN
    assert proof.evidence.startswith("The response holds the content of the lock file: key = ")
    assert proof.control.response.text == "no such file"
    assert second.payload != proof.payload


@pytest.mark.parametrize("case", sorted(SILENT.keys() - {"only once"}))
def test_stays_silent(case):
    assert prove(SILENT[case]) is None


def test_what_shows_only_once_does_not_pass_the_second_round():
    _, second = prove(SILENT["only once"])
    assert second is None


def test_an_echo_of_the_payload_is_no_witness():
    async def go():
        probe = await context(lambda request: html(name(request))).probe(point_at(URL, "f"))
        return await prove_signature(
            probe, Signature("x", re.compile("lock")), lambda: Spelling("../lock", ("../a",))
        )

    assert asyncio.run(go()) is None


def test_it_costs_one_request_if_nothing_is_found():
    sender = MemorySender(SILENT["no such file"])
    prove(sender)
    assert len(sender.requests) == 2  # the baseline and the attack


@pytest.mark.parametrize(
    "text", ["a" * 2_000_000, "\\u00" * 300_000, "&amp;<p>" * 200_000, "QUJD" * 400_000 + "!"]
)
def test_large_pages_are_searched_in_linear_time(text):
    began = time.perf_counter()
    assert LOCKS.find(text) is None
    assert time.perf_counter() - began < 2
