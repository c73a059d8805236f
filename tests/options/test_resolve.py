import pytest

from s2n.errors import ConfigError, UsageError
from s2n.options import build_parser, masked, resolve
from s2n.protocol import ScanRequest


def scan(tmp_path, *words, env=None, **kwargs):
    return resolve(build_parser().parse_args(words), env or {}, tmp_path, **kwargs)


def test_defaults_are_the_fields_defaults(tmp_path):
    request, host = scan(tmp_path, "-u", "example.com")
    assert request == ScanRequest(target_url="http://example.com/")
    assert host.fail_on == "low"


def test_command_line_over_variable_over_file_over_default(tmp_path):
    (tmp_path / "s2n.toml").write_text("url = 'file.test'\ndepth = 1\nmax-pages = 1\nrate = 1\n")
    env = {"S2N_DEPTH": "2", "S2N_MAX_PAGES": "2"}
    request, _ = scan(tmp_path, "--depth", "3", env=env)
    assert (request.depth, request.max_pages, request.rate, request.concurrency) == (3, 2, 1.0, 16)
    assert request.target_url == "http://file.test/"


def test_a_list_is_replaced_not_merged(tmp_path):
    (tmp_path / "s2n.toml").write_text("plugins = ['a', 'b']\n")
    assert scan(tmp_path, "-u", "h", "-p", "c")[0].plugins == ("c",)


def test_the_config_file_may_be_named_by_a_variable(tmp_path):
    (tmp_path / "other.yaml").write_text("depth: 9\n")
    assert scan(tmp_path, "-u", "h", env={"S2N_CONFIG": "other.yaml"})[0].depth == 9


def test_a_command_may_bring_its_target_and_ignore_its_surroundings(tmp_path):
    (tmp_path / "s2n.toml").write_text("depth = 'broken'\n")
    request, _ = scan(tmp_path, env={"S2N_DEPTH": "x"}, target="http://lab.test/", ambient=False)
    assert request == ScanRequest(target_url="http://lab.test/")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "no target"),
        (("-u", "h", "--exclude", "("), "--exclude: '\\(' is not a regular expression"),
        (("-u", "h", "-H", "no colon"), "--header: expected a header"),
        (("-u", "h", "-H", "A: b\r\nC: d"), "--header: expected a header"),
        (("-u", "h", "--cookie", "x"), "--cookie: expected a cookie"),
        (("-u", "h", "--proxy", "gopher://p"), "--proxy: expected a proxy"),
        (("-u", "h", "--resolve", "shop.test"), "--resolve: expected HOST:ADDRESS"),
        (("-u", "h", "--resolve", "http://shop.test:1"), "--resolve: expected HOST:ADDRESS"),
        (("-u", "h", "--ca-bundle", "/none.pem"), "--ca-bundle: there is no file"),
        (("-u", "h", "--seed", "ftp://x"), "unknown scheme"),
        (("-u", "h", "--depth", "x"), "--depth: expected a whole number"),
    ],
)
def test_bad_command_lines(tmp_path, words, message):
    with pytest.raises(UsageError, match=message) as caught:
        scan(tmp_path, *words)
    assert caught.value.remedy


def test_bad_variables_and_files_name_themselves(tmp_path):
    with pytest.raises(ConfigError, match="S2N_DEPTH: expected a whole number"):
        scan(tmp_path, "-u", "h", env={"S2N_DEPTH": "deep"})
    (tmp_path / "s2n.toml").write_text("\nheader = ['bad']\n")
    with pytest.raises(ConfigError, match=r"s2n.toml, line 2: header: expected a header"):
        scan(tmp_path, "-u", "h")


def test_the_pages_and_the_pattern_of_a_login_are_checked(tmp_path):
    words = (
        "-u",
        "h",
        "--login-url",
        "h/in",
        "--auth-check-url",
        "http://h/me",
        "--logged-in-pattern",
        "Hi .",
    )
    request, _ = scan(tmp_path, *words)
    assert (request.login_url, request.auth_check_url) == ("http://h/in", "http://h/me")
    assert request.logged_in_pattern == "Hi ."
    with pytest.raises(UsageError, match=r"--logged-in-pattern: '\(' is not a regular expression"):
        scan(tmp_path, "-u", "h", "--logged-in-pattern", "(")
    assert scan(tmp_path, "-u", "h", "--auth-as", "bob:a:b")[0].auth_as == ("bob:a:b",)
    with pytest.raises(UsageError, match="--auth-as: expected a user and password"):
        scan(tmp_path, "-u", "h", "--auth-as", "bob")
    for option in ("--cookie-file", "--login-recording"):
        with pytest.raises(UsageError, match=f"{option}: there is no file"):
            scan(tmp_path, "-u", "h", option, "none")


def test_good_texts_pass(tmp_path):
    words = (
        "--resolve",
        "a.test:192.0.2.1,[::1]:b.test",
        "-u",
        "h",
        "-H",
        "Authorization: Bearer x",
        "--cookie",
        "a=b=c",
        "--proxy",
        "socks5://u:p@h:1",
    )
    request, _ = scan(tmp_path, *words, "--exclude", "/logout$", "--seed", "h/x")
    assert request.headers == ("Authorization: Bearer x",)
    assert request.seeds == ("http://h/x",)


def test_files_are_found_from_the_current_folder(tmp_path):
    (tmp_path / "ca.pem").touch()
    assert scan(tmp_path, "-u", "h", "--ca-bundle", "ca.pem")[0].ca_bundle == str(tmp_path / "ca.pem")


def test_secrets_are_masked():
    request = ScanRequest(
        target_url="http://user:hunter2@h/?next=a@b",
        seeds=("http://user:hunter2@h/x",),
        headers=("Authorization: Bearer hunter2",),
        cookies=("session=hunter2",),
        proxy="http://me:hunter2@proxy",
        password="hunter2",
        token="hunter2",
        username="me",
    )
    shown = masked(request)
    assert "hunter2" not in str(shown)
    assert shown["target_url"] == "http://***@h/?next=a@b"
    assert shown["headers"] == ["Authorization: ***"]
    assert shown["cookies"] == ["session=***"]
    assert shown["username"] == "me"
    assert shown["depth"] == 20


def test_a_secret_that_is_not_there_is_not_masked():
    shown = masked(ScanRequest(target_url="http://h/"))
    assert (shown["password"], shown["headers"]) == ("", [])
