"""Does a content security policy let injected script run?

Follows CSP Level 3: each policy of the response and of its ``<meta>`` elements must allow it; report-only
policies forbid nothing.
"""

import re
from enum import StrEnum

from msgspec import Struct

from s2n.model import Response
from s2n.s2nscanner.html import Document

Policy = dict[str, tuple[str, ...]]

_HASH_OR_NONCE = re.compile(r"'(?:nonce-|sha(?:256|384|512)-)[^']+'", re.IGNORECASE)


class Inline(StrEnum):
    """Ways to run inline script; the value is the directive that governs it before ``script-src``."""

    ELEMENT = "script-src-elem"
    HANDLER = "script-src-attr"
    URL = "script-src-elem "


class Csp(Struct, frozen=True):
    """The policies in force on one page."""

    policies: tuple[Policy, ...] = ()

    def allows(self, inline: Inline, nonce: str = "") -> bool:
        """Would inline script of this kind run? ``nonce`` is that of the script element it stands in."""
        return all(_allows(policy, inline, nonce) for policy in self.policies)


def csp_of(response: Response, document: Document | None = None) -> Csp:
    """The policies that the headers and the page itself set."""
    texts = [part for value in response.header_all("content-security-policy") for part in value.split(",")]
    if document is not None:
        texts += [
            meta.attr("content") or ""
            for meta in document.find_all("meta")
            if (meta.attr("http-equiv") or "").strip().lower() == "content-security-policy"
        ]
    return Csp(tuple(_parse(text) for text in texts if text.strip()))


def _parse(text: str) -> Policy:
    policy: Policy = {}
    for directive in text.split(";"):
        name, *sources = directive.split()[:200] or [""]
        if name:
            policy.setdefault(name.lower(), tuple(sources))
    return policy


def _allows(policy: Policy, inline: Inline, nonce: str) -> bool:
    if "sandbox" in policy and "allow-scripts" not in map(str.lower, policy["sandbox"]):
        return False
    for directive in (inline.strip(), "script-src", "default-src"):
        if directive in policy:
            return _sources_allow(policy[directive], inline, nonce)
    return True


def _sources_allow(sources: tuple[str, ...], inline: Inline, nonce: str) -> bool:
    lower = {source.lower() for source in sources}
    if inline is Inline.ELEMENT and nonce and f"'nonce-{nonce}'" in sources:
        return True
    if "'strict-dynamic'" in lower or any(_HASH_OR_NONCE.fullmatch(source) for source in sources):
        return False
    return "'unsafe-inline'" in lower
