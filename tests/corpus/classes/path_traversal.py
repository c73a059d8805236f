"""Path traversal and file inclusion: a file system in memory, read by the rules of several languages."""

# ruff: noqa: E501 -- a site a line reads best

import base64
import html as entities
import ntpath
import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote

from corpus.case import Case
from corpus.places import PLACES, place
from corpus.styles import STYLES, as_json
from s2n.model import Request, Response
from support.site import html

STYLED = list(STYLES)
CASES: list[Case] = []

PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
VERSION = "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1\n"
UNIX = {
    "/etc/passwd": PASSWD,
    "/proc/version": VERSION,
    "/var/www/pages/home.html": "<h1>Home</h1>",
    "/var/www/pages/en/home.html": "<h1>Home</h1>",
    "/var/www/pages/home": "<h1>Home</h1>",
    "/var/www/index.php": "<?php include $_GET['q']; ?>",
}
WINDOWS = {
    "c:\\windows\\win.ini": "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n[mci extensions]\r\n[files]\r\n",
    "c:\\inetpub\\wwwroot\\pages\\home.html": "<h1>Home</h1>",
}
ROOT = "/var/www/pages"

Read = Callable[[str], str | None]


def unix(path: str) -> str | None:
    """What open() would give: ``..`` at the root stays there."""
    return (
        None if "\0" in path else UNIX.get(posixpath.normpath(posixpath.join(ROOT, path)).replace("//", "/"))
    )


def windows(path: str) -> str | None:
    joined = ntpath.normpath(ntpath.join("C:\\inetpub\\wwwroot\\pages", path))
    drive, rest = ntpath.splitdrive(joined)
    return WINDOWS.get(f"{drive or 'c:'}{rest}".lower())


def old_php(path: str) -> str | None:
    """Before PHP 5.3.4: a name ends at the null byte."""
    return unix(path.partition("\0")[0])


def wrappers(path: str) -> str | None:
    """PHP's include with its stream wrappers."""
    match = re.fullmatch(r"(?i)php://filter/(?:read=)?convert\.base64-encode/resource=(.*)", path)
    if match:
        text = unix(match[1])
        return None if text is None else base64.b64encode(text.encode()).decode()
    if path.lower().startswith("file://"):
        return unix(path[7:])
    return unix(path)


def url_reader(path: str) -> str | None:
    """Java's new URL(…).openStream(): only with a scheme."""
    return unix(path.partition("#")[0][7:]) if path.startswith("file://") else None


def add(
    name: str,
    vulnerable: bool,
    read: Read,
    where: str = "query",
    value: str = "home.html",
    *,
    style: str = "flask",
    api: bool = False,
    raw: bool = False,
) -> None:
    get = place(where).read

    def site(request: Request) -> Response:
        text = read(get(request))
        if text is None:
            return (
                as_json({"error": "not found"}, 404)
                if api
                else STYLES[style].page("<h1>No such page</h1>", 404)
            )
        if raw:
            return Response(200, headers=(("Content-Type", "text/plain"),), body=text.encode())
        shown = text if text.startswith("<h1>") else entities.escape(text)
        return as_json({"content": text}) if api else STYLES[style].page(shown, 200)

    CASES.append(Case("path_traversal", name, vulnerable, lambda: site, (place(where).ask(value),)))


def inside(path: str) -> str | None:
    """Resolved, and refused unless it lies below the root."""
    full = posixpath.normpath(posixpath.join(ROOT, path))
    return unix(path) if full.startswith(ROOT + "/") else None


for number, where in enumerate(
    name for name in PLACES if name not in {"Referer", "User-Agent", "X-Forwarded-For"}
):
    style = STYLED[number % len(STYLED)]
    api = where.startswith("JSON")
    value = "home" if where == "path" else "home.html"
    add(f"{style}: {where}, joined", True, unix, where, value, style=style, api=api)
    add(f"{style}: {where}, kept below the root", False, inside, where, value, style=style, api=api)

WAYS: dict[str, Read] = {
    "prefix": lambda v: unix(f"{ROOT}/{v}"),
    "prefix with a folder that exists": lambda v: unix(f"{ROOT}/en/{v}"),
    "../ removed once": lambda v: unix(v.replace("../", "")) if not v.startswith("/") else None,
    "absolute only": lambda v: unix(v) if not v.startswith("..") and ".." not in v else None,
    "decoded once more": lambda v: unix(unquote(v)) if "../" not in v and not v.startswith("/") else None,
    "must begin with the folder": lambda v: unix(v) if v.startswith("en/") else None,
    "suffix, cut by a null byte": lambda v: old_php(v + ".html") if not v.startswith("/") else None,
    "must end with .html, null byte": lambda v: old_php(v) if v.endswith(".html") else None,
    "include with wrappers, no dots": lambda v: (
        wrappers(v) if ".." not in v and not v.startswith("/") else None
    ),
    "URL reader": url_reader,
    "trimmed": lambda v: unix(v.strip()),
    "lower-cased": lambda v: unix(v.lower()),
}
for number, (what, read) in enumerate(WAYS.items()):
    style = STYLED[number % len(STYLED)]
    add(
        f"{style}: {what}", True, read, value="en/home.html" if "folder" in what else "home.html", style=style
    )
