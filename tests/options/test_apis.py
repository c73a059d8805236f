"""``--api`` files, inlined."""

import os

import pytest

from s2n.errors import UsageError
from s2n.options import build_parser, resolve
from s2n.options.apis import MAX_FILES, files_of, inlined, shown, text_of


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


def test_files_that_it_refers_to_travel_along(tmp_path):
    files = {
        "api/openapi.yaml": "paths: {/a: {$ref: 'paths/a%20b.yaml#/x'}}\nx: {$ref: '#/y'}\nz: {$ref: https://h/z.json}",
        "api/paths/a b.yaml": '{"$ref": "../../common/types.json"}',
        "common/types.json": '{"$ref": "../api/openapi.yaml"}',
        "common/other.json": "{}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    api = inlined("api/openapi.yaml", tmp_path)
    assert (shown(api), text_of(api)) == ("api/openapi.yaml", files["api/openapi.yaml"])
    assert files_of(api) == {
        "paths/a b.yaml": files["api/paths/a b.yaml"],
        "../common/types.json": files["common/types.json"],
    }


def test_a_wsdl_brings_its_schemas(tmp_path):
    (tmp_path / "s.wsdl").write_text('<import schemaLocation="t.xsd"/><port location = "http://h/port"/>')
    (tmp_path / "t.xsd").write_text("<schema/>")
    assert files_of(inlined("s.wsdl", tmp_path)) == {"t.xsd": "<schema/>"}


@pytest.mark.parametrize(
    "secret", [".docker/config.json", "../.aws/keys.yaml", ".env", "notes.txt", "/etc/x.json"]
)
def test_a_description_has_nothing_hidden_read(tmp_path, secret):
    (tmp_path / "home").mkdir()
    path = tmp_path / "home" / secret
    if not secret.startswith("/"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("secret: 1")
    (tmp_path / "home" / "a.yaml").write_text(f"$ref: {secret}")
    assert files_of(inlined("home/a.yaml", tmp_path)) == {}


def test_a_description_of_endless_files_ends(tmp_path):
    for at in range(MAX_FILES + 50):
        (tmp_path / f"{at}.json").write_text(f'{{"$ref": "{at + 1}.json"}}')
    assert len(files_of(inlined("0.json", tmp_path))) == MAX_FILES


def test_a_url_and_a_file_by_itself_bring_no_others(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    assert files_of(inlined("a.json", tmp_path)) == files_of("http://h/a.json") == {}
