import pytest

from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.secrets import MASK, Secrets, carries_login

SCAN = ScanRequest(
    target_url="http://h/",
    username="ann",
    password="pass wörd/1",
    token="t0ken-of-ann",
    auth_as=("bob:bobs-own",),
    headers=("Authorization: Bearer abcdefgh", "X-Team: red"),
    api_key_name="X-Own-Key",
)


@pytest.mark.parametrize(
    "secret",
    [
        "pass wörd/1",
        "pass%20w%C3%B6rd%2F1",
        "pass+w%C3%B6rd%2F1",
        "pass wörd/1".encode().decode("latin-1"),
        "t0ken-of-ann",
        "bobs-own",
        "abcdefgh",
        "YW5uOnBhc3Mgd8O2cmQvMQ==",
    ],
)
def test_what_the_user_gave_is_masked_however_it_is_written(secret):
    assert Secrets(SCAN).clean(f"<{secret}>") == f"<{MASK}>"


@pytest.mark.parametrize("text", ["ann", "bob", "red", "X-Team", "Bearer", ""])
def test_other_words_stay(text):
    assert Secrets(SCAN).clean(text) == text


def test_what_is_learned_later_is_masked_from_then_on():
    secrets = Secrets(SCAN)
    assert secrets.clean("a late-word") == "a late-word"
    secrets.learn("late-word", "no")
    assert secrets.clean("a late-word, no bobs-own") == f"a {MASK}, no {MASK}"


@pytest.mark.parametrize("option", ["password", "token", "totp_secret", "client_secret"])
def test_each_secret_option_is_masked(option):
    scan = ScanRequest(target_url="h", **{option: "the-secret"})
    assert Secrets(scan).clean("<the-secret>") == f"<{MASK}>"


def test_a_short_secret_would_mask_everything():
    assert Secrets(ScanRequest(target_url="h", password="abc")).clean("abcabc") == "abcabc"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h/admin/index.php?admin=1&page=admin", "http://h/admin/index.php?admin=1&page=***"),
        ("user=ann&admin=x&pass=admin&z=1", "user=ann&admin=x&pass=***&z=1"),
        ('{"admin": 1, "pass": "admin", "of": ["admin"]}', '{"admin": 1, "pass": "***", "of": ["***"]}'),
        ("<b>admin</b> administrator admin-panel", "<b>***</b> administrator admin-panel"),
        ("your password is admin", "your password is ***"),
        ("admin", "***"),
    ],
)
def test_a_password_that_is_a_word_is_masked_where_it_is_a_value(text, shown):
    assert Secrets(ScanRequest(target_url="h", password="admin")).clean(text) == shown


@pytest.mark.parametrize(
    ("header", "logs_in"),
    [
        *((name, True) for name in ("Cookie", "AUTHORIZATION", "X-Auth-Token", "x-access-token", "Token")),
        *((name, True) for name in ("X-Session-ID", "X-User-Id", "Acme-Auth-Token", "id-token", "X-JWT")),
        *((name, False) for name in ("X-CSRF-Token", "X-Requested-With", "X-API-Key", "Accept", "X-Tokens")),
    ],
)
def test_headers_that_log_in_are_known_by_their_names(header, logs_in):
    assert carries_login(header) is logs_in
    assert Secrets(ScanRequest(target_url="h")).hides(header) is (logs_in or header == "X-API-Key")


def test_headers_with_secrets():
    assert {"authorization", "x-team", "x-own-key"} <= Secrets(SCAN).headers


def test_what_no_report_can_hold_is_escaped():
    assert Secrets(SCAN).clean("a\udc80") == "a\\udc80"
