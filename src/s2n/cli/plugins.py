"""``s2n plugins``: what the scanner can detect, external plugins included."""

import difflib
import os
from argparse import Namespace
from pathlib import Path

import msgspec

from s2n.cli.folders import plugin_folder
from s2n.cli.follow import as_error
from s2n.cli.main import COMMANDS
from s2n.cli.runtime import RUNTIME_OPTIONS, choose_runtime
from s2n.cli.runtime.base import agreed
from s2n.cli.terminal import inform, plain, write_stdout
from s2n.errors import PluginLoadError, RuntimeFailed, UnknownPlugin, UsageError
from s2n.model import PluginError, PluginInfo
from s2n.options import HostOptions, Parser, build_parser, resolve
from s2n.protocol import Catalogue, Failed, Job

_OPTIONS = {"output_format", "plugin_dir", "config", *RUNTIME_OPTIONS}


def parser(action: str = "") -> Parser:
    """The parser of what follows ``plugins``, or ``plugins list`` and ``plugins show``."""
    parser = build_parser(
        f"s2n plugins {action}".rstrip(),
        [HostOptions],
        COMMANDS["plugins"][1],
        keep=lambda option: option.name in _OPTIONS,
        usage={"": "[list|show ID] [OPTIONS]", "show": "ID [OPTIONS]"}.get(action, "[OPTIONS]"),
    )
    if action == "show":
        parser.add_argument("plugin", metavar="ID", help="The plugin's id.")
    return parser


def run(argv: list[str]) -> int:
    """List the plugins, or show one."""
    action, args = _parse(argv)
    # A catalogue has no target; every other source of options counts as it does for a scan.
    _, host = resolve(args, os.environ, Path.cwd(), target="http://localhost/")
    catalogue = discover(host)
    shown: Catalogue | PluginInfo = catalogue if action == "list" else find(catalogue, args.plugin)
    match getattr(args, "output_format", "console"):
        case "json":
            write_stdout(msgspec.json.format(msgspec.json.encode(shown)) + b"\n")
        case "console":
            write_stdout(table(shown) if isinstance(shown, Catalogue) else page(shown))
        case other:
            raise UsageError(f"plugins are not shown as {other}", "use console or json")
    return 0


def discover(host: HostOptions) -> Catalogue:
    """Ask the runner which plugins there are.

    Raises:
        S2nError: it cannot be asked, or says why it cannot answer.
    """
    folder = plugin_folder(host.plugin_dir, os.environ, Path.cwd())
    runtime = choose_runtime(host, inform)
    session = runtime.start(Job(command="plugins", lifeline=True), folder, lambda _: None)
    catalogue: Catalogue | None = None
    try:
        for event in agreed(session.events()):
            if isinstance(event, Failed):
                raise as_error(event)
            if isinstance(event, Catalogue):
                catalogue = event
    finally:
        session.close()
    if catalogue is None:
        raise RuntimeFailed("the runner named no plugins", "reinstall s2n")
    return catalogue


def find(catalogue: Catalogue, plugin: str) -> PluginInfo:
    """The plugin of that id.

    Raises:
        UnknownPlugin: there is none; names the nearest.
        PluginLoadError: it is there, and broken.
    """
    for info in catalogue.plugins:
        if info.id == plugin:
            return info
    if plugin in catalogue.broken:
        raise PluginLoadError(
            _why_broken(plugin, catalogue.broken[plugin]), "mend the file, then run this again"
        )
    near = difflib.get_close_matches(plugin, [info.id for info in catalogue.plugins], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`s2n plugins list` shows all of them"
    raise UnknownPlugin(f"there is no plugin {plugin!r}", hint)


def table(catalogue: Catalogue) -> bytes:
    """One plugin a line, broken ones last."""
    width = max((len(info.id) for info in catalogue.plugins), default=0)
    lines = [
        f"{info.id:<{width}}  {info.severity:<8}  {info.kind:<7}  {plain(info.title)}"
        + ("  [intrusive, needs -y]" if info.intrusive else "")
        + ("" if info.source == "built in" else f"  ({plain(info.source)})")
        for info in sorted(catalogue.plugins, key=lambda info: info.id)
    ]
    lines += [f"BROKEN  {_why_broken(name, error)}" for name, error in sorted(catalogue.broken.items())]
    return "".join(f"{line}\n" for line in lines).encode()


def page(info: PluginInfo) -> bytes:
    """All that a plugin says of itself."""
    facts = {
        "Severity": info.severity,
        "Kind": f"{info.kind}{', intrusive (needs -y)' if info.intrusive else ''}",
        "CWE": info.cwe,
        "OWASP": info.owasp,
        "WSTG": info.wstg,
        "CVSS": f"{info.cvss_score or ''} {info.cvss_vector}".strip(),
        "Requests": f"at most {info.max_requests} {'a scan' if info.kind == 'site' else 'an input point'}"
        if info.kind != "passive"
        else "none",
        "Source": info.source,
    }
    lines = [plain(f"{info.id}: {info.title}"), ""]
    lines += [plain(f"{name:<10}{value}") for name, value in facts.items() if value]
    for heading, text in (("What", info.what), ("Why it matters", info.why), ("How to fix it", info.fix)):
        if text:
            lines += ["", heading, *(f"  {plain(line)}" for line in text.splitlines())]
    if info.references:
        lines += ["", "References", *(f"  {plain(link)}" for link in info.references)]
    return ("\n".join(lines) + "\n").encode()


def _parse(argv: list[str]) -> tuple[str, Namespace]:
    action = argv[0] if argv and not argv[0].startswith("-") else ""
    if action not in {"", "list", "show"}:
        parser().error(f"{action!r} is neither list nor show")
    return action or "list", parser(action).parse_args(argv[1:] if action else argv)


def _why_broken(plugin: str, error: PluginError) -> str:
    return plain(f"{plugin}: {error.error_type}: {error.message}")
