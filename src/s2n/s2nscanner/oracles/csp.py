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

ANY_HOST = frozenset({"*", "http:", "https:", "data:", "blob:", "http://*", "https://*"})
"""Sources that let in scripts which anybody can provide."""

# Hosts where anybody can publish scripts, or that wrap any call in one (JSONP); after CSP Evaluator.
MAX_POLICIES = 50
"""Policies of a page that are read: each header may hold a list of them."""

_OPEN_HOSTS = re.compile(
    r"(?i)^(?:https?://)?(?:\*|cdn\.jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|esm\.sh|cdn\.skypack\.dev"
    r"|ajax\.googleapis\.com|storage\.googleapis\.com|\*\.googleapis\.com|\*\.google\.com|accounts\.google\.com"
    r"|raw\.githubusercontent\.com|raw\.githack\.com|\*\.github\.io|gist\.github\.com|\*\.cloudfront\.net"
    r"|\*\.amazonaws\.com|s3\.amazonaws\.com|\*\.herokuapp\.com|\*\.azureedge\.net|pastebin\.com)(?::\d+)?/?$"
)
_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_CODE = ("script-src", "default-src")

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

    def allows_data(self) -> bool:
        """Would a script from a ``data:`` URL run?"""
        return all(_allows_data(policy) for policy in self.policies)


class Weakness(Struct, frozen=True):
    """What a policy lets happen; completes "the policy …". ``slight``: only along with another flaw."""

    text: str
    slight: bool = False


def weaknesses(csp: Csp) -> list[Weakness]:
    """What the policies, which must all allow it, leave open to an attacker who can inject markup.

    After CSP Level 3 and Google's CSP Evaluator; without any policy there is nothing to judge.
    """
    policies = csp.policies
    if not policies:
        return []
    out = []
    if csp.allows(Inline.ELEMENT):
        out.append(Weakness("lets inline scripts run"))
    elif all(_allows_any_host(policy) for policy in policies):
        out.append(Weakness("lets scripts of any host run"))
    else:
        hosts = [
            {host for host in _governing(policy, _SCRIPTS) if _OPEN_HOSTS.match(host)} for policy in policies
        ]
        if all(hosts) and not any("'strict-dynamic'" in _governing(policy, _SCRIPTS) for policy in policies):
            where = ", ".join(sorted(set().union(*hosts)))
            out.append(Weakness(f"lets scripts run that anybody can publish, on {where}"))
    if all("'unsafe-eval'" in _governing(policy, _CODE) for policy in policies):
        out.append(Weakness("lets text be run as code ('unsafe-eval')"))
    keyed = any(
        _HASH_OR_NONCE.fullmatch(each) for policy in policies for each in _governing(policy, _SCRIPTS)
    )
    if keyed and not any("base-uri" in policy for policy in policies):
        out.append(Weakness("lets a <base> element move scripts of relative URLs (no base-uri)", slight=True))
    if not any({"object-src", "default-src"} & policy.keys() for policy in policies):
        out.append(Weakness("lets any object be embedded (no object-src)", slight=True))
    return out


def csp_of(response: Response, document: Document | None = None) -> Csp:
    """The policies that the headers and the page itself set."""
    texts = [part for value in response.header_all("content-security-policy") for part in value.split(",")]
    if document is not None:
        texts += [
            meta.attr("content") or ""
            for meta in document.find_all("meta")
            if (meta.attr("http-equiv") or "").strip().lower() == "content-security-policy"
        ]
    return Csp(tuple(_parse(text) for text in texts[:MAX_POLICIES] if text.strip()))


def _governing(policy: Policy, names: tuple[str, ...]) -> set[str]:
    """The sources of the first of these directives; of none, any host and text as code."""
    name = next((name for name in names if name in policy), None)
    if name is None:
        return {"*", "'unsafe-eval'"}
    return {source if "nonce-" in source or "sha" in source else source.lower() for source in policy[name]}


def _allows_any_host(policy: Policy) -> bool:
    sources = _governing(policy, _SCRIPTS)
    return bool(sources & ANY_HOST) and "'strict-dynamic'" not in sources


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


def _allows_data(policy: Policy) -> bool:
    if "sandbox" in policy and "allow-scripts" not in map(str.lower, policy["sandbox"]):
        return False
    sources = _governing(policy, _SCRIPTS)
    ruled = any(name in policy for name in _SCRIPTS)
    return not ruled or ("data:" in sources and "'strict-dynamic'" not in sources)


def _sources_allow(sources: tuple[str, ...], inline: Inline, nonce: str) -> bool:
    lower = {source.lower() for source in sources}
    if inline is Inline.ELEMENT and nonce and f"'nonce-{nonce}'" in sources:
        return True
    if "'strict-dynamic'" in lower or any(_HASH_OR_NONCE.fullmatch(source) for source in sources):
        return False
    return "'unsafe-inline'" in lower
