import pytest

from s2n.s2nscanner.oracles.knownfiles import PASSWD, WIN_INI


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        (PASSWD, "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh"),
        (PASSWD, "root::0:0::/:"),
        (WIN_INI, "; for 16-bit app support\r\n[fonts]\r\n[extensions]"),
        (WIN_INI, "[fonts]<br/>[extensions]"),
    ],
)
def test_a_file_is_known_by_its_content(signature, text):
    assert signature.find(f"<pre>{text}</pre>")


@pytest.mark.parametrize("text", ["", "root: x", "see /etc/passwd", "[fonts]", "file:///c:/windows/win.ini"])
def test_a_file_is_not_known_by_its_name(text):
    assert PASSWD.find(text) is None
    assert WIN_INI.find(text) is None
