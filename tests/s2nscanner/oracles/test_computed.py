import asyncio
import re

import pytest

from s2n.model import Confidence
from s2n.s2nscanner.oracles.computed import Product, fresh_product, prove_computed
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, context, html, params, point_at

URL = "http://site.test/?q=1"
SUM = re.compile(r"(\d+)\*(\d+)")


def marked(product):
    return f"{product.left}[{product.a}*{product.b}]{product.right}"


def bare(product):
    return f"[{product.a}*{product.b}]"


def prove(site, payload=marked, **options):
    """The proof and the proof of a second round, or None."""
    sender = site if isinstance(site, MemorySender) else MemorySender(site)

    async def go():
        proof = await prove_computed(await context(sender).probe(point_at(URL, "q")), payload, **options)
        return None if proof is None else (proof, await proof.again())

    return asyncio.run(go())


def evaluates(text):
    return re.sub(r"\[(\d+)\*(\d+)\]", lambda match: str(int(match[1]) * int(match[2])), text)


def query(request):
    return params(request)["q"]


FIRES = {
    "in place": lambda request: html(f"<p>{evaluates(query(request))}</p>"),
    "line by line": lambda request: html(re.sub(r"(\d+)", r"<br>\1\r\n", evaluates(query(request)))),
    "as JSON": lambda request: html(
        '{"out": "' + re.sub(r"(\d+)", r"\\n\1\\n", evaluates(query(request))) + '"}'
    ),
    "behind an error": lambda request: html(evaluates(query(request)), 500),
}

SILENT = {
    "echo": lambda request: html(query(request)),
    "echo without operators": lambda request: html(re.sub(r"\W", "", query(request))),
    "echo reversed": lambda request: html(query(request)[::-1]),
    "the number elsewhere": lambda request: html(
        query(request)
        + " "
        + (evaluates(found[0]) if (found := re.findall(r"\[.*\]", query(request))) else "")
    ),
    "nothing": lambda request: html("<p>done</p>"),
}


@pytest.mark.parametrize("name", FIRES)
def test_fires(name):
    proof, second = prove(FIRES[name])
    assert proof.confidence is Confidence.CERTAIN
    assert proof.marker in proof.exchange.response.text
    assert proof.marker not in proof.payload
    assert proof.control is not None
    assert second is not None
    assert second.payload != proof.payload


@pytest.mark.parametrize("name", SILENT)
def test_stays_silent(name):
    assert prove(SILENT[name]) is None


def test_a_bare_answer_is_believed():
    proof, second = prove(FIRES["in place"], bare)
    assert re.fullmatch(r"\d{10,11}", proof.marker)
    assert second is not None


def test_a_bare_answer_is_not_believed_within_a_longer_number():
    assert prove(lambda request: html(f"1{evaluates(query(request))}1"), bare) is None


def test_a_page_that_multiplies_what_it_gets_is_not_believed():
    """The control sends the same numbers with nothing to run."""

    def site(request):
        numbers = [int(number) for number in re.findall(r"\d+", query(request))]
        return html(str(numbers[0] * numbers[-1]))

    assert prove(site, bare) is None


def test_a_number_that_was_there_before_is_not_believed():
    """As if the baseline had held, by chance, the product that comes next."""
    answer = fresh_product(Fresh(1)).answer

    def site(request):
        return html("harmless" if " " in query(request) else answer)

    assert prove(site, bare) is None


def test_a_payload_that_gives_the_answer_away_proves_nothing():
    assert prove(SILENT["echo"], lambda product: f"{product.a} times {product.b} is {product.answer}") is None


def test_it_costs_one_request_if_nothing_is_found():
    sender = MemorySender(SILENT["echo"])
    prove(sender)
    assert len(sender.requests) == 2  # the baseline and the attack


def test_fresh_products_have_answers_that_no_payload_holds():
    fresh = Fresh(3)
    for digits, longest in ((6, 11), (4, 7)):
        for _ in range(200):
            product = fresh_product(fresh, digits)
            assert longest - 1 <= len(product.answer) <= longest
            assert product.answer not in f"{product.a}{product.b} {product.b}{product.a} {product.inert}"
    assert int("9" * 4) * int("9" * 3) < 2**31


def test_product():
    assert Product("a", "b", 12, 34).answer == "408"


@pytest.mark.parametrize("sign", ["", ",", ".", "\u00a0", "\u202f"])
def test_thousands_may_be_divided(sign):
    def site(request):
        return html(
            re.sub(r"\d{5,}", lambda m: f"{int(m[0]):,}".replace(",", sign), evaluates(query(request)))
        )

    assert prove(site)


def test_digits_divided_elsewhere_are_another_number():
    def site(request):
        return html(re.sub(r"\d{5,}", lambda m: f"{m[0][:1]},{m[0][1:]}", evaluates(query(request))))

    assert prove(site) is None


def test_the_answer_may_stand_where_a_redirect_leads():
    def site(request):
        if request.path == "/":
            return html("", 302, location=f"/done?{request.query}")
        return html(evaluates(query(request)))

    assert prove(site) is None
    assert prove(site, follow=True)
