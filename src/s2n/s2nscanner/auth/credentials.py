"""Credentials that travel with every request: basic, bearer and API key."""

import base64
import re
from urllib.parse import unquote

from msgspec.structs import replace

from s2n.errors import LoginFailed, NetworkError, Unreachable, UsageError
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.oracles.probe import Sender

_USERINFO = re.compile(r"(?i)(https?://)([^/?#\\@]*)@")


def out_of_the_url(scan: ScanRequest) -> ScanRequest:
    """``scan`` without ``user:password@`` in its URL: that is basic authentication unless `auth` is another.

    So that the password stands in one field, where it is known as a secret, and not in every report.
    """
    match = _USERINFO.match(scan.target_url)
    if match is None:
        return scan
    bare = replace(scan, target_url=match[1] + scan.target_url[match.end() :])
    user, _, password = match[2].partition(":")
    if scan.auth != "none" or not user:
        return bare
    return replace(bare, auth="basic", username=unquote(user), password=unquote(password))


def with_credentials(scan: ScanRequest) -> ScanRequest:
    """``scan`` with the header that its ``auth`` stands for.

    Raises:
        UsageError: the credentials that ``auth`` needs are missing.
    """
    match scan.auth:
        case "none":
            return scan
        case "basic":
            if not scan.username:
                raise UsageError(
                    "--auth basic needs a user", "give --username and --password (or S2N_PASSWORD)"
                )
            pair = base64.b64encode(f"{scan.username}:{scan.password}".encode()).decode()
            line = f"Authorization: Basic {pair}"
        case "bearer":
            line = f"Authorization: Bearer {_token(scan)}"
        case "api-key":
            line = f"{scan.api_key_name}: {_token(scan)}"
    return replace(scan, headers=(*scan.headers, line))


async def check_accepted(sender: Sender, scan: ScanRequest) -> None:
    """Make sure that the target takes the credentials, so that no scan sees only the outside.

    Raises:
        LoginFailed: it answers 401.
        Unreachable: it does not answer.
    """
    try:
        exchange = await sender.send(Request.from_url(scan.target_url), follow=True)
    except NetworkError as error:
        raise Unreachable(str(error), error.remedy) from error
    if exchange.response.status == 401:
        challenge = exchange.response.header("www-authenticate") or "no challenge"
        raise LoginFailed(
            f"{scan.target_url} answers 401 to the credentials of --auth {scan.auth} ({challenge})",
            "check the user, password or token, and whether another --auth is meant",
        )


def _token(scan: ScanRequest) -> str:
    if not scan.token:
        raise UsageError(f"--auth {scan.auth} needs a token", "give --token, or better S2N_TOKEN")
    return scan.token
