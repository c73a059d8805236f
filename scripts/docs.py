# ruff: noqa: INP001 -- a script that is run by its path, in no package
"""Generates docs/cli.md, docs/plugins.md and the JSON Schemas in docs from the code they describe.

``--check`` changes nothing and fails if a page is stale.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from s2n.cli.completion import parser_of
from s2n.cli.main import COMMANDS
from s2n.cli.plugins import discover
from s2n.model import PluginInfo
from s2n.options import GROUPS, OWNERS, CrawlOptions, HostOptions, Option, is_for_a_crawl, options_of
from s2n.protocol import Catalogue
from s2n.report import as_json, as_site_json

DOCS = Path(__file__).resolve().parent.parent / "docs"
MEND = "make docs"

INTRO = """\
`s2n COMMAND --help` shows the same.

Exit codes: 0 nothing at or above `--fail-on`; 1 findings at or above it; 2 wrong use or configuration;
3 not tested; 4 the scanner failed; 130 interrupted (a partial report is written).

## The options of a scan

Each option can be given in three ways. Where several give it, the command line counts before the variable,
and the variable before the config file; a list is replaced as a whole. The config file is `s2n.toml`,
`s2n.yaml` or `s2n.yml` in the current folder, or what `-c` names. Times are written `90s`, `10m`, `2h`; sizes
`512k`, `8M`. In a variable, each item of a list stands on a line of its own; where the command line takes
commas, so does the variable.
"""

CRAWL = """\
## The options of a crawl

`s2n crawl` takes those above, in the same three ways, but for {}. Its own are given on the command line only:
"""


def generated() -> str:
    """The line that keeps people from editing the page."""
    return f"<!-- Generated from the code by `{MEND}`; edit the code instead. -->\n"


def cli_page() -> str:
    """The commands and every option, with its key, its variable and its default."""
    options = [option for owner in OWNERS for option in options_of(owner) if not option.hidden]
    commands = ((f"`{parser_of(name).usage}`", text) for name, (_, text) in COMMANDS.items())
    parts = [
        generated(),
        "# The command line\n",
        _table(("Command", "What it does"), commands),
        INTRO,
    ]
    for group, title in GROUPS.items():
        rows = [_option_row(option) for option in options if option.group == group]
        parts += [f"### {title[0].upper()}{title[1:]}\n"]
        parts += [_table(("Option", "Config key", "Variable", "Default", ""), rows)]
    absent = (f"`{option.flag}`" for option in options if not is_for_a_crawl(option))
    rows = [(_flags(option), option.help) for option in options_of(CrawlOptions)]
    parts += [CRAWL.format(", ".join(absent)), _table(("Option", ""), rows)]
    return "\n".join(parts)


def plugins_page(catalogue: Catalogue) -> str:
    """What each built-in plugin says of itself."""
    infos = sorted(catalogue.plugins, key=lambda info: info.id)
    rows = (
        (f"[`{i.id}`](#{i.id})", i.title, i.severity.value, i.cwe, f"{i.kind}{', intrusive' * i.intrusive}")
        for i in infos
    )
    parts = [generated(), "# The plugins\n", _table(("Id", "Title", "Severity", "CWE", "Kind"), rows)]
    parts += [_plugin_section(info) for info in infos]
    return "\n".join(parts)


def schema_page(schema: dict[str, Any]) -> str:
    """A JSON Schema as a file."""
    return json.dumps(schema, indent=2) + "\n"


def built_in() -> Catalogue:
    """The plugins of the package alone: an empty folder stands for the user's."""
    with tempfile.TemporaryDirectory() as nothing:
        catalogue = discover(HostOptions(plugin_dir=nothing, runtime="local"))
    if catalogue.broken:
        raise SystemExit(f"broken plugins: {', '.join(catalogue.broken)}")
    return catalogue


def pages() -> dict[str, str]:
    """Every generated page, by name."""
    return {
        "cli.md": cli_page(),
        "plugins.md": plugins_page(built_in()),
        "report.schema.json": schema_page(as_json.schema()),
        "site.schema.json": schema_page(as_site_json.schema()),
    }


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """The pages in ``folder`` that are not what the code says."""
    return [
        name
        for name, text in wanted.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main(argv: list[str] | None = None) -> int:
    """Write the pages that are stale, or only name them; 1 if there are any to name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a page is stale, and change nothing")
    parser.add_argument("--folder", type=Path, default=DOCS)
    args = parser.parse_args(argv)
    wanted = pages()
    outdated = stale(args.folder, wanted)
    if args.check and outdated:
        sys.stderr.write(f"stale: {', '.join(outdated)} in {args.folder}; mend it with: {MEND}\n")
        return 1
    args.folder.mkdir(exist_ok=True)
    for name in outdated:
        (args.folder / name).write_text(wanted[name], encoding="utf-8")
        sys.stderr.write(f"written: {args.folder / name}\n")
    return 0


def _option_row(option: Option) -> tuple[str, ...]:
    key = "" if option.name == "config" else f"`{option.names[0]}`"
    return (
        _flags(option),
        key,
        f"`S2N_{option.names[0].upper()}`",
        f"`{option.shown_default}`" if option.shown_default else "",
        option.help,
    )


def _flags(option: Option) -> str:
    metavar = "|".join(option.choices) or option.metavar
    flags = ", ".join(f"`{flag}`" for flag in option.flags)
    if option.kind == "flag" and not option.flag.startswith("--no-"):
        flags += f", `--no-{option.flag[2:]}`"
    return flags + (f" `{metavar}`" if metavar else "")


def _plugin_section(info: PluginInfo) -> str:
    lines = [f"## {info.id}\n", f"**{info.title}** · {info.severity.value} · {info.cwe}\n"]
    for heading, text in (("What", info.what), ("Why it matters", info.why), ("How to fix it", info.fix)):
        if text:
            lines.append(f"{heading}: {text}\n")
    if info.references:
        lines.append("\n".join(f"- <{link}>" for link in info.references) + "\n")
    return "\n".join(lines)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(head), *(tuple(row) for row in rows)]
    lines.insert(1, ("---",) * len(lines[0]))
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
