"""One-time codes by the clock (RFC 6238)."""

import base64
import binascii
import hashlib
import hmac
import re
import struct

from s2n.errors import UsageError

STEP = 30
"""Seconds a code holds; RFC 6238's default, and what authenticator apps use."""


def totp(secret: str, at: float, digits: int = 6) -> str:
    """The code of base32 ``secret`` at ``at`` seconds since 1970.

    Raises:
        UsageError: the secret is not base32.
    """
    plain = re.sub(r"[\s=-]", "", secret).upper()
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error as error:
        raise UsageError(
            "the secret of --totp-secret is not base32", "give the text under the QR code: A to Z and 2 to 7"
        ) from error
    mac = hmac.new(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    number: int = struct.unpack_from(">I", mac, start)[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"
