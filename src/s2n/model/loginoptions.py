"""How to log in: the part of a `s2n.model.scanrequest.ScanRequest` that concerns it."""

from typing import Annotated, Literal

from msgspec import Struct

from s2n.model.option import option


class LoginOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How to log in, and how to tell that we are."""

    auth: Annotated[
        Literal[
            "none",
            "basic",
            "digest",
            "ntlm",
            "bearer",
            "api-key",
            "cookie",
            "header",
            "auto",
            "script",
            "recorded",
            "oauth2",
        ],
        option(
            "How to log in. auto: through the site's own login form or JSON login, found by itself. bearer, "
            "api-key: with --token. cookie, header: with those given by --cookie, --cookie-file or --header. "
            "script: with --login-script. recorded: with --login-recording. oauth2: with --token-url.",
            "-a",
            "--auth",
            group="auth",
        ),
    ] = "none"
    username: Annotated[str, option("The user to log in as.", "--username", group="auth", metavar="NAME")] = (
        ""
    )
    password: Annotated[
        str,
        option(
            "The password; better given as S2N_PASSWORD or in a config file.",
            "--password",
            group="auth",
            metavar="TEXT",
            secret=True,
        ),
    ] = ""
    auth_as: Annotated[
        tuple[str, ...],
        option(
            "Another user of the site, who logs in in the same way: what only --username is offered is asked "
            "for as this one, too (repeat).",
            "--auth-as",
            group="auth",
            metavar="NAME:PASSWORD",
            secret=True,
        ),
    ] = ()
    token: Annotated[
        str,
        option(
            "The bearer token or API key; better given as S2N_TOKEN.",
            "--token",
            group="auth",
            metavar="TEXT",
            secret=True,
        ),
    ] = ""
    totp_secret: Annotated[
        str,
        option(
            "The base32 secret of one-time codes (RFC 6238), for logins with a second factor.",
            "--totp-secret",
            group="auth",
            metavar="BASE32",
            secret=True,
        ),
    ] = ""
    login_url: Annotated[
        str,
        option(
            "Where the login form or JSON login is; without it, auto looks for it from the target.",
            "--login-url",
            group="auth",
            metavar="URL",
        ),
    ] = ""
    login_script: Annotated[
        str,
        option(
            "A Python file in the plugin folder with `async def log_in(ctx)`, by its name.",
            "--login-script",
            group="auth",
            metavar="NAME",
        ),
    ] = ""
    login_recording: Annotated[
        str,
        option(
            "The login as Chrome's DevTools Recorder exports it (JSON), played back in the browser; in its "
            "values {username}, {password} and {code} stand for the options.",
            "--login-recording",
            group="auth",
            metavar="FILE",
        ),
    ] = ""
    cookie_file: Annotated[
        str,
        option(
            "The session's cookies: Netscape's cookies.txt, or JSON as browser add-ons export it.",
            "--cookie-file",
            group="auth",
            metavar="FILE",
        ),
    ] = ""
    api_key_in: Annotated[
        Literal["header", "query", "cookie"],
        option("Where the API key is sent.", "--api-key-in", group="auth"),
    ] = "header"
    api_key_name: Annotated[
        str,
        option(
            "The header, query parameter or cookie that carries the API key.",
            "--api-key-name",
            group="auth",
            metavar="NAME",
        ),
    ] = "X-API-Key"
    token_url: Annotated[
        str,
        option(
            "Where OAuth 2.0 gives tokens: for the client itself, or with --username for that user.",
            "--token-url",
            group="auth",
            metavar="URL",
        ),
    ] = ""
    client_id: Annotated[str, option("The OAuth 2.0 client.", "--client-id", group="auth", metavar="ID")] = ""
    client_secret: Annotated[
        str,
        option(
            "The OAuth 2.0 client's secret; better given as S2N_CLIENT_SECRET.",
            "--client-secret",
            group="auth",
            metavar="TEXT",
            secret=True,
        ),
    ] = ""
    oauth_scope: Annotated[
        str,
        option(
            "The OAuth 2.0 scopes to ask for, separated by spaces.",
            "--oauth-scope",
            group="auth",
            metavar="SCOPES",
        ),
    ] = ""
    auth_check_url: Annotated[
        str,
        option(
            "A page that shows whether we are logged in; one is looked for if it is not given.",
            "--auth-check-url",
            group="auth",
            metavar="URL",
        ),
    ] = ""
    logged_in_pattern: Annotated[
        str,
        option(
            "What only the logged-in see on that page, as a regular expression.",
            "--logged-in-pattern",
            group="auth",
            metavar="REGEX",
        ),
    ] = ""
    max_logins: Annotated[
        int,
        option(
            "Stop when so many logins in a row did not hold. A refused password is never tried more than 3 "
            "times, whatever this says.",
            "--max-logins",
            group="auth",
            metavar="N",
            ge=1,
        ),
    ] = 5
