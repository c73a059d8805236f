"""Front-end libraries in versions with known flaws, recognised by URL and by their code.

The data file beside this module is made of retire.js' by scripts/update_libraries.py.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin

import msgspec

from s2n.s2nscanner.sdk import Claim, Exchange, PluginInfo, Severity, parse_html, report

MAX_CODE = 2 << 20
"""Characters of a script that are searched; libraries name themselves near their beginning."""

MEDIUM = (Severity.MEDIUM, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)
LOW = (Severity.LOW, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1)
"""That a library has a flaw does not show that the site can be attacked through it: at most medium."""

_RANK = {"low": 0, "medium": 1, "high": 2, "critical": 3}
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+(?:[-.]?[0-9a-z]+)*")


class Detector(msgspec.Struct, frozen=True):
    """A pattern; ``needle`` must be in the text for it to match, ``version`` composes its groups."""

    looks: str
    needle: str
    version: str = r"\1"

    def find(self, text: str) -> str | None:
        """The version that ``text`` names."""
        if self.needle not in text:
            return None
        match = re.search(self.looks, text)
        if match is None:
            return None
        number = _VERSION.match(re.sub(r"[.-]min$", "", match.expand(self.version)))
        return number[0] if number else None


class Flaw(msgspec.Struct, frozen=True):
    """A known vulnerability of all versions below one, from another on."""

    below: str
    severity: str
    since: str = msgspec.field(default="0", name="from")
    ids: tuple[str, ...] = ()
    summary: str = ""
    link: str = ""

    def concerns(self, version: str) -> bool:
        """Has ``version`` this flaw?"""
        return key(self.since) <= key(version) < key(self.below)


class Library(msgspec.Struct, frozen=True):
    """How a library shows itself, and what is wrong with it."""

    name: str
    uri: tuple[Detector, ...]
    file: tuple[Detector, ...]
    code: tuple[Detector, ...]
    flaws: tuple[Flaw, ...]


class Libraries(msgspec.Struct, frozen=True):
    """The whole data file."""

    source: str
    libraries: tuple[Library, ...]


@cache
def libraries() -> tuple[Library, ...]:
    """What is known, from the data file beside this module."""
    return msgspec.json.decode(Path(__file__).with_suffix(".json").read_bytes(), type=Libraries).libraries


def key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Orders versions: number by number, and what leads to a release (``beta``, ``rc``) before it."""
    digits = re.match(r"[0-9]{0,9}(?:\.[0-9]{1,9})*", version)
    assert digits is not None  # it matches nothing at least
    numbers = [int(number) for number in digits[0].split(".") if number]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    rest = version[digits.end() :]
    return tuple(numbers), not rest, rest


class Plugin:
    """One finding for each library and version of a site."""

    info = PluginInfo(
        id="vulnerable_library",
        title="Library with known flaws is used",
        severity=Severity.MEDIUM,
        cwe="CWE-1395",
        owasp="A06:2021",
        wstg="WSTG-CLNT-13",
        cvss_vector=MEDIUM[1],
        cvss_score=MEDIUM[2],
        what="A page uses a JavaScript library in a version whose flaws are published.",
        why="Attackers know these flaws and how to use them; most let text of the page become script.",
        fix="Update the library, and have your build tell you of the next flaw (npm audit, Dependabot).",
        references=(
            "https://owasp.org/Top10/A06_2021-Vulnerable_and_Outdated_Components/",
            "https://retirejs.github.io/retire.js/",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each library that the response links or holds."""
        response = exchange.response
        if response.status != 200:
            return
        seen: set[tuple[str, str]] = set()
        for library, version, where in _found(exchange):
            flaws = [flaw for flaw in library.flaws if flaw.concerns(version)]
            if flaws and (library.name, version) not in seen:
                seen.add((library.name, version))
                yield _claim(exchange, library, version, where, flaws)


def _found(exchange: Exchange) -> Iterator[tuple[Library, str, str]]:
    if exchange.response.is_html:
        document = parse_html(exchange.response.text)
        inline = []
        for script in document.find_all("script"):
            source = script.attrs.get("src")
            if source:
                with suppress(ValueError):  # "http://[" loads nothing
                    yield from by_url(urljoin(exchange.request.url, str(source)), str(source))
            else:
                inline.append(script.text)
        yield from by_code("\n".join(inline), "a script in the page")
    elif _is_script(exchange):
        yield from by_url(exchange.request.url, exchange.request.path)
        yield from by_code(exchange.response.text, exchange.request.path)


def _is_script(exchange: Exchange) -> bool:
    kind = exchange.response.content_type
    return kind.endswith(("javascript", "ecmascript")) or (
        kind in {"", "text/plain", "application/octet-stream"}
        and exchange.request.path.endswith((".js", ".mjs"))
    )


def by_url(url: str, where: str) -> Iterator[tuple[Library, str, str]]:
    """Libraries and versions that a script's URL names."""
    path = unquote(url.partition("?")[0].partition("#")[0])
    name = path.rpartition("/")[2]
    for library in libraries():
        versions = [version for detector in library.uri if (version := detector.find(path))]
        if not versions:
            full = (Detector(f"^(?:{one.looks})$", one.needle, one.version) for one in library.file)
            versions = [version for detector in full if (version := detector.find(name))]
        if versions:
            yield library, versions[0], where


def by_code(code: str, where: str) -> Iterator[tuple[Library, str, str]]:
    """Libraries and versions that a script's code names."""
    text = code[:MAX_CODE]
    for library in libraries():
        versions = (version for detector in library.code if (version := detector.find(text)))
        if version := next(versions, ""):
            yield library, version, where


def _claim(exchange: Exchange, library: Library, version: str, where: str, flaws: list[Flaw]) -> Claim:
    worst = max(flaws, key=lambda flaw: _RANK.get(flaw.severity, 1))
    severity, vector, score = LOW if worst.severity == "low" else MEDIUM
    known = list(dict.fromkeys(name for flaw in flaws for name in flaw.ids or (flaw.summary,)))
    links = [f"https://nvd.nist.gov/vuln/detail/{name}" for name in known if name.startswith("CVE-")]
    links += [f"https://github.com/advisories/{name}" for name in known if name.startswith("GHSA-")]
    links += [flaw.link for flaw in flaws if flaw.link]
    more = f" and {len(known) - 6} more" if len(known) > 6 else ""
    return report(
        exchange,
        f"{where} is {library.name} {version}: {'; '.join(known[:6])}{more} (at worst {worst.severity}).",
        title=f"{library.name} {version} has known flaws",
        marker=version if version in exchange.response.text else "",
        severity=severity,
        cvss_vector=vector,
        cvss_score=score,
        references=tuple(links[:6]),
        variant=f"{library.name} {version}",
        per_site=True,
    )
