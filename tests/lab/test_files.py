from pathlib import Path

import pytest

from s2n.lab.files import downloads

PASSWD = Path("/etc/passwd").read_text(encoding="utf-8", errors="replace").splitlines()[0]
EXPLOITS = {
    ("GET /download", "file"): "../../../etc/passwd",
    ("GET /leaflet", "name"): "....//....//....//....//etc/passwd",
    ("GET /document", "path"): "/etc/passwd",
    ("GET /picture", "src"): "pictures/../../../../../etc/passwd",
    ("GET /theme", "name"): "../../../../../etc/passwd\0",
    ("GET /archive", "file"): "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    ("POST /print", "file"): "../../../../../../../../etc/passwd",
}
TWINS = {
    ("GET /manual", "file"),
    ("GET /brochure", "name"),
    ("GET /sheet", "path"),
    ("GET /skin", "name"),
    ("GET /annals", "file"),
    ("POST /fax", "file"),
    ("GET /paper", "id"),
}
ARTICLE = ("GET /help", "topic")


def test_every_label_is_shown(places):
    assert places(downloads, plugin="path_traversal", flawed=True) == EXPLOITS.keys()
    assert places(downloads, plugin="path_traversal", flawed=False) == TWINS | {ARTICLE}


@pytest.mark.parametrize(("place", "payload"), EXPLOITS.items(), ids=str)
def test_the_machine_s_file_is_read(visitor, place, payload):
    assert PASSWD in visitor.at(*place, payload).text
    normal = visitor.normal(*place)
    assert normal.status == 200
    assert PASSWD not in normal.text


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
def test_twins_stay_in_their_folder(visitor, place):
    assert visitor.normal(*place).status == 200
    for payload in (*EXPLOITS.values(), "..", "%252e%252e%252fetc%252fpasswd", "\0", "²"):
        assert visitor.at(*place, payload).status == 404, payload


def test_the_article_is_the_same_for_all(visitor):
    normal = visitor.normal(*ARTICLE)
    assert "root:x:0:0:" in normal.text
    assert all(visitor.at(*ARTICLE, payload).text == normal.text for payload in EXPLOITS.values())


@pytest.mark.parametrize(
    ("place", "refused"),
    [
        (("GET /leaflet", "name"), "../../../etc/passwd"),
        (("GET /document", "path"), "../../../etc/passwd"),
        (("GET /picture", "src"), "../../../etc/passwd"),
        (("GET /theme", "name"), "../../../../etc/passwd"),
        (("GET /archive", "file"), "../../../etc/passwd"),
    ],
    ids=str,
)
def test_the_filter_stops_the_plain_attempt(visitor, place, refused):
    assert visitor.at(*place, refused).status == 404


@pytest.mark.parametrize("device", ["dev/zero", "dev/null", "etc", "no/such/file"])
def test_only_real_files_are_read(visitor, device):
    assert visitor.at("GET /download", "file", f"../../../{device}").status == 404
