import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from s2n.errors import PluginLoadError, UnknownPlugin, UsageError
from s2n.model import PluginError, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.discovery import Catalog, Loaded, adopt, discover, select
from s2n.s2nscanner.scan_engine import PLUGIN_PACKAGE
from support.plugins import Echo, Title, info

PLUGIN = "class Plugin:\n    '''Says hello.'''\n    async def check(self, point, ctx):\n        yield\n"


@pytest.fixture(autouse=True)
def _clean_imports() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("s2n_external_") or name in {"helper_beside", "helper_of"}:
            del sys.modules[name]


def found_in(folder: Path | None, *injected: object) -> Catalog:
    return discover(injected, PLUGIN_PACKAGE, folder)


def test_the_packages_own_plugins_are_found_by_their_file_name() -> None:
    catalog = found_in(None)
    assert {"xss", "sqlinjection", "oscommand", "path_traversal"} <= set(catalog.plugins)
    assert catalog.broken == {}
    assert all(loaded.trusted and loaded.info.source == "built in" for loaded in catalog.plugins.values())
    assert all(name == loaded.info.id for name, loaded in catalog.plugins.items())


def test_a_users_file_wins_over_the_package_and_an_injected_one_over_both(tmp_path: Path) -> None:
    (tmp_path / "xss.py").write_text(PLUGIN)
    from_file = found_in(tmp_path).plugins["xss"]
    assert from_file.info.source == str(tmp_path / "xss.py")
    assert not from_file.trusted

    class Own(Echo):
        info = info("xss")

    own = Own()
    catalog = found_in(tmp_path, own)
    assert catalog.plugins["xss"].plugin is own
    assert catalog.plugins["xss"].info.source == "injected"
    assert not catalog.plugins["xss"].trusted
    assert len(catalog.plugins) == len(found_in(None).plugins)


def test_what_a_plugin_leaves_out_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(PLUGIN)
    loaded = found_in(tmp_path).plugins["hello"]
    assert (loaded.info.id, loaded.info.title, loaded.info.what) == ("hello", "hello", "Says hello.")
    assert (loaded.info.kind, loaded.info.severity) == ("active", Severity.MEDIUM)
    assert loaded.has("check")
    assert not loaded.has("run")


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("def Plugin(:\n", "SyntaxError", "torn.py, line 1"),
        ("x = 1\n", "TypeError", "no Plugin class or factory"),
        ("Plugin = 42\n", "TypeError", "no Plugin class or factory"),
        ("class Plugin: pass\n", "TypeError", "none of check, inspect, run"),
        ("class Plugin:\n    def __init__(self): raise OSError('no\\n  file')\n", "OSError", "no file"),
        ("class Plugin:\n    def __init__(self, x): pass\n", "TypeError", "missing 1 required"),
        ("import nothing_of_that_name\n", "ModuleNotFoundError", "nothing_of_that_name"),
        ("raise SystemExit(3)\n", "SystemExit", "3"),
        ("import sys\nsys.exit()\n", "SystemExit", "SystemExit"),
        ("1/0\n", "ZeroDivisionError", "division by zero"),
    ],
)
def test_a_broken_file_is_told_and_the_others_load(
    tmp_path: Path, code: str, kind: str, message: str
) -> None:
    (tmp_path / "torn.py").write_text(code)
    (tmp_path / "whole.py").write_text(PLUGIN)
    catalog = found_in(tmp_path)
    assert set(catalog.broken) == {"torn"}
    error = catalog.broken["torn"]
    assert error.error_type == kind
    assert message in error.message
    assert "\n" not in error.message
    assert "importlib" not in error.traceback
    assert "whole" in catalog.plugins
    assert "torn" not in catalog.plugins


