"""Tokens as sites make and check them: HMAC and RSA by the standard library, and the ways to get it wrong."""

import base64
import hashlib
import hmac
import json
import sqlite3
import time

MODULUS = int(
    "b003027ea352817076cf0f64c42d38b31d7fec0ce4aaf1505d269786ed4dd67b8349cbdd6d18a5b65c3397cd5480cc45"
    "80fbfa66ac850dcfcf7082b3320f66282e97bb0fe5cbe30fc51417b29c3a323343ed834925ecd7ef845ea70f8146696f"
    "69ad47c574e35c6666aaf58da092d4349d210f0ef50b26aa716ff381452ae069",
    16,
)
PRIVATE = int(
    "4593fb017aa89bd88c6ecfe40294e9cc0c864c16d0b22e9099322f463c3abfe5b5818fa069870bc2e9f1cf397105353a"
    "e881337c3108abec1151a5a916c9f59496b00197ccdf569a218963e67fecced7946c6189e93d9a3b336da7621791e10e"
    "105495636da82c0d1421f216aaf6306a0520a9fda1fa07d51d3247bccef6f8bd",
    16,
)
"""An RSA key of 1024 bits that OpenSSL made for these tests; it opens nothing."""

PUBLIC_PEM = """\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCwAwJ+o1KBcHbPD2TELTizHX/s
DOSq8VBdJpeG7U3We4NJy91tGKW2XDOXzVSAzEWA+/pmrIUNz89wgrMyD2YoLpe7
D+XL4w/FFBeynDoyM0Ptg0kl7NfvhF6nD4FGaW9prUfFdONcZmaq9Y2gktQ0nSEP
DvULJqpxb/OBRSrgaQIDAQAB
-----END PUBLIC KEY-----
"""
PKCS1_PEM = """\
-----BEGIN RSA PUBLIC KEY-----
MIGJAoGBALADAn6jUoFwds8PZMQtOLMdf+wM5KrxUF0ml4btTdZ7g0nL3W0YpbZc
M5fNVIDMRYD7+mashQ3Pz3CCszIPZigul7sP5cvjD8UUF7KcOjIzQ+2DSSXs1++E
XqcPgUZpb2mtR8V041xmZqr1jaCS1DSdIQ8O9QsmqnFv84FFKuBpAgMBAAE=
-----END RSA PUBLIC KEY-----
"""
"""The same public key, as OpenSSL writes it."""

STRONG = bytes.fromhex("8f1ce26b2d339b30a45671fd07c855b9d01e6a42937fbb21600dea5834c69912")
DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwks():
    return json.dumps(
        {
            "keys": [
                {"kty": "RSA", "use": "sig", "kid": "k1", "n": b64(MODULUS.to_bytes(128, "big")), "e": "AQAB"}
            ]
        }
    )


def hs(part, key, algorithm="HS256"):
    return hmac.new(key, part.encode(), DIGESTS[algorithm]).digest()


def padded(part):
    """EMSA-PKCS1-v1_5 (RFC 8017, 9.2) of SHA-256 for a key of 128 bytes."""
    info = _SHA256_INFO + hashlib.sha256(part.encode()).digest()
    return int.from_bytes(b"\0\x01" + b"\xff" * (125 - len(info)) + b"\0" + info, "big")


def rs(part):
    return pow(padded(part), PRIVATE, MODULUS).to_bytes(128, "big")


def rs_verifies(part, signature):
    return pow(int.from_bytes(signature, "big"), 65537, MODULUS) == padded(part)


def token(claims=None, key=STRONG, algorithm="HS256", **header):
    """A token of user ann for an hour, unless ``claims`` say otherwise."""
    now = int(time.time())
    body = {"sub": "ann", "iat": now, "exp": now + 3600} if claims is None else claims
    head = {"alg": algorithm, "typ": "JWT"} | header
    part = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    if algorithm.lower() == "none":
        return f"{part}."
    if algorithm == "ES256":
        return f"{part}.{b64(hashlib.sha512(part.encode() + STRONG).digest())}"  # stands for the curve's
    return f"{part}.{b64(rs(part) if algorithm == 'RS256' else hs(part, key, algorithm))}"


def pieces(text):
    """Header, claims, signed part and signature; raises ValueError for what is no token."""
    head, body, signature = text.split(".")
    return json.loads(unb64(head)), json.loads(unb64(body)), f"{head}.{body}", unb64(signature)


# Verifiers: token → is it good? Errors are refusals.


def strict(key=STRONG, algorithm="HS256"):
    def verify(text):
        head, _, part, signature = pieces(text)
        return head["alg"] == algorithm and hmac.compare_digest(hs(part, key, algorithm), signature)

    return verify


def strict_rs(text):
    head, _, part, signature = pieces(text)
    return head["alg"] == "RS256" and len(signature) == 128 and rs_verifies(part, signature)


def strict_es(text):
    head, _, part, signature = pieces(text)
    return head["alg"] == "ES256" and signature == hashlib.sha512(part.encode() + STRONG).digest()


def takes_none(*spellings):
    """Algorithm none is taken in these spellings."""

    def verify(text):
        return pieces(text)[0]["alg"] in spellings or strict()(text)

    return verify


def unverified(text):
    """Decoded, never verified."""
    return bool(pieces(text)[1].get("sub"))


def missing_signature_is_fine(text):
    return not pieces(text)[3] or strict()(text)


def all_zeros_are_fine(text):
    return not any(pieces(text)[3]) or strict_es(text)


def confused(pem):
    """The header chooses the algorithm; the key is the public one, as text."""

    def verify(text):
        head, _, part, signature = pieces(text)
        if head["alg"] == "HS256":
            return hmac.compare_digest(hs(part, pem), signature)
        return strict_rs(text)

    return verify


def kid_is_a_path(text):
    head, _, part, signature = pieces(text)
    key = b"" if head["kid"].endswith("/dev/null") and head["kid"].startswith("../") else STRONG
    return hmac.compare_digest(hs(part, key), signature)


def kid_in_sql(text):
    head, _, part, signature = pieces(text)
    with sqlite3.connect(":memory:") as database:
        database.execute("create table keys (name text, value blob)")
        database.execute("insert into keys values ('k1', ?)", (STRONG,))
        row = database.execute(f"select value from keys where name = '{head['kid']}'").fetchone()
    database.close()
    key = row[0] if isinstance(row[0], bytes) else row[0].encode()
    return hmac.compare_digest(hs(part, key), signature)


def any_string(text):
    return bool(text)
