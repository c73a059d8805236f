"""Bytes that are no text fail nobody who reads a response."""

import pytest

from hostile.readers import READERS

BYTES = "\udcff\udcfe"
"""0xFF 0xFE, which stand nowhere in UTF-8."""

TEXTS = (
    f'{{"id": "{BYTES}", "password": "a{BYTES}b", "token": "{BYTES}", "url": "/a/{BYTES}"}}',
    f'[{{"{BYTES}": 1}}]\n{{"{BYTES}": 1}}\n',
    f'<a href="/{BYTES}?{BYTES}=1">{BYTES}</a><form><input name="{BYTES}" type=password></form>',
    f"fetch('/{BYTES}', {{body: JSON.stringify({{a: '{BYTES}'}})}}) // {BYTES}",
    f"a {{ background: url({BYTES}) }}",
)
READ_RESPONSES = {key: read for key, read in READERS.items() if "inspect" in key[1] or "discover" in key[1]}


@pytest.mark.parametrize(
    ("family", "name"), READ_RESPONSES, ids=[f"{family} {name}" for family, name in READ_RESPONSES]
)
def test_it_is_read(family: str, name: str) -> None:
    for text in TEXTS:
        READ_RESPONSES[family, name](text)
