import base64
import html as htmllib
import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest

from s2n.model import Confidence, Request, Response
from s2n.s2nscanner.plugins.path_traversal import Plugin
from s2n.s2nscanner.sdk import InputPoint, Location
from support.site import MemorySender, html, params, point_at, run_check

URL = "http://site.test/view?file=img/report.txt"
WIN_INI = "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n[mci extensions]\r\n[files]\r\n[Mail]\r\n"


@pytest.fixture
def root(tmp_path):
    """A folder as an application serves it."""
    (tmp_path / "files/img").mkdir(parents=True)
    (tmp_path / "files/img/report.txt").write_text("quarterly figures")
    (tmp_path / "files/about.php").write_text("<?php\n$secret = 1;\n?><h1>About</h1>")
    return tmp_path / "files"


def text(body):
    return Response(200, headers=(("Content-Type", "text/plain"),), body=body)


def read(path):
    """What a real file system says; a missing file is a page of the application's."""
    try:
        return text(Path(path).read_bytes())
    except (OSError, ValueError):
        return html("<h1>Not found</h1>", 404)


def value(request):
    return params(request).get("file", "")


def plain(root, request):
    return read(f"{root}/{value(request)}")


def anywhere(root, request):
    name = value(request)
    return html("no", 400) if ".." in name else read(name if name.startswith("/") else f"{root}/{name}")


def normalised(root, request):
    """Must begin with the right folder, and is resolved as text."""
    name = value(request)
    return read(posixpath.normpath(f"{root}/{name}")) if name.startswith("img") else html("no", 400)


def stripped_once(root, request):
    return read(f"{root}/{value(request).replace('../', '')}")


def null_ended(root, request):
    """Checks the suffix, and hands the name to a C library."""
    name = value(request)
    return read(f"{root}/{name.partition(chr(0))[0]}") if name.endswith(".txt") else html("no", 400)


def decoded_twice(root, request):
    name = value(request)
    return html("no", 400) if ".." in name else read(f"{root}/{unquote(name)}")


def overlong(root, request):
    octets = unquote_to_bytes(request.query.partition("=")[2])
    if b"../" in octets:
        return html("no", 400)
    return read(f"{root}/{octets.replace(bytes([0xC0, 0xAF]), b'/').decode('latin-1')}")


def fetched(root, request):
    """A URL is fetched, with a suffix of the application's."""
    parts = urlsplit(value(request) + ".txt")
    return read(unquote(parts.path)) if parts.scheme == "file" else read(root / "img/report.txt")


def fetched_without_suffix(root, request):
    name = value(request)
    return read(name.removeprefix("file://")) if name.startswith("file://") else html("no", 400)


def included(root, request):
    """PHP's include: filters by wrapper, and a suffix that cannot be cut off."""
    name = value(request)
    prefix = "php://filter/convert.base64-encode/resource="
    path = root / f"{name.removeprefix(prefix)}.php"
    if not path.is_file() or ".." in name:
        return html("<b>Warning</b>: include(): Failed opening")
    body = path.read_bytes()
    return html(base64.b64encode(body).decode() if name.startswith(prefix) else "<h1>About</h1>")


def wrapped(root, request):
    """PHP's include that shows nothing but what a filter makes of the file."""
    scheme, _, path = value(request).partition("/convert.base64-encode/resource=")
    if scheme != "php://filter":
        return html("<h1>Welcome</h1>")
    return html(f"<h1>Welcome</h1>{encoded(read(path).text)}")


def windows(root, request):
    """A made-up drive: both slashes part, ``..`` is resolved as text and stops at the root."""
    name = value(request)
    if "/" in name:
        return html("no", 400)
    path = posixpath.normpath("/inetpub/" + name.replace("\\", "/")).lower()
    return text(WIN_INI.encode()) if path == "/windows/win.ini" else html("missing", 404)


def windows_with_slashes(root, request):
    """The same, where only the other slash parts."""
    path = posixpath.normpath(f"/inetpub/{value(request)}").lower()
    return text(WIN_INI.encode()) if path == "/windows/win.ini" else html("missing", 404)


def drive(root, request):
    name = value(request)
    path = posixpath.normpath(name.replace("\\", "/")).lower()
    return text(WIN_INI.encode()) if path == "c:/windows/win.ini" else html("missing", 404)


def encoded(body):
    return base64.b64encode(body.encode()).decode()


def shown_in(render):
    return lambda root, request: render(read(f"{root}/{value(request)}").text)


FIRES = {
    "plain": plain,
    "absolute": anywhere,
    "prefix kept": normalised,
    "stripped once": stripped_once,
    "suffix checked": null_ended,
    "decoded twice": decoded_twice,
    "overlong UTF-8": overlong,
    "URL with a suffix": fetched,
    "URL": fetched_without_suffix,
    "PHP's filter": wrapped,
    "back slashes": windows,
    "slashes on Windows": windows_with_slashes,
    "drive letter": drive,
    "in a page": shown_in(lambda body: html(f"<pre>{htmllib.escape(body)}</pre>")),
    "in a page, line by line": shown_in(lambda body: html(htmllib.escape(body).replace("\n", "<br>"))),
    "in JSON": shown_in(lambda body: text(json.dumps({"content": body}).replace("/", "\\/").encode())),
    "in base64": shown_in(
        lambda body: html(f'<img src="data:;base64,{base64.b64encode(body.encode()).decode()}">')
    ),
    "behind an error status": shown_in(lambda body: html(f"<pre>{body}</pre>", 500)),
}


def basename(root, request):
    return read(f"{root}/img/{posixpath.basename(value(request))}")