add(
    "php: own source by a wrapper",
    True,
    lambda v: (
        wrappers(v)
        if v.startswith("php://") and not v.startswith("php://filter/convert.base64-encode/resource=/")
        else ("<h1>Home</h1>" if v == "../index.php" else None)
    ),
    value="../index.php",
    style="php",
)
add("aspnet: Windows, backslashes", True, windows, style="aspnet")
add("aspnet: Windows, JSON", True, windows, "JSON leaf", style="aspnet", api=True)
add("aspnet: Windows, slashes refused", True, lambda v: windows(v) if "/" not in v else None, style="aspnet")
add("go: download as text", True, unix, raw=True, style="go")
add(
    "spring: base64 of the file",
    True,
    lambda v: (text := unix(v)) and base64.b64encode(text.encode()).decode(),
    style="spring",
)
add("express: in JSON of a GET", True, unix, api=True, style="express")


def served(decode: Callable[[str], str], name: str) -> None:
    """A static file server that looks at the raw path."""

    def site(request: Request) -> Response:
        path = decode(request.path)
        if not path.startswith("/static/"):
            return html("<h1>404</h1>", 404)
        text = unix(path.removeprefix("/static/")) if path != "/static/img/logo-77" else "logo"
        return (
            Response(200, headers=(("Content-Type", "text/plain"),), body=text.encode())
            if text
            else html("<h1>404</h1>", 404)
        )

    CASES.append(
        Case(
            "path_traversal",
            f"server: raw path, {name}",
            True,
            lambda: site,
            (Request.from_url("http://site.test/static/img/logo-77"),),
        )
    )


for number, style in enumerate(STYLED[:4]):
    add(
        f"{style}: template of a theme, {number} folders down",
        True,
        lambda v, n=number: unix(ROOT + "/en" * n + "/" + v),
        value="en/home.html",
        style=style,
    )
    add(
        f"{style}: template of a theme, checked",
        False,
        lambda v: inside(v) if "\0" not in v else None,
        value="en/home.html",
        style=style,
    )

served(str, "dots as they stand")
served(lambda path: unquote(path) if "../" not in path else "/", "percent-encoded")
served(lambda path: unquote(unquote(path)) if ".." not in unquote(path) else "/", "encoded twice")
served(lambda path: path.replace("%c0%af", "/") if "../" not in path else "/", "overlong slash")


# Traps.
def trap(name: str, answer: Callable[[str], Response], value: str = "home.html") -> None:
    read = place("query").read
    CASES.append(
        Case(
            "path_traversal",
            f"trap: {name}",
            False,
            lambda: lambda request: answer(read(request)),
            (place("query").ask(value),),
        )
    )


trap("the value is shown", lambda v: html(f"<p>File {entities.escape(v)} not found</p>"))
trap("a tutorial that holds passwd", lambda v: html(f"<h1>Unix users</h1><pre>{PASSWD}</pre>"))
trap("a search for passwd", lambda v: html(f"<pre>{PASSWD}</pre>" if "passwd" in v else "<p>nothing</p>"))
trap(
    "anything with dots shows a lesson",
    lambda v: html(f"<h1>Attack!</h1><pre>{PASSWD}</pre>" if ".." in v else "<p>ok</p>"),
)
trap("base name only", lambda v: html(unix(posixpath.basename(v)) or "none"))
trap("known names only", lambda v: html({"home.html": "<h1>Home</h1>"}.get(v, "<h1>404</h1>")))
trap("dots and slashes removed", lambda v: html(unix(re.sub(r"\.\.|[/\\]", "", v)) or "none"))
trap(
    "../ removed until none is left",
    lambda v: html((inside(v.replace("../", "")) if "../" not in v else None) or "none"),
)
trap(
    "a firewall",
    lambda v: html("<h1>Forbidden</h1>", 403) if ".." in v or "passwd" in v else html("<p>ok</p>"),
)
trap(
    "a path in an error",
    lambda v: html(
        f"<b>Warning</b>: include({entities.escape(v)}): failed to open stream in /var/www/index.php on line 3"
    ),
)
trap(
    "a file that talks of win.ini",
    lambda v: html(
        "<p>win.ini holds [fonts] and [extensions] sections</p>" if "win.ini" in v else "<p>?</p>"
    ),
)
