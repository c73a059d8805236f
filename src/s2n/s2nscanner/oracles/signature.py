"""A file's content is the witness: it shows in the attack, and in nothing harmless that looks like it."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from s2n.model import Confidence, Exchange
from s2n.s2nscanner.oracles.probe import Probe
from s2n.s2nscanner.oracles.proof import Proof

MAX_TEXT = 1 << 20
"""Characters of a body that are searched."""

_JSON_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|[bfnrt\"/\\])")
_JSON_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# Long enough that no word is one, whole quartets, so that it decodes.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Signature(Struct, frozen=True):
    """How the content of a known file looks; ``what`` names the file in evidence."""

    what: str
    pattern: re.Pattern[str]

    def find(self, text: str) -> str | None:
        """The matching text in a body, also where the page wrote it as HTML, JSON or base64."""
        for view in _views(text[:MAX_TEXT]):
            if match := self.pattern.search(view):
                return match[0]
        return None


class Spelling(Struct, frozen=True):
    """One attack and the harmless values of its shape: ``controls`` must not show the signature."""

    attack: str
    controls: Sequence[str]


async def prove_signature(
    probe: Probe, signature: Signature, spell: Callable[[], Spelling], *, raw: bool = False
) -> Proof | None:
    """Show that the attack brings in ``signature``'s file, while baseline and controls do not.

    ``spell`` is called for every round and should vary what may vary (depth, names), so that a page that
    quotes one well-known attack is not believed twice. Costs one request when nothing is found.
    """
    spelling = spell()
    attack = await probe.send(spelling.attack, raw=raw)
    marker = signature.find(attack.response.text)
    if marker is None or marker in spelling.attack:
        return None
    if signature.find(probe.baseline.response.text) is not None:
        return None
    controls: list[Exchange] = []
    for value in spelling.controls:
        control = await probe.send(value, raw=raw)
        if signature.find(control.response.text) is not None:
            return None
        controls.append(control)
    return Proof(
        exchange=attack,
        control=controls[0] if controls else None,
        payload=spelling.attack,
        evidence=f"The response holds the content of {signature.what}: {marker[:120]}",
        marker=marker if marker in attack.response.text else "",
        confidence=Confidence.CERTAIN,
        again=lambda: prove_signature(probe, signature, spell, raw=raw),
    )


def _views(text: str) -> Iterator[str]:
    """``text`` as it stands, then with the encodings undone in which pages and APIs show a file."""
    yield text
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _JSON_ESCAPE.sub(_unescaped, text)
    for match in _BASE64.finditer(text):
        try:
            yield base64.b64decode(match[0], validate=True).decode("latin-1")
        except binascii.Error:
            continue


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else _JSON_SHORT.get(code, code)
