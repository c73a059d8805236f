"""What to scan and how: each option defined once, where its field is declared.

Command line, config file and variables are read from these declarations (`s2n.options`).
"""

from typing import Annotated, Literal

from s2n.model.loginoptions import LoginOptions
from s2n.model.option import option

__all__ = ["ScanConfig", "ScanRequest", "option"]


class ScanRequest(LoginOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to scan and how. Every field has a default but the target."""

    target_url: Annotated[
        str,
        option(
            "Where to begin: a URL, or a host[:port] (http is assumed).",
            "-u",
            "--url",
            group="target",
            metavar="URL",
        ),
    ]
    scope: Annotated[
        Literal["origin", "folder", "host", "domain"],
        option(
            "What may be touched: the target's origin, only its folder, its host on any port, or its domain "
            "with all subdomains.",
            "--scope",
            group="target",
        ),
    ] = "origin"
    allow_hosts: Annotated[
        tuple[str, ...],
        option(
            "Widen the scope by HOST[:PORT] (repeat, or separate with commas).",
            "--allow-host",
            group="target",
            metavar="HOST",
            commas=True,
        ),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        option(
            "Never request a URL that matches this regular expression (repeat).",
            "--exclude",
            group="target",
            metavar="REGEX",
        ),
    ] = ()
    seeds: Annotated[
        tuple[str, ...],
        option("One more URL to begin from (repeat).", "--seed", group="target", metavar="URL"),
    ] = ()
    apis: Annotated[
        tuple[str, ...],
        option(
            "Test the requests of this description or recording as well: OpenAPI, GraphQL, WSDL, Postman, "
            "HAR, Burp items, curl commands, a list of URLs, or a site model of `s2n crawl`; known by its "
            "content (repeat).",
            "--api",
            group="target",
            metavar="FILE|URL",
        ),
    ] = ()

    plugins: Annotated[
        tuple[str, ...],
        option(
            "Run only this plugin, by id (repeat, or separate with commas). Default: all.",
            "-p",
            "--plugin",
            group="plugins",
            metavar="ID",
            commas=True,
        ),
    ] = ()
    exclude_plugins: Annotated[
        tuple[str, ...],
        option(
            "Leave this plugin out (repeat, or separate with commas).",
            "--exclude-plugin",
            group="plugins",
            metavar="ID",
            commas=True,
        ),
    ] = ()
    accept_risk: Annotated[
        bool,
        option(
            "Also run intrusive plugins: those that log in, upload, or change state.",
            "-y",
            "--accept-risk",
            group="plugins",
        ),
    ] = False
    plugin_timeout: Annotated[
        float,
        option(
            "Stop a plugin that spends longer on one input point.",
            "--plugin-timeout",
            group="plugins",
            metavar="TIME",
            unit="seconds",
            gt=0,
        ),
    ] = 120.0

    depth: Annotated[
        int,
        option(
            "Follow links this many steps from the start.",
            "--depth",
            "--crawler-depth",
            group="crawl",
            metavar="N",
            ge=0,
        ),
    ] = 20
    max_pages: Annotated[
        int, option("Stop crawling after this many pages.", "--max-pages", group="crawl", metavar="N", ge=1)
    ] = 1000
    crawl: Annotated[
        bool,
        option("Follow what the pages link; --no-crawl tests the start URLs only.", "--crawl", group="crawl"),
    ] = True
    browser: Annotated[
        Literal["auto", "always", "never"],
        option(
            "Crawl in a browser as well: auto where pages are made by scripts and there is a Chromium, "
            "always on each kind of page, which takes the image with the browser.",
            "--browser",
            group="crawl",
        ),
    ] = "auto"
    browser_states: Annotated[
        int,
        option(
            "Look at no more than this many states of pages in the browser.",
            "--browser-states",
            group="crawl",
            metavar="N",
            ge=1,
        ),
    ] = 300

    headers: Annotated[
        tuple[str, ...],
        option(
            "Send this header with each request (repeat).",
            "-H",
            "--header",
            group="http",
            metavar="'NAME: VALUE'",
            secret=True,
        ),
    ] = ()
    cookies: Annotated[
        tuple[str, ...],
        option(
            "Start with this cookie (repeat).", "--cookie", group="http", metavar="NAME=VALUE", secret=True
        ),
    ] = ()
    user_agent: Annotated[
        str, option("The User-Agent; the default names s2n.", "--user-agent", group="http", metavar="TEXT")
    ] = ""
    proxy: Annotated[
        str,
        option(
            "Send everything through this proxy: http://, socks5:// or socks4://.",
            "--proxy",
            group="http",
            metavar="URL",
            secret=True,
        ),
    ] = ""
    insecure: Annotated[bool, option("Accept any TLS certificate.", "-k", "--insecure", group="http")] = False
    ca_bundle: Annotated[
        str,
        option(
            "Trust the certificate authorities of this PEM file as well.",
            "--ca-bundle",
            group="http",
            metavar="FILE",
        ),
    ] = ""
    client_cert: Annotated[
        str,
        option(
            "Show this client certificate (PEM, with or without its key).",
            "--client-cert",
            group="http",
            metavar="FILE",
        ),
    ] = ""
    client_key: Annotated[
        str,
        option(
            "The client certificate's key, if it is in a file of its own.",
            "--client-key",
            group="http",
            metavar="FILE",
        ),
    ] = ""
    resolve: Annotated[
        tuple[str, ...],
        option(
            "Connect to ADDRESS where HOST is meant; URL, Host header and certificate stay HOST's (repeat, "
            "or separate with commas).",
            "--resolve",
            group="http",
            metavar="HOST:ADDRESS",
            commas=True,
        ),
    ] = ()
    connect_timeout: Annotated[
        float,
        option(
            "Give up connecting after this.",
            "--connect-timeout",
            group="http",
            metavar="TIME",
            unit="seconds",
            gt=0,
        ),
    ] = 10.0
    timeout: Annotated[
        float,
        option(
            "Give up an exchange after this, come what may.",
            "--timeout",
            group="http",
            metavar="TIME",
            unit="seconds",
            gt=0,
        ),
    ] = 30.0
    max_body: Annotated[
        int,
        option(
            "Read at most this much of a response body.",
            "--max-body",
            group="http",
            metavar="SIZE",
            unit="bytes",
            ge=1024,
        ),
    ] = 8 << 20

    rate: Annotated[
        float,
        option(
            "At most this many requests a second; 0: as fast as the target takes them.",
            "--rate",
            group="limits",
            metavar="N",
            ge=0,
        ),
    ] = 0.0
    concurrency: Annotated[
        int,
        option(
            "At most this many requests at a time.",
            "--concurrency",
            group="limits",
            metavar="N",
            ge=1,
            le=512,
        ),
    ] = 16
    max_requests: Annotated[
        int,
        option(
            "Stop after this many requests; 0: no limit.", "--max-requests", group="limits", metavar="N", ge=0
        ),
    ] = 0
    max_time: Annotated[
        float,
        option(
            "Stop after this; 0: no limit.",
            "--max-time",
            group="limits",
            metavar="TIME",
            unit="seconds",
            ge=0,
        ),
    ] = 0.0

    callback: Annotated[
        str,
        option(
            "Let the target call this address of this machine, and listen there for HTTP: it shows what no "
            "answer does (SSRF, XXE, deserialisation). Default: no callbacks.",
            "--callback",
            group="callbacks",
            metavar="HOST[:PORT]",
        ),
    ] = ""
    callback_dns: Annotated[
        str,
        option(
            "Answer DNS, too, for this domain, whose name server is the --callback address (port 53).",
            "--callback-dns",
            group="callbacks",
            metavar="DOMAIN[:PORT]",
        ),
    ] = ""


ScanConfig = ScanRequest
"""The name scripts use: ``Scanner(ScanConfig(target_url=…)).scan()``."""
