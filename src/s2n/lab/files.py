"""Path traversal: downloads that leave their folder and read the machine's real files."""

import posixpath
import stat
from pathlib import Path
from urllib.parse import unquote

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response, text

downloads = Family("downloads", "Downloads", blocking=True)

BASE = "/srv/tea-house/files"
"""Where the shop's own documents seem to lie: the same depth on every machine, whatever s2n's own."""

_DOCUMENTS = {
    "menu.txt": "Sencha 7.50\nAssam 5.00\nTie Guan Yin 14.00\n",
    "brewing.txt": "Green: 70 degrees, 2 minutes. Black: 95 degrees, 3 minutes.\n",
    "pictures/leaf.txt": "(a picture of a leaf)\n",
    "themes/light.txt": "background: white\n",
}
_MOST = 1 << 16
_PASSWD = (
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin"
)


def _read(path: str) -> Response:
    """What open() would give, the shop's documents being mounted at `BASE`; devices are left alone."""
    if "\0" in path:
        return _missing()
    path = posixpath.normpath(path).replace("//", "/")
    inside = path.removeprefix(BASE + "/")
    if inside != path:
        return text(_DOCUMENTS[inside]) if inside in _DOCUMENTS else _missing()
    try:
        real = Path(path)
        if not stat.S_ISREG(real.stat().st_mode):
            return _missing()
        with real.open("rb") as file:
            return text(file.read(_MOST).decode("utf-8", "replace"))
    except (OSError, ValueError):
        return _missing()


def _missing() -> Response:
    return page("No such document", "<p>This document is not here (any more).</p>", 404)


def _inside(path: str) -> bool:
    return posixpath.normpath(path).startswith(BASE + "/")


@downloads.flaw("path_traversal", "GET /download", "file", "menu.txt", "no check")
def download(request: Request, shop: Shop) -> Response:
    """The name is appended to the folder as it is."""
    return _read(f"{BASE}/{request.field('file')}")


@downloads.safe("path_traversal", "GET /manual", "file", "menu.txt", "resolved, then checked")
def manual(request: Request, shop: Shop) -> Response:
    """The path is resolved first and must still lie in the folder."""
    path = f"{BASE}/{request.field('file')}"
    return _read(path) if _inside(path) else _missing()


@downloads.flaw("path_traversal", "GET /leaflet", "name", "brewing.txt", "filter takes out ../ once")
def leaflet(request: Request, shop: Shop) -> Response:
    """`../` is taken out once, which makes `....//` into one."""
    return _read(f"{BASE}/{request.field('name').replace('../', '')}")


@downloads.safe("path_traversal", "GET /brochure", "name", "brewing.txt", "last part of the name only")
def brochure(request: Request, shop: Shop) -> Response:
    """Only what stands behind the last slash counts."""
    return _read(f"{BASE}/{posixpath.basename(request.field('name'))}")


@downloads.flaw("path_traversal", "GET /document", "path", "menu.txt", "absolute path joined")
def document(request: Request, shop: Shop) -> Response:
    """`..` is refused, but joining an absolute path forgets the folder."""
    path = request.field("path")
    return _missing() if ".." in path else _read(posixpath.join(BASE, path))


@downloads.safe("path_traversal", "GET /sheet", "path", "menu.txt", "joined, then checked")
def sheet(request: Request, shop: Shop) -> Response:
    """The same join, but the result must lie in the folder."""
    path = posixpath.join(BASE, request.field("path"))
    return _read(path) if _inside(path) else _missing()


@downloads.flaw("path_traversal", "GET /picture", "src", "pictures/leaf.txt", "prefix demanded")
def picture(request: Request, shop: Shop) -> Response:
    """The name must begin with `pictures/`, and may go on with `../`."""
    src = request.field("src")
    return _read(f"{BASE}/{src}") if src.startswith("pictures/") else _missing()


@downloads.flaw("path_traversal", "GET /theme", "name", "light", "suffix appended, cut at NUL")
def theme(request: Request, shop: Shop) -> Response:
    """`.txt` is appended, but as in C the name ends at the first NUL."""
    name, _, _ = f"{request.field('name')}.txt".partition("\0")
    return _read(f"{BASE}/themes/{name}")


@downloads.safe("path_traversal", "GET /skin", "name", "light", "suffix appended, NUL refused")
def skin(request: Request, shop: Shop) -> Response:
    """`.txt` is appended, a slash or a NUL is refused."""
    name = request.field("name")
    return _missing() if "/" in name or "\0" in name else _read(f"{BASE}/themes/{name}.txt")


@downloads.flaw("path_traversal", "GET /archive", "file", "menu.txt", "decoded twice, checked in between")
def archive(request: Request, shop: Shop) -> Response:
    """`..` and a leading slash are refused before the name is percent-decoded once more."""
    name = request.field("file")
    return _missing() if ".." in name or name.startswith("/") else _read(f"{BASE}/{unquote(name)}")


@downloads.safe("path_traversal", "GET /annals", "file", "menu.txt", "decoded twice, checked last")
def annals(request: Request, shop: Shop) -> Response:
    """Decoded until nothing changes, checked afterwards."""
    name = request.field("file")
    while (decoded := unquote(name)) != name:
        name = decoded
    path = f"{BASE}/{name}"
    return _read(path) if _inside(path) else _missing()


@downloads.flaw("path_traversal", "POST /print", "file", "menu.txt", "POST form")
def print_document(request: Request, shop: Shop) -> Response:
    """The field of a form is appended to the folder as it is."""
    return _read(f"{BASE}/{request.field('file')}")


@downloads.safe("path_traversal", "POST /fax", "file", "menu.txt", "POST form, from a list")
def fax(request: Request, shop: Shop) -> Response:
    """Only the names of the shop's documents are accepted."""
    name = request.field("file")
    return _read(f"{BASE}/{name}") if name in _DOCUMENTS else _missing()


@downloads.safe("path_traversal", "GET /help", "topic", "accounts", "page that quotes a passwd file")
def unix_help(request: Request, shop: Shop) -> Response:
    """An article on /etc/passwd, with the usual example, whatever the topic."""
    return page("Help: accounts", f"<p>A passwd file looks like this:</p>\n<pre>{_PASSWD}</pre>")


@downloads.safe("path_traversal", "GET /paper", "id", "1", "looked up by number")
def paper(request: Request, shop: Shop) -> Response:
    """The value is a position in a list, never a name."""
    number = request.field("id")
    names = list(_DOCUMENTS)
    known = number.isascii() and number.isdigit() and len(number) < 3 and int(number) < len(names)
    return _read(f"{BASE}/{names[int(number)]}") if known else _missing()
