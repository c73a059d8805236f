import pytest

from s2n.cli.terminal import plain, say, tell
from s2n.errors import UsageError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve — 日本", "naïve — 日本"),
        ("\x1b]0;owned\x07", "�]0;owned�"),
        ("a\r\nb\tc", "a� b c"),
        ("\x9b2J", "�2J"),
        ("user\u202egpj.exe", "user�gpj.exe"),
    ],
)
def test_nothing_from_outside_drives_the_terminal(text, shown):
    assert plain(text) == shown


def test_messages_go_to_standard_error(capsys):
    say("hello")
    tell(UsageError("bad", "do better"))
    tell(UsageError("worse"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "hello\ns2n: error: bad\n  → do better\ns2n: error: worse\n"
