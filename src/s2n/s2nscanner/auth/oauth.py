"""OAuth 2.0: a token for the client itself, or for a user by password (RFC 6749, 4.4 and 4.3)."""

import base64
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec

from s2n.errors import LoginFailed
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient


class OAuth2Login:
    """Asks the token endpoint. The client names itself by basic authentication, or else in the form."""

    renewable = True

    def __init__(self, scan: ScanRequest) -> None:
        self._scan = scan
        self._in_form = not scan.client_secret  # a public client has no password to prove itself with

    async def log_in(self, visitor: HttpClient) -> Session:
        """Get a token."""
        exchange = await visitor.send(self._request())
        if not self._in_form and _error(exchange) == "invalid_client":
            # Section 2.3.1: servers must take basic, may take the form; some take only that.
            self._in_form = True
            exchange = await visitor.send(self._request())
        answer = _json(exchange)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            said = answer.get("error_description") or answer.get("error") or "no access_token in the answer"
            raise LoginFailed(
                f"{self._scan.token_url} gives no token: {exchange.response.status}, {said}",
                "check --client-id, --client-secret, --oauth-scope, and user and password if they are given",
            )
        kind = str(answer.get("token_type") or "Bearer")
        kind = "Bearer" if kind.lower() == "bearer" else kind
        return Session(headers=(("Authorization", f"{kind} {token}"),), token=True)

    def _request(self) -> Request:
        scan = self._scan
        form = {"grant_type": "client_credentials"}
        if scan.username:
            form = {"grant_type": "password", "username": scan.username, "password": scan.password}
        if scan.oauth_scope:
            form["scope"] = scan.oauth_scope
        headers: tuple[tuple[str, str], ...] = (("Accept", "application/json"),)
        if self._in_form:
            form["client_id"] = scan.client_id
            form |= {"client_secret": scan.client_secret} if scan.client_secret else {}
        else:
            pair = f"{quote_plus(scan.client_id)}:{quote_plus(scan.client_secret)}"
            headers += (("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()),)
        return Request.from_url(scan.token_url, "POST", headers).with_body(
            urlencode(form).encode(), "application/x-www-form-urlencoded"
        )


def _json(exchange: Exchange) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(exchange.response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _error(exchange: Exchange) -> str:
    return str(_json(exchange).get("error", ""))