def resolved(root, request):
    try:
        path = (root / value(request)).resolve()
    except ValueError:
        return html("no", 400)
    return read(path) if path.is_relative_to(root.resolve()) else html("no", 403)


MANUAL = "<pre>../../../../etc/passwd\nroot:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false</pre>"


def manual(root, request):
    """A page about /etc/passwd, whatever is asked."""
    return html(f"<h1>The user file</h1>{MANUAL}")


def search(root, request):
    """A search in a manual: finds pages by any word of the query."""
    words = set(re.findall(r"[a-z]{3,}", value(request)))
    return html(f"<h1>Found</h1>{MANUAL}" if "passwd" in words else "<h1>Nothing</h1>")


def literal_search(root, request):
    """A search for the whole query as it stands."""
    return html(
        f"<h1>Found</h1>{MANUAL}" if value(request) and value(request) in MANUAL else "<h1>Nothing</h1>"
    )


def php_tutorial(root, request):
    return html("<pre>&lt;?php\necho 1;</pre><p>PD9waHAKZWNobyAiaGVsbG8gd29ybGQgYWdhaW4iOw==</p>")


SILENT = {
    "base name only": basename,
    "resolved and checked": resolved,
    "a fixed list": lambda root, request: read(root / "img/report.txt"),
    "a page that quotes the file": manual,
    "a search that finds such a page": search,
    "a search for the whole text": literal_search,
    "a tutorial": php_tutorial,
    "echo": lambda root, request: html(htmllib.escape(value(request))),
    "a filter that answers 403": lambda root, request: html("no", 403 if "etc" in value(request) else 200),
    "an error that names the file": lambda root, request: html(f"open: no such file {value(request)}", 500),
}


@pytest.mark.parametrize("name", FIRES)
def test_fires(name, root):
    claims = run_check(Plugin(), lambda request: FIRES[name](root, request), point_at(URL, "file"))
    assert len(claims) == 1
    assert claims[0].confidence is Confidence.CERTAIN
    assert re.search(r"content of (/etc/passwd: root:|win\.ini: )", claims[0].evidence)
    assert claims[0].control is not None
    assert claims[0].control.response.body != claims[0].exchange.response.body


@pytest.mark.parametrize("name", SILENT)
def test_stays_silent(name, root):
    assert run_check(Plugin(), lambda request: SILENT[name](root, request), point_at(URL, "file")) == []


def test_a_name_without_a_folder(root):
    point = point_at("http://site.test/view?file=report.txt", "file")
    (claim,) = run_check(Plugin(), lambda request: plain(root, request), point)
    assert re.fullmatch(r"(\.\./)+etc/passwd", claim.payload)


def test_source_of_an_included_page(root):
    point = point_at("http://site.test/?file=about", "file")
    claims = run_check(Plugin(), lambda request: included(root, request), point)
    assert len(claims) == 1
    assert "the page's own program" in claims[0].evidence


def refuses(*bad):
    return lambda path: any(text in path for text in bad)


def inetpub(path):
    resolved = posixpath.normpath("/inetpub/" + path.replace("\\", "/"))
    return text(WIN_INI.encode()) if resolved == "/windows/win.ini" else html("missing", 404)


SEGMENTS = {
    "as it stands": lambda root, path: read(f"{root}/{path}"),
    "decoded": lambda root, path: (
        html("no", 400) if refuses("../", "%2f")(path) else read(f"{root}/{unquote(path)}")
    ),
    "split, then decoded": lambda root, path: read(f"{root}/{unquote(path.partition('/')[0])}"),
    "decoded twice": lambda root, path: (
        html("no", 400) if refuses("..", "/")(unquote(path)) else read(f"{root}/{unquote(unquote(path))}")
    ),
    "stripped once": lambda root, path: read(f"{root}/{path.replace('../', '')}"),
    "joined": lambda root, path: (
        html("no", 400) if refuses("..", "%2e")(path) else read(posixpath.join(root, unquote(path)))
    ),
    "Windows": lambda root, path: inetpub(path),
    "Windows, decoded": lambda root, path: (
        html("no", 400) if refuses("/")(unquote(path)) else inetpub(unquote(path))
    ),
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_path_segments(root, name):
    """A static file server: what follows in the URL's path is the path of the file."""
    point = point_at("http://site.test/files/v1.2", "2")
    claims = run_check(
        Plugin(), lambda request: SEGMENTS[name](root, request.path.removeprefix("/files/")), point
    )
    assert [claim.confidence for claim in claims] == [Confidence.CERTAIN]


def post(name="img/report.txt"):
    return Request.from_url(
        "http://site.test/view",
        "POST",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        f"file={name}".encode(),
    )


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="the file that nobody can change is Linux's")
def test_what_may_write_is_only_given_a_file_that_cannot_be_written(root):
    sender = MemorySender(lambda request: plain(root, request))
    claims = run_check(Plugin(), sender, point_at("", "file", post()))
    assert len(claims) == 1
    assert not any(b"passwd" in request.body for request in sender.requests)


def test_upload_names_uninvited_headers_and_session_tokens_are_left_alone():
    sender = MemorySender(manual)
    request = Request.from_url(URL)
    for location, name, present in (
        (Location.FILENAME, "f", "a.png"),
        (Location.HEADER, "Referer", ""),
        (Location.COOKIE, "sid", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"),
    ):
        assert run_check(Plugin(), sender, InputPoint(request, location, name, present)) == []
    assert sender.requests == []


def test_a_cookie_that_names_a_file(root):
    request = Request.from_url("http://site.test/", headers=(("Cookie", "theme=img/report.txt"),))

    def site(request):
        return read(f"{root}/{unquote((request.header('cookie') or '').partition('=')[2])}")

    assert len(run_check(Plugin(), site, point_at("", "theme", request))) == 1
