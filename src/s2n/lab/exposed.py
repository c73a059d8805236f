"""Files that were never meant to be served, and folders that only seem to have them."""

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response, redirect, text

leftovers = Family("press", "Press")

_ENV = "APP_ENV=production\nDB_HOST=127.0.0.1\nDB_PASSWORD=not-a-real-password\nSECRET_KEY=0000-lab-only\n"
_GIT_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
_DUMP = (
    "-- SQLite dump\nBEGIN TRANSACTION;\nCREATE TABLE customer (id INTEGER, name TEXT, password TEXT);\n"
    "INSERT INTO customer VALUES (1, 'admin', 'first-flush');\nCOMMIT;\n"
)
_CONFIG = "<?php\n$db_host = '127.0.0.1';\n$db_user = 'tea';\n$db_password = 'not-a-real-password';\n"
_PHPINFO = (
    "<!DOCTYPE html><html><head><title>phpinfo()</title></head><body><h1>PHP Version 7.4.3</h1>"
    "<table><tr><td>System</td><td>Linux tea-house</td></tr><tr><td>Server API</td><td>FPM/FastCGI</td></tr>"
    "<tr><td>Loaded Configuration File</td><td>/etc/php/7.4/php.ini</td></tr></table></body></html>"
)
_BYTES = "application/octet-stream"


def _leftover(path: str, variant: str, answer: Response, why: str) -> None:
    def handler(request: Request, shop: Shop) -> Response:
        del request, shop
        return answer

    handler.__doc__ = why
    leftovers.flaw("sensitive_files", f"GET {path}", "", "", variant, linked=False)(handler)


_leftover("/.git/HEAD", "git", text("ref: refs/heads/main\n", content_type=_BYTES), "A deployed .git folder.")
_leftover("/.git/config", "git", text(_GIT_CONFIG, content_type=_BYTES), "A deployed .git folder.")
_leftover("/.env", "environment", text(_ENV, content_type=_BYTES), "Passwords in a deployed .env file.")
_leftover("/backup.sql", "dump", text(_DUMP, content_type=_BYTES), "A dump of the data base.")
_leftover("/config.php.bak", "backup copy", text(_CONFIG, content_type=_BYTES), "The source of a PHP file.")
_leftover("/phpinfo.php", "phpinfo", Response(_PHPINFO.encode()), "A forgotten phpinfo page.")


@leftovers.safe("sensitive_files", "GET /app/*", "", "", "folder that answers 200 to everything")
def single_page(request: Request, shop: Shop) -> Response:
    """A single-page application: every path below gives the same page, with status 200."""
    return page("Tea planner", '<div id="root">Loading the planner.</div>')


@leftovers.safe("sensitive_files", "GET /old/*", "", "", "folder that names what is missing, with 200")
def renamed(request: Request, shop: Shop) -> Response:
    """Every path below gives 200 and a page that names the path and the minute."""
    name = "/".join(request.segments).replace("<", "").replace("&", "").replace('"', "")
    return page("We have moved", f"<p>/{name} is not here; {shop.random.randrange(10**6)} others looked.</p>")


@leftovers.safe("sensitive_files", "GET /staff/*", "", "", "folder that answers 403 to everything")
def forbidden(request: Request, shop: Shop) -> Response:
    """Every path below is forbidden, whether it exists or not."""
    return page("Staff only", "<p>Forbidden.</p>", 403)


@leftovers.safe("sensitive_files", "GET /2019/*", "", "", "folder that redirects everything")
def moved(request: Request, shop: Shop) -> Response:
    """Every path below redirects to the home page."""
    return redirect("/")
