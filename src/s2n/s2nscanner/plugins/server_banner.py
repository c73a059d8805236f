"""Headers and tags that name the software behind the site with its exact version."""

import re
from collections.abc import Iterator

from s2n.s2nscanner.sdk import Claim, Exchange, PluginInfo, Severity, parse_html, report

HEADERS = (
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-generator",
    "x-runtime-version",
    "x-drupal-version",
    "x-owa-version",
    "x-jenkins",
    "microsoftsharepointteamservices",
    "liferay-portal",
    "via",
)

_MAX_TEXT = 1000
"""Characters of a value in which a version is looked for."""

# A product and at least major.minor: "Apache/2.4.29", "PHP/8.1.2-1ubuntu2", "WordPress 6.4.2".
_PRODUCT = re.compile(r"[A-Za-z][\w.+ -]{1,40}?[/ ]v?\d+\.\d+[\w.+~-]*")
_BARE = re.compile(r"\d+\.\d+(?:\.\d+)*")
_ONLY_A_VERSION = frozenset(
    {"x-aspnet-version", "x-aspnetmvc-version", "x-drupal-version", "x-owa-version", "x-jenkins"}
) | {"microsoftsharepointteamservices"}
_PROTOCOL = re.compile(r"(?i)^(?:HTTP/)?\d(?:\.\d)?\s")


class Plugin:
    """One finding per header and origin."""

    info = PluginInfo(
        id="server_banner",
        title="Software version is shown",
        severity=Severity.INFO,
        cwe="CWE-200",
        owasp="A05:2021",
        wstg="WSTG-INFO-02",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
        cvss_score=0.0,
        what="The site says which software it runs on, with the exact version.",
        why="Whoever knows the version looks up its known flaws instead of trying; mass scans choose their "
        "victims by it.",
        fix="Leave version numbers out: ServerTokens Prod (Apache), server_tokens off (nginx), expose_php = "
        "Off (PHP), and remove X-Powered-By and the generator tag.",
        references=(
            "https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/01-Information_Gathering/02-Fingerprint_Web_Server",
            "https://cwe.mitre.org/data/definitions/200.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each place that names a version."""
        response = exchange.response
        for name in HEADERS:
            for value in response.header_all(name):
                # Via begins with the version of the protocol, which is no software's.
                text = (_PROTOCOL.sub("", value) if name == "via" else value)[:_MAX_TEXT]
                version = (_BARE if name in _ONLY_A_VERSION else _PRODUCT).search(text)
                if version is not None:
                    yield _claim(exchange, name, f"{name.title()}: {value[:120]}", value)
        if response.is_html and b"generator" in response.body.lower():
            for meta in parse_html(response.text).find_all("meta"):
                content = str(meta.attrs.get("content") or "")[:_MAX_TEXT]
                if str(meta.attrs.get("name") or "").lower() == "generator" and _PRODUCT.search(content):
                    yield _claim(exchange, "generator", f"generator tag: {content[:120]}", content)


def _claim(exchange: Exchange, place: str, shown: str, marker: str) -> Claim:
    return report(
        exchange,
        f"The response names software and version: {shown}.",
        marker=marker,
        variant=place,
        per_site=True,
    )
