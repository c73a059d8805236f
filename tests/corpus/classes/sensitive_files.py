"""Files that lie where they should not, and servers that answer as if they did."""

# ruff: noqa: E501 -- a file a line reads best

import itertools
from collections.abc import Callable

from corpus.case import Case
from s2n.model import Request, Response
from support.site import Site, html

CASES: list[Case] = []
HOME = "<!doctype html><html><body><h1>Welcome</h1><a href='/shop/index.php'>Shop</a></body></html>"
PAGES = tuple(
    Request.from_url(f"http://site.test{path}")
    for path in ("/", "/shop/index.php?id=1", "/blog/2024/hello.php", "/js/app.js")
)
NOT_FOUND: dict[str, Callable[[str], Response]] = {
    "nginx": lambda path: html(
        "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>",
        404,
    ),
    "apache": lambda path: html(
        f"<h1>Not Found</h1><p>The requested URL {path} was not found on this server.</p>", 404
    ),
    "spa": lambda path: html(
        "<!doctype html><html><div id=root></div><script src=/js/app.js></script></html>"
    ),
    "echo": lambda path: html(f"<h1>Sorry</h1><p>We have no {path}</p>"),
    "redirect": lambda path: html("", 302, location="/"),
    "login": lambda path: html("", 302, location=f"/login?next={path}"),
}


def files(contents: dict[str, bytes], missing: str) -> Callable[[], Site]:
    def site(request: Request) -> Response:
        if request.path == "/":
            return html(HOME)
        if request.path in contents:
            return Response(
                200, headers=(("Content-Type", "application/octet-stream"),), body=contents[request.path]
            )
        if request.path.endswith("index.php") or request.path == "/blog/2024/hello.php":
            return html("<h1>A page</h1>")
        return NOT_FOUND[missing](request.path)

    return lambda: site


def add(name: str, vulnerable: bool, make: Callable[[], Site]) -> None:
    CASES.append(Case("sensitive_files", name, vulnerable, make, PAGES))


PHP = b"<?php\n$db = new mysqli('localhost', 'root', 'hunter2', 'shop');\n"
FOUND: dict[str, bytes] = {
    "/.git/HEAD": b"ref: refs/heads/main\n",
    "/.git/config": b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n",
    "/.env": b"APP_NAME=shop\nDB_PASSWORD=hunter2\n",
    "/.env.production": b"export SECRET_KEY=abc\n",
    "/backup.sql": b"-- MySQL dump 10.13  Distrib 8.0.36\nCREATE TABLE users (id int);\n",
    "/backup.zip": b"PK\x03\x04\x14\x00\x00\x00",
    "/site.test.tar.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "/db.sqlite3": b"SQLite format 3\x00\x10\x00",
    "/id_rsa": b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
    "/wp-config.php.bak": b"<?php\ndefine( 'DB_PASSWORD', 'hunter2' );\n",
    "/.htpasswd": b"admin:$apr1$eW5ZqV1H$Jx0QvT8bq8mQmJ0Zc2b9x1\n",
    "/.svn/wc.db": b"SQLite format 3\x00",
    "/phpinfo.php": b"<!DOCTYPE html><html><head><title>PHP 8.2.7 - phpinfo()</title></head><body>PHP Version</body></html>",
    "/docker-compose.yml": b"version: '3'\nservices:\n  web:\n    image: shop\n",
    "/.DS_Store": b"\x00\x00\x00\x01Bud1\x00\x00",
    "/storage/logs/laravel.log": b"[2024-02-29 10:00:00] production.ERROR: boom\n",
    "/shop/index.php.bak": PHP,
    "/shop/index.php~": PHP,
    "/shop/.git/HEAD": b"4b825dc642cb6eb9a060e54bf8d69288fbee4904\n",
    "/shop/.env": b"STRIPE_KEY=sk_live_x\n",
    "/blog/2024/hello.php.old": PHP,
}
for number, (path, body) in enumerate(FOUND.items()):
    style = list(NOT_FOUND)[number % 5]
    add(f"{style}: {path}", True, files({path: body}, style))

for style in NOT_FOUND:
    add(f"{style}: nothing there", False, files({}, style))


def trap(name: str, answer: Callable[[Request], Response]) -> None:
    add(f"trap: {name}", False, lambda: answer)


CATCH_ALL = html("ref: refs/heads/main\nAPP_KEY=value\n-----BEGIN RSA PRIVATE KEY-----\nPK\x03\x04")
COUNT = itertools.count()
trap("one answer to everything, that looks like all of them", lambda r: CATCH_ALL)
trap(
    "plain text of the wrong kind",
    lambda r: Response(200, headers=(("Content-Type", "text/plain"),), body=b"OK"),
)
trap("a page that quotes the path and key=value", lambda r: html(f"<pre>{r.path}\nA_B=c</pre>"))
trap("everything is forbidden", lambda r: html(HOME) if r.path == "/" else html("<h1>Forbidden</h1>", 403))
trap(
    "dotfiles are forbidden, the rest is missing",
    lambda r: html("<h1>Forbidden</h1>", 403) if "/." in r.path else NOT_FOUND["nginx"](r.path),
)
trap("an error for everything", lambda r: html("<h1>Bad gateway</h1>", 502))
trap("a random page", lambda r: html(f"<p>{next(COUNT)}</p>" * (next(COUNT) % 7 + 1)))
trap(
    "any .env is the same empty file",
    lambda r: Response(200, body=b"") if ".env" in r.path else NOT_FOUND["apache"](r.path),
)
trap(
    "an archive for every name that ends with .zip",
    lambda r: (
        Response(200, headers=(("Content-Type", "application/zip"),), body=b"PK\x03\x04\x14")
        if r.path.endswith(".zip")
        else NOT_FOUND["nginx"](r.path)
    ),
)
trap(
    "a blog about phpinfo", lambda r: html("<html><title>All about phpinfo</title><h1>phpinfo()</h1></html>")
)
trap(
    "a wiki: every name is a page to be written",
    lambda r: html(
        f"<html><title>{r.path[1:]}</title><p>This page does not exist yet. <a href='/edit{r.path}'>Create it</a></p></html>"
    ),
)
trap("slows down with 429", lambda r: html("<h1>Too many requests</h1>", 429))
