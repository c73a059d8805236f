from pathlib import Path

import pytest

from s2n.errors import UsageError
from s2n.model import Request
from s2n.s2nscanner.auth.cookiefile import read_cookies
from s2n.s2nscanner.http.cookies import Cookie

TARGET = Request.from_url("http://site.test/").origin


def read(folder: Path, text: str) -> list[Cookie]:
    file = folder / "cookies"
    file.write_text(text, "utf-8")
    return read_cookies(str(file), TARGET)


def test_netscape(tmp_path: Path) -> None:
    text = (
        "# Netscape HTTP Cookie File\n\n"
        ".site.test\tTRUE\t/\tTRUE\t2000000000\twide\t1\n"
        "#HttpOnly_site.test\tFALSE\t/app\tFALSE\t0\tsid\ta=b\n"
        "site.test\tFALSE\t/\tFALSE\t0\tempty\n"
    )
    assert read(tmp_path, text) == [
        Cookie("wide", "1", "site.test", host_only=False, secure=True, expires=2000000000.0),
        Cookie("sid", "a=b", "site.test", "/app", http_only=True),
        Cookie("empty", "", "site.test"),
    ]


def test_json_of_browser_add_ons(tmp_path: Path) -> None:
    text = (
        '[{"name": "sid", "value": "x", "domain": ".site.test", "hostOnly": false, "path": "/",'
        ' "secure": true,'
        ' "httpOnly": true, "expirationDate": 2000000000.5, "sameSite": "lax", "storeId": "0"},'
        ' {"name": "b", "value": "y"}]'
    )
    assert read(tmp_path, text) == [
        Cookie("sid", "x", "site.test", host_only=False, secure=True, http_only=True, expires=2000000000.5),
        Cookie("b", "y", "site.test"),
    ]


def test_json_of_a_browser_state_and_of_pairs(tmp_path: Path) -> None:
    state = (
        '{"cookies": [{"name": "sid", "value": "x", "domain": "site.test", "expires": -1}], "origins": []}'
    )
    assert read(tmp_path, state) == [Cookie("sid", "x", "site.test")]
    assert read(tmp_path, '{"sid": "x"}') == [Cookie("sid", "x", "site.test")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no cookie"),
        ("# only a comment\n", "holds no cookie"),
        ("sid=1\n", "line 1 has 1 columns"),
        ("a\tTRUE\t/\tFALSE\tsoon\tn\tv\n", "cannot be understood"),
        ("[{]", "cannot be understood"),
        ('[{"name": 1}]', "cannot be understood"),
    ],
)
def test_what_is_no_cookie_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        read(tmp_path, text)
    assert "cookies.txt" in caught.value.remedy


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_cookies(str(tmp_path / "none"), TARGET)
