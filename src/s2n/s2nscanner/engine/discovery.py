"""Finding plugins: injected ones, the package's own, and the user's files."""

import difflib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from s2n.errors import PluginLoadError, UnknownPlugin, UsageError
from s2n.model import PluginError, PluginInfo, Severity
from s2n.protocol import ScanRequest

HOOKS = ("check", "inspect", "run")
BUILT_IN = "built in"
INJECTED = "injected"


class Loaded(Struct, frozen=True):
    """A plugin ready to run. ``trusted``: our own, tested code; anything else gets a thread of its own."""

    info: PluginInfo
    plugin: Any
    trusted: bool

    def has(self, hook: str) -> bool:
        """Does it have this hook?"""
        return callable(getattr(self.plugin, hook, None))


class Catalog(Struct):
    """What was discovered, by id; later sources win over earlier ones."""

    plugins: dict[str, Loaded]
    broken: dict[str, PluginError]


def discover(injected: Sequence[object], package: str, folder: Path | None) -> Catalog:
    """Look in the three places; a plugin that cannot be loaded is in ``broken``, with its traceback."""
    catalog = Catalog({}, {})
    for name, module_name in _package_modules(package):
        _add(catalog, name, lambda m=module_name: importlib.import_module(m), BUILT_IN)
    for path in _plugin_files(folder):
        _add(catalog, path.stem, lambda p=path: import_file(p), str(path))
    for plugin in injected:
        loaded = adopt(plugin, _id_of(plugin), INJECTED)
        catalog.plugins[loaded.info.id] = loaded
        catalog.broken.pop(loaded.info.id, None)
    return catalog


def select(catalog: Catalog, scan: ScanRequest) -> tuple[list[Loaded], dict[str, str]]:
    """The plugins that run, and why the others do not.

    Raises:
        UnknownPlugin: ``-p`` or ``--exclude-plugin`` names one that nobody provides.
        PluginLoadError: ``-p`` names one that is broken.
        UsageError: ``-p`` names an intrusive one without ``--accept-risk``, or nothing is left to run.
    """
    for name in (*scan.plugins, *scan.exclude_plugins):
        _must_exist(name, catalog)
    chosen: list[Loaded] = []
    skipped: dict[str, str] = {}
    for name, loaded in sorted(catalog.plugins.items()):
        if scan.plugins and name not in scan.plugins:
            continue
        if name in scan.exclude_plugins:
            skipped[name] = "excluded by --exclude-plugin"
        elif loaded.info.intrusive and not scan.accept_risk:
            if name in scan.plugins:
                raise UsageError(
                    f"plugin {name} is intrusive: {loaded.info.what}", "add -y (--accept-risk) to run it"
                )
            skipped[name] = "intrusive; needs -y (--accept-risk)"
        else:
            chosen.append(loaded)
    if not chosen:
        raise UsageError("no plugin is left to run", "name fewer in --exclude-plugin, or others with -p")
    return chosen, skipped


def adopt(plugin: object, name: str, source: str) -> Loaded:
    """Wrap a plugin instance; what its ``info`` leaves out is filled in.

    Raises:
        TypeError: it has none of the hooks.
    """
    hooks = [hook for hook in HOOKS if callable(getattr(plugin, hook, None))]
    if not hooks:
        raise TypeError(f"Plugin() gave a {type(plugin).__name__} with none of {', '.join(HOOKS)}")
    kind: Literal["active", "passive", "site"] = (
        "active" if "check" in hooks else "site" if "run" in hooks else "passive"
    )
    given = getattr(plugin, "info", None)
    if isinstance(given, PluginInfo):
        info = replace(given, id=name, source=source)
        if info.kind != kind:
            info = replace(info, kind=kind)
    else:
        title = str(getattr(plugin, "title", "") or getattr(plugin, "name", "") or name)
        what = str(getattr(plugin, "description", "") or inspect.getdoc(plugin) or "")
        info = PluginInfo(
            id=name,
            title=title,
            severity=Severity.MEDIUM,
            what=what,
            kind=kind,
            changes=True,  # nobody knows what it sends
            max_requests=2000 if kind == "site" else 200,
            source=source,
        )
    return Loaded(info, plugin, trusted=source == BUILT_IN)


def _must_exist(name: str, catalog: Catalog) -> None:
    if name in catalog.plugins:
        return
    if name in catalog.broken:
        error = catalog.broken[name]
        raise PluginLoadError(
            f"plugin {name} cannot be loaded: {error.error_type}: {error.message}",
            f"mend {name}.py, or leave it out: `s2n plugins show {name}` prints the traceback",
        )
    near = difflib.get_close_matches(name, catalog.plugins, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UnknownPlugin(
        f"there is no plugin {name!r}",
        f"{hint}`s2n plugins list` shows all; your own are looked for in --plugin-dir and ./s2n-plugins",
    )


def _package_modules(package: str) -> Iterable[tuple[str, str]]:
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        if not module.name.startswith("_"):
            yield module.name, f"{package}.{module.name}"


def _plugin_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return [path for path in sorted(folder.iterdir()) if _is_plugin(path)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(
            f"the plugin folder {folder} cannot be read: {error.strerror}",
            "make it readable for this user, or name another with --plugin-dir",
        ) from error


def _is_plugin(path: Path) -> bool:
    if path.name.startswith(("_", ".")):
        return False
    return (path.suffix == ".py" and path.is_file()) or (path / "__init__.py").is_file()


def import_file(path: Path) -> ModuleType:
    """The user's file, or package, as a module; raises whatever it raises."""
    name = f"s2n_external_{path.stem}"
    if path.is_dir():
        spec = importlib.util.spec_from_file_location(
            name, path / "__init__.py", submodule_search_locations=[str(path)]
        )
    else:
        spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.append(folder)  # so that a plugin can import a helper module that lies beside it
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # the folder is the user's, and mounted read-only
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    finally:
        sys.dont_write_bytecode = writes
    return module


def _add(catalog: Catalog, name: str, load: Any, source: str) -> None:
    try:
        module = load()
        factory = getattr(module, "Plugin", None)
        if not callable(factory):
            raise TypeError("the module has no Plugin class or factory")  # noqa: TRY301 -- one handler for all
        catalog.plugins[name] = adopt(factory(), name, source)
        catalog.broken.pop(name, None)
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a foreign module raises must not end the scan
        catalog.broken[name] = PluginError(
            error_type=type(error).__name__, message=_one_line(error), traceback=_own_traceback(error, source)
        )


def _own_traceback(error: BaseException, source: str) -> str:
    """The traceback from the plugin's file on: how s2n got there is nobody's concern."""
    frames = traceback.TracebackException.from_exception(error)
    own = [i for i, frame in enumerate(frames.stack) if frame.filename.startswith(source)]
    if own or source != BUILT_IN:
        frames.stack = traceback.StackSummary.from_list(list(frames.stack)[own[0] :] if own else [])
    return "".join(frames.format())


def _one_line(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.msg} ({Path(error.filename).name}, line {error.lineno})"
    return " ".join(str(error).split()) or type(error).__name__


def _id_of(plugin: object) -> str:
    info = getattr(plugin, "info", None)
    if isinstance(info, PluginInfo):
        return info.id
    return str(getattr(plugin, "id", "") or getattr(plugin, "name", "") or type(plugin).__name__.lower())
