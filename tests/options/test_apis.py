"""``--api`` files, inlined."""

import os

import pytest

from s2n.errors import UsageError
from s2n.options import build_parser, resolve
from s2n.options.apis import inlined, shown, text_of


@pytest.mark.parametrize("raw", ["a: é".encode(), "\ufeffa: é".encode(), "a: é".encode("utf-16")])
def test_a_file_travels_with_its_name(tmp_path, raw):
    (tmp_path / "api.yaml").write_bytes(raw)
    api = inlined("api.yaml", tmp_path)
    assert (shown(api), text_of(api)) == ("api.yaml", "a: é")
    assert inlined(api, tmp_path) == api


def test_a_url_stays():
    url = "HTTPS://site.test/api.json"
    assert inlined(url, None) == url
    assert (shown(url), text_of(url)) == (url, None)


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.json cannot be read: No such file") as caught:
        inlined("gone.json", tmp_path)
    assert caught.value.remedy
    with pytest.raises(UsageError, match="cannot be read"):
        inlined(".", tmp_path)


def test_a_file_that_is_too_large(tmp_path):
    path = tmp_path / "big.har"
    path.touch()
    os.truncate(path, 65 << 20)  # sparse
    with pytest.raises(UsageError, match="larger than 64 MB"):
        inlined(str(path), tmp_path)


def test_a_request_carries_the_text(tmp_path):
    (tmp_path / "a.txt").write_text("/x\n")
    words = ["-u", "http://h/", "--api", "a.txt", "--api", "http://h/api.json"]
    request, _ = resolve(build_parser().parse_args(words), {}, tmp_path)
    assert request.apis == ("inline:a.txt\n/x\n", "http://h/api.json")
