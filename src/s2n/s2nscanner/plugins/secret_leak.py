"""Credentials in what everybody can read: pages, scripts, source maps, API answers."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from math import log2

import msgspec

from s2n.s2nscanner.sdk import (
    Claim,
    Confidence,
    Exchange,
    PluginInfo,
    Response,
    Severity,
    disclosure,
    entries,
    report,
)

MAX_TEXT = 2 << 20
"""Characters of a body that are searched."""

NEAR = 300
MAX_PLACES = 3000
"""Places of one rule's words in a body that are looked at."""

MAX_CLAIMS = 10
MIN_ENTROPY = 3.0
"""Bits a character: words and counting have less, random letters and digits more."""

MIN_LENGTH = 4
"""Characters; what is shorter is told apart from prose by nothing."""

_GUESSED = "in an assignment"
_PLACEHOLDER = re.compile(
    r"(?i)example|sample|dummy|fake|placeholder|change.?(me|this|it)|replace|redacted|insert|todo|your[_-]?|my[_-]?(secret|"
    r"key|pass)|xxx|\*\*\*|\.\.\.|…|<|\$\{|\{\{|%\(|%s|0{6}|1234|abcde|lorem|foobar|localhost|^(secret|password)\d*$"
    r"|^process\.|^env[.:(]|^import\.|^this\."
)
_TEXTUAL = re.compile(
    r"^(text/|application/(\w+\+)?(json|xml|(x-)?javascript|ecmascript|x-yaml|manifest))|^$"
)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one kind of credential looks; the fields are explained at the top of the data file."""

    title: str
    words: tuple[str, ...]
    looks: str
    severity: Severity
    near: str = ""
    public: str = ""
    entropy: float = MIN_ENTROPY
    span: int = 200

    def find(self, text: str) -> Iterator[str]:
        """Each secret of this kind in ``text``, placeholders left out."""
        for match in self._matches(text):
            secret = match["secret"] if "secret" in match.re.groupindex else match[0]
            around = text[max(match.start() - NEAR, 0) : match.end() + NEAR]
            if self.near and not re.search(self.near, around):
                continue
            if self.public and re.search(self.public, around):
                continue
            shown = unescape(secret).strip("\"'`")  # ``:&quot;&quot;@`` in a page is an empty password
            if len(shown) >= MIN_LENGTH and entropy(shown) >= self.entropy and not _PLACEHOLDER.search(shown):
                yield secret

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        """Matches around the words: plain search first, as an expression alone takes ten times as long."""
        pattern = re.compile(self.looks)
        begin = end = 0
        for at in sorted(_places(_lower(text), self.words))[:MAX_PLACES]:
            if at - self.span > end:
                yield from pattern.finditer(text, begin, end)
                begin = max(at - self.span, 0)
            end = at + self.span
        yield from pattern.finditer(text, begin, end)


@lru_cache(maxsize=1)
def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text  # a few letters have longer small ones


def _places(text: str, words: tuple[str, ...]) -> Iterator[int]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + len(word))


def rules() -> tuple[Rule, ...]:
    """What to look for, from the data file beside this module."""
    return entries(__file__, Rule)


class Plugin:
    """One finding for each secret and origin; the report never holds the secret itself."""

    info = PluginInfo(
        id="secret_leak",
        title="Secret is shown",
        severity=Severity.HIGH,
        cwe="CWE-798",
        owasp="A07:2021",
        wstg="WSTG-INFO-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=7.5,
        what="A key, token or password for another system stands in what the site sends to its visitors.",
        why="Whoever reads it can act as the site towards that system: read its data, spend its money, send "
        "in its name.",
        fix="Revoke the secret, since it must be taken as known, and give the new one only to the server. "
        "Let pages ask the server to act for them.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/798.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each secret, the surest rule first."""
        response = exchange.response
        if not _TEXTUAL.match(response.content_type) or b"\0" in response.body[:1024]:
            return
        seen: list[str] = []
        for rule in rules():
            for secret in rule.find(response.text[:MAX_TEXT]):
                if len(seen) == MAX_CLAIMS or any(secret in other or other in secret for other in seen):
                    continue
                seen.append(secret)
                yield _claim(exchange, rule, secret)


def _claim(exchange: Exchange, rule: Rule, secret: str) -> Claim:
    guessed = rule.title.endswith(_GUESSED)
    shown = masked(secret)
    return report(
        exchange,
        f"{rule.title}: {shown} ({len(secret)} characters) in {_medium(exchange.response)}.",
        title=f"{rule.title} is shown",
        marker=secret,
        masked=(secret,),
        confidence=Confidence.TENTATIVE if guessed else Confidence.FIRM,
        cwe="CWE-200" if rule.severity is Severity.LOW else "",
        variant=f"{rule.title}: {shown}",
        per_site=True,
        **disclosure(rule.severity),
    )


def _medium(response: Response) -> str:
    if response.is_html:
        return "a page"
    return "a script" if "script" in response.content_type else response.content_type or "an answer"


def masked(secret: str) -> str:
    """Enough of a secret to know it again: the first four and the last two characters."""
    flat = " ".join(secret.split())
    return f"{flat[:4]}…{flat[-2:]}" if len(flat) >= 12 else f"{flat[:1]}…"


def entropy(text: str) -> float:
    """Shannon's entropy of the characters, in bits each."""
    counts = Counter(text).values()
    return -sum(count / len(text) * log2(count / len(text)) for count in counts)
