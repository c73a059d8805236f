"""Addresses, host names and paths from inside the network that a response shows to the outside."""

import ipaddress
import re
from collections.abc import Iterator

from s2n.s2nscanner.sdk import Claim, Exchange, PluginInfo, Response, Severity, disclosure, own_text, report

MAX_TEXT = 1 << 20
"""Characters of a body that are searched."""

# Four numbers that no version, no longer number and no netmask surrounds.
_IPV4 = re.compile(r"(?<![\w.+-])(?:(?<!/)|(?<=//))(?:10|127|172|192)(?:\.\d{1,3}){3}(?![\w.]*\w|/\d)")
_ULA = re.compile(r"(?i)(?<![\w:])\[?(f[cd][0-9a-f]{2}(?::[0-9a-f]{0,4}){2,7})\]?(?![\w:])")
_HOST = re.compile(
    r"(?i)\bhttps?://((?:[a-z0-9-]{1,63}\.){1,6}(?:internal|intranet|corp|lan|local|localdomain|svc))\b"
)
_PATH = re.compile(
    r"(?<![\w./:@=~-])(?:/(?:home/[\w.-]{1,40}|var/(?:www|lib|task)|usr/(?:local|share)|opt|srv|etc/(?:nginx|apache2))"
    r"(?:/[\w.@-]{1,80}){1,12}\.(?:php|py|rb|js|ts|java|jsp|cs|go|pl|conf|ini|ya?ml|inc|tpl|twig|log|env)\b"
    r"|[A-Za-z]:\\(?:inetpub|Users|xampp|wamp|www|Program Files[^\\]{0,10})(?:\\[\w .@-]{1,80}){1,12})"
)
_VERSION = re.compile(
    r"(?i)(?:\bv(?:er(?:sion)?)?|release|build|driver|firmware|chrome|safari|edge|revision)[\s:=\"'/-]{0,4}$"
)
_HEADERS = (
    *("location", "content-location", "via", "x-backend-server", "x-backend", "x-served-by", "x-upstream"),
    *("x-forwarded-server", "x-real-ip", "x-server", "x-host", "www-authenticate", "server", "x-cache"),
)
_ATTRIBUTE = re.compile(
    r"(?i)(?:href|src|action|data-[\w-]{1,30}|content|value)\s*=\s*[\"']([^\"'<>]{4,400})"
)
_MAX_COMMENT = 4000
IN_ATTRIBUTE = "An attribute in the page"
IN_SCRIPT = "A script"
"""Where a path is rather one of the site's own."""

_INFO = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"


class Plugin:
    """One finding for each address and origin; silent where the target itself is inside."""

    info = PluginInfo(
        id="private_address",
        title="Internal address is shown",
        severity=Severity.INFO,
        cwe="CWE-200",
        owasp="A05:2021",
        wstg="WSTG-INFO-05",
        cvss_vector=_INFO,
        cvss_score=0.0,
        what="A response names an address, a host or a file path that exists only inside the operator's "
        "network.",
        why="It shows how the inside is built: where an attacker who can make the server send requests, or "
        "read files, should aim.",
        fix="Use the public host name in links and redirects, and keep internal names out of pages, headers "
        "and comments.",
        references=(
            "https://owasp.org/Top10/A05_2021-Security_Misconfiguration/",
            "https://cwe.mitre.org/data/definitions/200.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each internal name."""
        if _is_inside(exchange.request.origin.host):
            return
        seen = set()
        for where, text in _texts(exchange.response):
            for title, shown in _found(text, paths=where not in {IN_ATTRIBUTE, IN_SCRIPT}):
                if shown not in seen and shown not in exchange.request.url:
                    seen.add(shown)
                    yield _claim(exchange, where, title, shown)


def _claim(exchange: Exchange, where: str, title: str, shown: str) -> Claim:
    return report(
        exchange,
        f"{where} shows {shown}.",
        title=title,
        marker=shown,
        variant=shown,
        per_site=True,
        **disclosure(Severity.LOW if title.startswith("Path") else Severity.INFO),
    )


def _is_inside(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or bool(_HOST.match(f"http://{host}"))
    return address.is_private


def _texts(response: Response) -> Iterator[tuple[str, str]]:
    for name in _HEADERS:
        for value in response.header_all(name):
            yield f"The header {name.title()}", value
    body = response.text[:MAX_TEXT]
    if response.is_html:
        if next(_found(body), None) is None:
            return
        yield "The page", own_text(body)
        for comment in _comments(body):
            yield "A comment in the page", comment
        for value in _ATTRIBUTE.findall(body):
            yield IN_ATTRIBUTE, value
    elif response.content_type.endswith("javascript"):
        yield IN_SCRIPT, body
    elif response.content_type.endswith(("json", "xml")):
        yield "The answer", body


def _comments(body: str) -> Iterator[str]:
    """One pass, however many comments are left open."""
    at = 0
    while (start := body.find("<!--", at)) >= 0 and (end := body.find("-->", start + 4)) >= 0:
        yield body[start + 4 : end][:_MAX_COMMENT]
        at = end


def _found(text: str, *, paths: bool = True) -> Iterator[tuple[str, str]]:
    for match in _IPV4.finditer(text):
        if _is_private_host(match[0]) and not _VERSION.search(
            text[max(match.start() - 24, 0) : match.start()]
        ):
            yield "Internal address is shown", match[0]
    for match in _ULA.finditer(text):
        if _is_address(match[1]):
            yield "Internal address is shown", match[1]
    for match in _HOST.finditer(text):
        yield "Internal host name is shown", match[1]
    for match in _PATH.finditer(text) if paths else ():
        yield "Path on the server is shown", match[0]


def _is_private_host(text: str) -> bool:
    """Is it the address of a machine inside? Networks, broadcast and the usual examples are none."""
    parts = [int(part) for part in text.split(".")]
    if any(part > 255 for part in parts) or parts[-1] in {0, 255}:
        return False
    first, second = parts[:2]
    return first == 10 or (first == 172 and 16 <= second < 32) or (first, second) == (192, 168)


def _is_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_private
    except ValueError:
        return False
