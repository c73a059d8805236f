import inspect

import pytest

from s2n.model import Confidence, Exchange, Request, Response
from s2n.s2nscanner import sdk
from s2n.s2nscanner.engine.context import Context

EXCHANGE = Exchange(Request.from_url("http://h/"), Response(200))


def test_everything_that_is_promised_is_there_and_described() -> None:
    for name in sdk.__all__:
        thing = getattr(sdk, name)
        assert name == "Headers" or inspect.getdoc(thing), name


def test_report_makes_a_claim_of_what_was_read() -> None:
    claim = sdk.report(EXCHANGE, "seen", confidence=Confidence.CERTAIN, per_site=True)
    assert (claim.exchange, claim.evidence, claim.per_site) == (EXCHANGE, "seen", True)
    assert claim.confidence is Confidence.CERTAIN
    assert claim.point is None


def test_a_misspelt_field_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="payloat"):
        sdk.report(EXCHANGE, "seen", payloat="x")


def test_the_engines_context_is_what_the_sdk_promises() -> None:
    promised = {name for name in vars(sdk.CheckContext) if not name.startswith("_")}
    for name in promised:
        ours = inspect.getattr_static(Context, name)
        theirs = inspect.getattr_static(sdk.CheckContext, name)
        if inspect.isfunction(theirs):
            assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
            assert inspect.iscoroutinefunction(ours) == inspect.iscoroutinefunction(theirs)
