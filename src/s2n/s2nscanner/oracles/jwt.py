"""JSON Web Tokens (RFC 7519): found, read, and made anew with keys that a forger may have."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Any

from msgspec import Struct

from s2n.model import Request, Response
from s2n.s2nscanner.oracles.jwtsecrets import SECRETS
from s2n.s2nscanner.oracles.visitor import sealed

MAX_TEXT = 1 << 20
"""Characters of a body in which tokens are looked for."""

_TOKEN = re.compile(r"(?<![\w.-])eyJ[\w-]{8,2000}\.[\w-]{2,6000}\.[\w-]{0,1400}(?![\w-])")
_SECRET_CLAIM = re.compile(
    r"(?i)(?:pass(?:word|wd)?(?:_?hash)?|pwd|secret|api_?key|private_?key|ssn|(?:card|credit)_?(?:number|card)|cvv|pin)$"
)
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}

RSA_OID = bytes.fromhex("300d06092a864886f70d0101010500")
"""DER of the AlgorithmIdentifier rsaEncryption (RFC 8017, A.1)."""


class Jwt(Struct, frozen=True):
    """A token taken apart. ``text`` is the whole of it."""

    text: str
    header: dict[str, Any]
    claims: dict[str, Any]
    signature: str

    @property
    def algorithm(self) -> str:
        """What the header says it was signed with."""
        return str(self.header.get("alg", ""))

    @property
    def family(self) -> tuple[str, ...]:
        """The same for tokens of one issuer and kind."""
        return (self.algorithm, str(self.claims.get("iss", "")), *sorted(map(str, self.claims)))

    def signed_part(self) -> str:
        """Header and claims as they stand in the token."""
        return self.text.rpartition(".")[0]

    def resigned(self, header: dict[str, Any], key: bytes | None) -> str:
        """The same claims under ``header``, signed with HMAC; ``key`` None: with an empty signature."""
        payload = self.text.split(".")[1]
        part = f"{encoded(json.dumps(header, separators=(',', ':')).encode())}.{payload}"
        if key is None:
            return f"{part}."
        return f"{part}.{encoded(_mac(part, key, str(header['alg'])))}"

    def with_signature(self, signature: str) -> str:
        """The same header and claims with another signature."""
        return f"{self.signed_part()}.{signature}"

    def with_wrong_signature(self) -> str:
        """A signature of the right form, with a bit in the middle turned: what each verifier must refuse."""
        raw = bytearray(decoded(self.signature) or bytes(32))
        raw[len(raw) // 2] ^= 0x10
        return self.with_signature(encoded(bytes(raw)))

    def lifetime(self) -> int | None:
        """Seconds from when it was issued (else: from now) to its end; None if it has none."""
        end, start = self.claims.get("exp"), self.claims.get("iat")
        if not isinstance(end, int | float):
            return None
        begin = start if isinstance(start, int | float) else time.time()
        return int(min(end, 1e15) - begin)

    def secret_claims(self) -> list[str]:
        """The names of claims that hold what nobody should read."""
        texts = (name for name, value in self.claims.items() if isinstance(value, str) and value)
        return [name for name in texts if _SECRET_CLAIM.match(name)]

    def weak_secret(self) -> bytes | None:
        """The secret it was signed with, if that is a well-known one. Sends nothing."""
        if self.algorithm not in _HASHES:
            return None
        signature = decoded(self.signature)
        part = self.signed_part()
        known = (secret for secret in SECRETS if _mac(part, secret, self.algorithm) == signature)
        return next(known, None)


def read_jwt(text: str) -> Jwt | None:
    """``text`` as a token, or None if it is none."""
    pieces = text.split(".")
    if len(pieces) != 3:
        return None
    header, claims = (_object(piece) for piece in pieces[:2])
    if header is None or claims is None or "alg" not in header:
        return None
    return Jwt(text, header, claims, pieces[2])


def jwts_in(text: str) -> list[Jwt]:
    """The tokens in ``text``, each once."""
    found = dict.fromkeys(match[0] for match in _TOKEN.finditer(text[:MAX_TEXT]))
    return [token for token in map(read_jwt, found) if token is not None]


def jwts_sent(request: Request) -> list[Jwt]:
    """The tokens that ``request`` carries in its URL, cookies and other headers."""
    return jwts_in("\n".join((request.target, *(value for _, value in request.headers))))


def swapped(request: Request, old: str, new: str) -> Request:
    """``request`` with the token ``old`` replaced wherever it stands outside the body."""
    headers = tuple((name, value.replace(old, new)) for name, value in request.headers)
    changed = Request(request.method, request.origin, request.target.replace(old, new), headers, request.body)
    return sealed(changed)


def published_keys(response: Response) -> list[bytes]:
    """HMAC keys that a verifier would make of the public keys in a response (JWKS, or PEM).

    Each RSA key as PEM of both forms (SubjectPublicKeyInfo, PKCS #1), with and without the last line end.
    """
    text = response.text[:MAX_TEXT]
    if "-----BEGIN" in text and "PUBLIC KEY-----" in text:
        whole = response.body
        return list(dict.fromkeys((whole, whole.strip(), whole.strip() + b"\n")))
    try:
        keys = json.loads(text)["keys"]
        pairs = [(_number(key["n"]), _number(key["e"])) for key in keys if key.get("kty") == "RSA"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    out = []
    for modulus, exponent in pairs[:2]:
        rsa = _der(0x30, _integer(modulus) + _integer(exponent))
        public = _der(0x30, RSA_OID + _der(0x03, b"\0" + rsa))
        for pem in (_pem("PUBLIC KEY", public), _pem("RSA PUBLIC KEY", rsa)):
            out += [pem, pem.strip()]
    return out


def encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515, appendix C)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes | None:
    """The bytes of base64url text, or None."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(decoded(text) or b"")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _mac(part: str, key: bytes, algorithm: str) -> bytes:
    return hmac.new(key, part.encode(), _HASHES[algorithm]).digest()


def _number(text: str) -> int:
    raw = decoded(text)
    if not raw:
        raise ValueError(f"not a base64url number: {text[:20]!r}")
    return int.from_bytes(raw, "big")


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 128 else b""
    if not size:
        octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
        size = bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + size + content


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _pem(label: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")).encode()
