"""The secrets of a scan, so that none of them gets into what is shown or kept."""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from s2n.protocol import ScanRequest

MASK = "***"
"""Stands for a secret."""

_LOGIN_HEADER = re.compile(
    r"cookie|authorization|token|jwt|x-(?:auth|jwt|token|session|user-id|session-id)"
    r"|(?:x-)?(?:[a-z0-9]+-)*(?:auth|access|session|user|id|jwt|bearer)-?token"
)
_WORD = re.compile(r"[A-Za-z]{4,}\d{0,4}")
"""A password such as ``admin`` is also the name of a folder or a field: those are not masked."""

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key"})


class Secrets:
    """What nobody else may read: what the user gave, and what is learned while logging in.

    ``headers``: names, in lower case, that hold secrets.
    """

    def __init__(self, scan: ScanRequest) -> None:
        given = {line.partition(":")[0].strip().lower() for line in scan.headers}
        self.headers = _SECRET_HEADERS | given | {scan.api_key_name.lower()}
        self._texts: list[str] = []
        self._words: re.Pattern[str] | None = None
        self.learn(*_secrets_of(scan))

    def learn(self, *secrets: str) -> None:
        """Mask these from now on, too."""
        self._texts = sorted({*self._texts, *_spellings(secrets)}, key=len, reverse=True)
        words = "|".join(text for text in self._texts if _WORD.fullmatch(text))
        self._words = (
            re.compile(rf"(?<![\w/?&.-])(?:{words})(?![\w-]|[\"']?\s{{0,3}}[=:])") if words else None
        )

    def hides(self, header: str) -> bool:
        """Does a header of this name hold what nobody else may read?"""
        return header.lower() in self.headers or carries_login(header)

    def clean(self, text: str) -> str:
        """``text`` with each secret masked, and without lone surrogates, which no report can hold."""
        for secret in self._texts:
            if not _WORD.fullmatch(secret):
                text = text.replace(secret, MASK)
        if self._words is not None:
            text = self._words.sub(MASK, text)
        return text.encode("utf-8", "backslashreplace").decode()


def carries_login(header: str) -> bool:
    """Is a header of this name what logs a request in?"""
    return _LOGIN_HEADER.fullmatch(header.lower()) is not None


def _secrets_of(scan: ScanRequest) -> Iterator[str]:
    yield from (scan.password, scan.token, scan.totp_secret, scan.client_secret)
    for user in scan.auth_as:
        yield user.partition(":")[2]
    if scan.username:
        yield base64.b64encode(f"{scan.username}:{scan.password}".encode()).decode()
    for line in scan.headers:
        name, _, value = line.partition(":")
        if name.strip().lower() in _SECRET_HEADERS:
            yield value.strip().rpartition(" ")[2]


def _spellings(secrets: Iterable[str]) -> Iterator[str]:
    """Each secret as it is, percent-encoded, and as the bytes of a request; too short ones would mask all."""
    for secret in secrets:
        if len(secret) >= 4:
            yield from (secret, quote(secret, safe=""), quote_plus(secret))
            yield secret.encode("utf-8", "surrogatepass").decode("latin-1")
