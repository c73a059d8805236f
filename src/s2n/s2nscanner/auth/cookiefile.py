"""Cookie files: Netscape's cookies.txt, and the JSON that browser add-ons export."""

from pathlib import Path
from typing import Any

import msgspec

from s2n.errors import UsageError
from s2n.model import Origin
from s2n.s2nscanner.http.cookies import Cookie

_REMEDY = "give a Netscape cookies.txt (tab-separated) or a JSON list with name, value and domain"


def read_cookies(path: str, target: Origin) -> list[Cookie]:
    """The cookies of the file at ``path``; those that name no domain are for ``target``.

    Raises:
        UsageError: the file cannot be read, or holds no cookie.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the cookie file {path} cannot be read: {error}", _REMEDY) from error
    try:
        cookies = _from_json(text, target) if text.lstrip()[:1] in {"[", "{"} else _from_netscape(text)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsageError(f"the cookie file {path} cannot be understood: {error}", _REMEDY) from error
    if not cookies:
        raise UsageError(f"the cookie file {path} holds no cookie", _REMEDY)
    return cookies


def _from_netscape(text: str) -> list[Cookie]:
    """Domain, with subdomains?, path, secure?, expiry (0: the session), name, value."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        http_only = line.startswith("#HttpOnly_")
        if (line.startswith("#") and not http_only) or not line.strip():
            continue
        columns = line.removeprefix("#HttpOnly_").split("\t")
        if len(columns) == 6:
            columns.append("")
        if len(columns) != 7:
            raise ValueError(f"line {number} has {len(columns)} columns, not 7")
        domain, wide, path, secure, expires, name, value = columns
        out.append(
            Cookie(
                name=name,
                value=value,
                domain=domain.lstrip(".").lower(),
                path=path or "/",
                host_only=wide.upper() != "TRUE",
                secure=secure.upper() == "TRUE",
                http_only=http_only,
                expires=float(expires) if float(expires or 0) > 0 else None,
            )
        )
    return out


class _Exported(msgspec.Struct, rename="camel"):
    """As EditThisCookie, Cookie-Editor and Playwright write it."""

    name: str
    value: str
    domain: str = ""
    path: str = "/"
    host_only: bool | None = None
    secure: bool = False
    http_only: bool = False
    expiration_date: float | None = None
    expires: float | str | None = None


def _from_json(text: str, target: Origin) -> list[Cookie]:
    raw: Any = msgspec.json.decode(text.encode())
    if isinstance(raw, dict):
        kept = raw.get("cookies")
        raw = kept if kept is not None else [{"name": name, "value": str(raw[name])} for name in raw]
    out = []
    for each in msgspec.convert(raw, list[_Exported]):
        wide = each.domain.startswith(".")
        expires = each.expiration_date if each.expiration_date is not None else each.expires
        out.append(
            Cookie(
                name=each.name,
                value=each.value,
                domain=each.domain.lstrip(".").lower() or target.host,
                path=each.path or "/",
                host_only=not wide if each.host_only is None else each.host_only,
                secure=each.secure,
                http_only=each.http_only,
                expires=expires if isinstance(expires, (int, float)) and expires > 0 else None,
            )
        )
    return out
