"""From a text to operations: what is common to all formats."""

import asyncio
import json

import pytest

from s2n.errors import UsageError
from s2n.model import Response
from s2n.s2nscanner.crawler.api.importing import introspect, text_of_response
from support.apis import imported


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "api is in none of the formats"),
        ('{"a": 1}', "api is in none of the formats"),
        ('{"a":\n1,}', "api, line 2: not JSON"),
        ("<a>\n<b>", "api, line 2: not well-formed XML"),
        ("<a/>", "api is in none of the formats"),
    ],
)
def test_what_cannot_be_read(text, message):
    with pytest.raises(UsageError, match=message) as caught:
        imported(text)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("response", "found"),
    [
        (Response(200, body=json.dumps({"data": {"__schema": {"types": []}}}).encode()), True),
        (Response(200, body=b'{"errors":[{"message":"introspection is off"}]}'), False),
        (Response(200, body=b"<html>__schema"), False),
        (Response(200, body=b'{"data":{"__schema":null}}'), False),
        (None, False),
    ],
)
def test_introspection(response, found):
    async def ask(request):
        assert request.method == "POST"
        return response

    assert (asyncio.run(introspect("http://site.test/graphql", ask)) is not None) is found


def test_the_text_of_a_response():
    assert text_of_response(Response(200, body=b"\xef\xbb\xbfa")) == "a"
    latin = (("Content-Type", "text/yaml; charset=latin-1"),)
    assert text_of_response(Response(200, headers=latin, body=b"\xe9")) == "é"
