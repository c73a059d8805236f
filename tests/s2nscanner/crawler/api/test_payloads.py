"""The choice between media types; the bodies themselves are tested with OpenAPI."""

import pytest

from s2n.s2nscanner.crawler.api.payloads import Payload
from s2n.s2nscanner.crawler.api.refs import Documents


def body(*names):
    return Payload(Documents({})).body({name: {"schema": {"type": "object"}} for name in names})


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (("text/plain", "application/xml", "application/json"), "application/json"),
        (("application/xml", "application/x-www-form-urlencoded"), "application/x-www-form-urlencoded"),
        (("application/octet-stream", "application/xml"), "application/xml"),
        (("application/json; charset=utf-8",), "application/json; charset=utf-8"),
    ],
)
def test_the_media_type_with_most_input_points_is_chosen(names, chosen):
    assert body(*names)[0] == chosen


def test_no_content_is_no_body():
    assert body() is None
