"""Session cookies that scripts, plain HTTP or other sites can get at."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.sdk import Claim, Exchange, PluginInfo, Severity, report

# What carries a login, by the names that frameworks and people give it.
_SESSION = re.compile(
    r"(?i)sess|auth|token|jwt|login|logged|remember|identity|ticket|passw"
    r"|(?:^|[._-])s?sid(?:$|[._-])|^cfid$|^user_?id$"
)
# Scripts must read a double-submit token; choices and statistics are no secrets.
_HARMLESS = re.compile(
    r"(?i)csrf|xsrf|antiforgery|requestverification|lang|locale|theme|consent|cookie_?law|gdpr|currency|timezone"
    r"|flash|seen|banner|^_g(?:a|id|at|cl)|^__utm|^_fb[pc]|^_hj|^_pk_|^AWSALB|^_{1,2}cf"
)
_SECRET_VALUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w%.~+/=-]{24,}")


class Fault(Struct, frozen=True):
    """What may happen to a cookie, and how bad that is."""

    lacks: str
    text: str
    cwe: str
    severity: Severity
    cvss_vector: str
    cvss_score: float


IN_CLEAR = Fault(
    "Secure",
    "lacks Secure, so it also travels unencrypted",
    "CWE-614",
    Severity.MEDIUM,
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:N/A:N",
    5.3,
)
READABLE = Fault(
    "HttpOnly",
    "lacks HttpOnly, so scripts can read it",
    "CWE-1004",
    Severity.LOW,
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    3.1,
)
CROSS_SITE = Fault(
    "SameSite",
    "lacks SameSite, so some browsers send it with other sites' requests",
    "CWE-1275",
    Severity.LOW,
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
    3.1,
)
CROSS_SITE_IN_CLEAR = replace(
    CROSS_SITE,
    lacks="Secure for SameSite=None",
    text="has SameSite=None without Secure, which browsers refuse",
)


class Cookie(Struct, frozen=True):
    """A Set-Cookie header; attribute names are in lower case."""

    name: str
    value: str
    attributes: dict[str, str]

    @property
    def deletes(self) -> bool:
        """Does it only remove a cookie?"""
        age = self.attributes.get("max-age", "")
        if re.fullmatch(r"-?\d+", age):
            return int(age) <= 0
        return not self.value or _past(self.attributes.get("expires", ""))

    @property
    def holds_session(self) -> bool:
        """Would whoever has it be somebody else? By its name, else by a value that nobody can guess."""
        if _HARMLESS.search(self.name):
            return False
        return bool(_SESSION.search(self.name) or _SECRET_VALUE.fullmatch(self.value))


class Plugin:
    """One finding per cookie and origin; it names everything that the cookie lacks."""

    info = PluginInfo(
        id="cookie_flags",
        title="Session cookie without protection",
        severity=Severity.LOW,
        cwe="CWE-1004",
        owasp="A05:2021",
        wstg="WSTG-SESS-02",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
        cvss_score=3.1,
        what="A cookie that stands for a login is set without the attributes that keep it to itself.",
        why="Without HttpOnly injected scripts can read it, without Secure it crosses the network in clear, "
        "and without SameSite other sites can make requests with it.",
        fix="Set session cookies with Secure, HttpOnly and SameSite=Lax or Strict.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/1004.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim for each cookie that lacks something."""
        secure = exchange.request.origin.scheme == "https"
        cookies = {}
        for header in exchange.response.header_all("set-cookie"):
            cookie = parse_cookie(header)
            cookies[cookie.name] = cookie  # the last one of a name is what a browser keeps
        for cookie in cookies.values():
            faults = _faults(cookie, over_tls=secure)
            if not faults:
                continue
            worst = max(faults, key=lambda fault: fault.severity.rank)
            yield report(
                exchange,
                f"The session cookie {cookie.name} {' and '.join(fault.text for fault in faults)}.",
                title=f"Session cookie without {', '.join(fault.lacks for fault in faults)}",
                marker=f"{cookie.name}=",
                parameter=cookie.name,
                severity=worst.severity,
                cwe=worst.cwe,
                cvss_vector=worst.cvss_vector,
                cvss_score=worst.cvss_score,
                per_site=True,
                variant=cookie.name,
            )


def _faults(cookie: Cookie, *, over_tls: bool) -> list[Fault]:
    if cookie.deletes or not cookie.holds_session:
        return []
    faults = []
    if over_tls and "secure" not in cookie.attributes:
        faults.append(IN_CLEAR)
    if "httponly" not in cookie.attributes:
        faults.append(READABLE)
    same_site = cookie.attributes.get("samesite", "").lower()
    if same_site == "none":
        # Browsers keep it only with Secure; older ones ignore the word and send it everywhere.
        faults += [] if "secure" in cookie.attributes else [CROSS_SITE_IN_CLEAR]
    elif same_site not in {"lax", "strict"}:
        faults.append(CROSS_SITE)
    return faults


def parse_cookie(header: str) -> Cookie:
    """A Set-Cookie header as browsers read it (RFC 6265, 5.2)."""
    first, *rest = header.split(";")
    name, _, value = first.partition("=")
    attributes = {}
    for part in rest:
        key, _, text = part.partition("=")
        attributes[key.strip().lower()] = text.strip()
    return Cookie(name.strip(), value.strip(), attributes)


def _past(expires: str) -> bool:
    try:
        moment = parsedate_to_datetime(expires.replace("-", " "))
    except (TypeError, ValueError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= datetime.now(UTC)
