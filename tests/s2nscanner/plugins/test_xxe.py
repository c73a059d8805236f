import pytest

from corpus.inputs import form, json_body, xml
from corpus.xmlparsers import XmlError, opener, parse, text_of
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.xxe import Plugin
from support.callbacks import reachable
from support.site import MemorySender, html, point_at, run_check

ORDER = xml("/orders", id="7", note="hello")
NOTE = point_at("", "r.note", ORDER)


def site(opened=None, *, shown=True, errors=False):
    def answer(request):
        try:
            text = text_of(parse(request.body, opened))
        except XmlError as error:
            return html(f"<p>{error}</p>" if errors else "bad", 400)
        return f"<p>{text if shown else 'thanks'}</p>"

    return answer


def test_a_file_in_the_answer():
    (claim,) = run_check(Plugin(), site(opener()), NOTE)
    assert claim.confidence is Confidence.CERTAIN
    assert "/etc/passwd" in claim.evidence
    assert "root:x:0:0" in claim.marker
    assert "the element" in claim.description
    assert b"<!DOCTYPE r [<!ENTITY s2n SYSTEM" in claim.exchange.request.body


def test_an_error_that_names_the_file():
    (claim,) = run_check(Plugin(), site(opener("java"), shown=False, errors=True), NOTE)
    assert claim.confidence is Confidence.FIRM
    assert "FileNotFoundException" in claim.evidence


@pytest.mark.parametrize("opened", [opener(files=False), None])
def test_a_call(opened):
    import asyncio

    async def go():
        with reachable() as board:
            scan = ScanRequest(target_url="http://site.test/")
            shared = Shared(scan, MemorySender(site(opened, shown=False)), board=board)
            ctx = Context(Plugin.info, shared, Fresh(1))
            return [claim async for claim in Plugin().check(NOTE, ctx)]

    claims = asyncio.run(go())
    assert [claim.confidence for claim in claims] == ([Confidence.CERTAIN] if opened else [])


def test_expat_as_it_comes_is_safe():
    assert run_check(Plugin(), site(errors=True), NOTE) == []


def test_an_echo_of_the_document_with_an_error_of_its_own_is_no_sign():
    def answer(request):
        return f"<p>order not found: {request.body.decode()}</p>".replace("<!", "&lt;!")

    assert run_check(Plugin(), answer, NOTE) == []


def test_values_get_one_inclusion_and_numbers_nothing():
    for request, name, sent in (
        (form("/", q="tea"), "q", 2),
        (json_body("/", {"first": "x", "n": 7}), "n", 0),
    ):
        sender = MemorySender(lambda _: "ok")
        assert run_check(Plugin(), sender, point_at("", name, request)) == []
        assert len(sender.requests) == sent, name
