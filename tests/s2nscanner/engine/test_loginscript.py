import asyncio
import textwrap
from pathlib import Path

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import LoginFailed, UsageError
from s2n.model import ScanStatus
from s2n.protocol import PLUGIN_DIR_VARIABLE, ScanRequest
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.engine.loginscript import ScriptLogin
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.members import SECRET, Members
from support.plugins import Echo
from support.webserver import serving

ENTER = """
    import re

    async def log_in(ctx):
        page = await ctx.get(ctx.login_url)
        token = re.search("name='csrf' value='(.*?)'", page.response.text)[1]
        await ctx.post(page.request.url, form={"who": ctx.username, "secret": ctx.password, "csrf": token})
"""


def write(folder: Path, code: str, name: str = "_enter.py") -> None:
    (folder / name).write_text(textwrap.dedent(code))


def log_in(folder: Path, code: str, **options: object) -> tuple[Session, dict[str, str], Members]:
    write(folder, code)
    site = Members()

    async def go(url: str) -> tuple[Session, dict[str, str], Members]:
        fields = {"login_script": "_enter", "username": "anna", "password": "s3cret"} | options
        scan = ScanRequest(target_url=url, auth="script", **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        visitor = client.apart()
        try:
            session = await ScriptLogin(scan, folder).log_in(visitor)
        finally:
            await client.close()
        return session, {cookie.name: cookie.value for cookie in visitor.jar}, site

    with serving(site) as web:
        return asyncio.run(go(web.url))


def test_the_cookies_of_its_requests_are_kept(tmp_path: Path) -> None:
    session, jar, site = log_in(tmp_path, ENTER)
    assert site.logins == 1
    assert jar["sid"].startswith("s")
    assert session == Session()


def test_it_may_return_headers_cookies_and_a_token(tmp_path: Path) -> None:
    code = """
        def log_in(ctx):
            return {"token": "t", "headers": {"X-Team": ctx.totp(59)}, "cookies": {"sid": "1"}}
    """
    session, jar, _ = log_in(tmp_path, code, totp_secret=SECRET)
    assert session.headers == (("X-Team", "287082"), ("Authorization", "Bearer t"))
    assert session.token
    assert jar == {"sid": "1"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("async def log_in(ctx): raise ValueError('no luck')", "ValueError: no luck"),
        ("async def log_in(ctx): return 5", "Expected `object`"),
        ("async def log_in(ctx): return {'cookie': {}}", "unknown field `cookie`"),
        ("async def log_in(ctx): await ctx.get('http://127.0.0.2:1/')", "not in the scope"),
        ("async def log_in(ctx): raise SystemExit(1)", "SystemExit"),
    ],
)
def test_its_failures_are_failed_logins(tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(LoginFailed, match=message):
        log_in(tmp_path, code)


def test_one_that_blocks_is_given_up(tmp_path: Path) -> None:
    code = """
        import threading

        def log_in(ctx):
            threading.Event().wait(5)
    """
    with pytest.raises(LoginFailed, match=r"took more than 0\.2 s"):
        log_in(tmp_path, code, plugin_timeout=0.2)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("_other", "", "no login script _other.py in the plugin folder"),
        ("../_enter", "", "is not the name of a file"),
        ("", "", "is not the name of a file"),
        ("_enter.py", "def log_out(ctx): ...", "_enter.py has no log_in"),
        ("_enter", "def (", "cannot be loaded"),
    ],
)
def test_what_is_no_script_is_wrong_use(tmp_path: Path, name: str, code: str, message: str) -> None:
    write(tmp_path, code)
    with pytest.raises(UsageError, match=message):
        ScriptLogin(ScanRequest(target_url="http://h/", login_script=name), tmp_path)


def test_the_script_in_the_documentation_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "logging-in.md").read_text("utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    ours = code.replace("""r'name="csrf" value="(.*?)"'""", """r"name='csrf' value='(.*?)'\"""")
    ours = ours.replace('"user"', '"who"').replace('"password":', '"secret":')
    assert ours != code
    assert log_in(tmp_path, ours)[2].logins == 1


def test_a_whole_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ENTER)
    monkeypatch.setenv(PLUGIN_DIR_VARIABLE, str(tmp_path))
    site = Members(lifetime=20)
    with serving(site) as web:
        config = ScanConfig(
            target_url=web.url,
            plugins=("echo",),
            auth="script",
            login_script="_enter",
            username="anna",
            password="s3cret",
        )
        report = Scanner(config, [Echo()]).scan()
    assert report.metadata.status is ScanStatus.COMPLETE
    assert [finding for finding in report.findings if "/search?" in finding.url]
    assert site.logins > 1
