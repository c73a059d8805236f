import pytest

from s2n.model import Confidence, Exchange, Request, Response
from s2n.s2nscanner.plugins.dom_xss import Plugin
from support.site import html

FLOW = "out.innerHTML = unescape(location.hash)"


def claims(response: Response) -> list:
    return list(Plugin().inspect(Exchange(Request.from_url("http://site.test/a"), response)))


def script(text: str, kind: str = "application/javascript", status: int = 200) -> Response:
    return Response(status, headers=(("Content-Type", kind),), body=text.encode())


def test_a_page_and_a_file_are_read() -> None:
    for response in (html(f"<script>{FLOW}</script>"), script(FLOW), script(FLOW, "text/javascript")):
        (claim,) = claims(response)
        assert claim.confidence is Confidence.FIRM
        assert "location.hash reaches innerHTML" in claim.evidence
        assert claim.marker in response.text


def test_what_browsers_encode_is_tentative() -> None:
    (claim,) = claims(script("document.write(location.search)"))
    assert claim.confidence is Confidence.TENTATIVE
    assert "encode" in claim.description


def test_the_same_statement_is_one_finding_wherever_it_stands_and_two_are_two() -> None:
    first, second = claims(
        html(f"<script>{FLOW}</script><script>{FLOW}; {FLOW.replace('out', 'two')}</script>")
    )
    assert first.per_site
    assert second.per_site
    assert first.variant != second.variant
    assert claims(script(FLOW))[0].variant == first.variant


@pytest.mark.parametrize(
    "response",
    [
        script(FLOW, "text/plain"),
        script(FLOW, status=404),
        html(f"<pre>{FLOW}</pre>"),
        html("<script>out.textContent = unescape(location.hash)</script>"),
    ],
)
def test_silent(response: Response) -> None:
    assert claims(response) == []