def test_a_file_without_source_encoding_is_broken_too(tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00nonsense")
    assert set(found_in(tmp_path).broken) == {"bytes"}


def test_a_folder_is_a_plugin_with_helpers_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .helper_of import NAME\nimport helper_beside\n" + PLUGIN)
    (folder / "helper_of.py").write_text("NAME = 'n'\n")
    (tmp_path / "helper_beside.py").write_text("x = 1\n")
    catalog = found_in(tmp_path)
    assert catalog.plugins["big"].info.source == str(folder)
    assert set(catalog.broken) == {"helper_beside"}


def test_private_hidden_and_other_files_are_no_plugins(tmp_path: Path) -> None:
    for name in ("_helper.py", ".hidden.py", "readme.md", "data.json"):
        (tmp_path / name).write_text("raise AssertionError('must not be loaded')\n")
    for name in ("_private", "empty", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / "_private" / "__init__.py").write_text("raise AssertionError\n")
    (tmp_path / "folder.py").mkdir()
    assert found_in(tmp_path).plugins.keys() == found_in(None).plugins.keys()
    assert found_in(tmp_path).broken == {}


def test_loading_leaves_nothing_in_the_users_folder(tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text("import _helper\n" + PLUGIN)
    (tmp_path / "_helper.py").write_text("x = 1\n")
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = False
    try:
        assert "hello" in found_in(tmp_path).plugins
        assert sys.dont_write_bytecode is False
    finally:
        sys.dont_write_bytecode = writes
        sys.modules.pop("_helper", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_helper.py", "hello.py"]


def test_a_folder_that_is_not_there_holds_no_plugins(tmp_path: Path) -> None:
    assert found_in(tmp_path / "nowhere").plugins.keys() == found_in(None).plugins.keys()


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be read: Not a directory") as caught:
        found_in(tmp_path / "file")
    assert "--plugin-dir" in caught.value.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_without_permission_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(PLUGIN)
    for mode in (0o000, 0o400):
        tmp_path.chmod(mode)
        try:
            with pytest.raises(UsageError, match="Permission denied"):
                found_in(tmp_path)
        finally:
            tmp_path.chmod(0o700)


def test_an_injected_plugin_is_named_by_what_it_says_of_itself() -> None:
    class Named:
        name = "custom"

        def run(self, ctx: object) -> None:
            del ctx

    class Bare:
        def inspect(self, exchange: object) -> None:
            del exchange

    catalog = found_in(None, Named(), Bare(), Title())
    assert catalog.plugins["custom"].info.kind == "site"
    assert catalog.plugins["bare"].info.kind == "passive"
    assert catalog.plugins["title"].info.source == "injected"


def test_a_kind_that_the_hooks_contradict_is_corrected() -> None:
    class Wrong(Title):
        info = info("wrong", kind="active")

    assert adopt(Wrong(), "wrong", "injected").info.kind == "passive"


def test_an_injected_thing_without_hooks_is_refused() -> None:
    with pytest.raises(TypeError, match="none of check, inspect, run"):
        found_in(None, object())


def catalog_of(*plugins: Loaded, broken: dict[str, PluginError] | None = None) -> Catalog:
    return Catalog({loaded.info.id: loaded for loaded in plugins}, broken or {})


def loaded(name: str, **fields: object) -> Loaded:
    return Loaded(info(name, **fields), Echo(), trusted=True)


ALL = catalog_of(
    loaded("xss"),
    loaded("sqlinjection"),
    loaded("brute_force", intrusive=True),
    broken={"torn": PluginError(error_type="SyntaxError", message="torn.py, line 1")},
)


def chosen(**options: object) -> tuple[list[str], dict[str, str]]:
    plugins, skipped = select(ALL, ScanRequest(target_url="h", **options))  # type: ignore[arg-type]
    return [loaded.info.id for loaded in plugins], skipped


def test_all_run_but_the_intrusive_ones_and_it_says_why() -> None:
    names, skipped = chosen()
    assert names == ["sqlinjection", "xss"]
    assert skipped == {"brute_force": "intrusive; needs -y (--accept-risk)"}


def test_with_consent_the_intrusive_ones_run_too() -> None:
    assert chosen(accept_risk=True) == (["brute_force", "sqlinjection", "xss"], {})
    assert chosen(accept_risk=True, plugins=("brute_force",)) == (["brute_force"], {})


def test_only_those_that_are_named_run() -> None:
    assert chosen(plugins=("xss",)) == (["xss"], {})


def test_those_that_are_excluded_do_not_run() -> None:
    assert chosen(exclude_plugins=("xss",))[0] == ["sqlinjection"]
    assert chosen(exclude_plugins=("xss",))[1]["xss"] == "excluded by --exclude-plugin"


@pytest.mark.parametrize(
    ("options", "kind", "message", "remedy"),
    [
        ({"plugins": ("sqlinjektion",)}, UnknownPlugin, "no plugin 'sqlinjektion'", "did you mean sqlinj"),
        ({"exclude_plugins": ("xxs",)}, UnknownPlugin, "no plugin 'xxs'", "did you mean xss?"),
        ({"plugins": ("zzzzz",)}, UnknownPlugin, "no plugin 'zzzzz'", "`s2n plugins list`"),
        ({"plugins": ("torn",)}, PluginLoadError, "SyntaxError: torn.py, line 1", "plugins show torn"),
        ({"plugins": ("brute_force",)}, UsageError, "is intrusive", "-y"),
        ({"plugins": ("xss",), "exclude_plugins": ("xss",)}, UsageError, "no plugin is left", "-p"),
    ],
)
def test_what_cannot_be_done_is_refused(
    options: dict[str, object], kind: type[UsageError], message: str, remedy: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        chosen(**options)
    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 2
