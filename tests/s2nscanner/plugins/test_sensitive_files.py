import asyncio
import gzip
import re
import sqlite3
import zipfile
from io import BytesIO

import pytest

from s2n.model import Confidence, Request, Response, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.sensitive_files import CVSS, MAX_CANDIDATES, MAX_REQUESTS, Plugin, catalogue
from support.site import MemorySender, html

ROOT = "http://site.test"


def run(site, *pages, target="/", **options):
    """What the plugin claims, each of which must stand the engine's verification; every request it sent."""
    sender = MemorySender(site)
    scan = ScanRequest(target_url=ROOT + target, **options)
    endpoints = [Request.from_url(page if "://" in page else ROOT + page) for page in pages]

    async def go():
        ctx = Context(Plugin.info, Shared(scan, sender, endpoints), Fresh(1))
        claims = [claim async for claim in Plugin().run(ctx)]
        ctx.allow(100)
        assert [await claim.again() for claim in claims] == [True] * len(claims)
        return claims

    return asyncio.run(go()), sender.requests


def files(contents, otherwise=lambda request: html("not found", 404)):
    """A site of files, and what it answers to everything else."""

    def site(request):
        body = contents.get(request.path)
        if body is None:
            return otherwise(request)
        return Response(200, body=body if isinstance(body, bytes) else body.encode())

    return site


def archive():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("index.php", "<?php")
    return buffer.getvalue()


def database():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table nodes (path)")
    data = connection.serialize()
    connection.close()
    return data


FILES = {
    "/.git/HEAD": "ref: refs/heads/main\n",
    "/.git/config": "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n",
    "/.env": "# settings\nAPP_KEY=base64:abc\nDB_PASSWORD=secret\n",
    "/.aws/credentials": "[default]\naws_access_key_id = AKIA\naws_secret_access_key = x\n",
    "/id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n",
    "/.svn/wc.db": database(),
    "/.svn/entries": "12\n",
    "/.hg/requires": "dotencode\nfncache\nstore\n",
    "/.DS_Store": b"\0\0\0\1Bud1\0\0",
    "/backup.zip": archive(),
    "/site.test.zip": archive(),
    "/backup.tar.gz": gzip.compress(b"tar"),
    "/dump.sql": "-- MySQL dump 10.13  Distrib 8.0\n\nCREATE TABLE `users` (id int);\n",
    "/backup.sql": "DROP TABLE IF EXISTS users;\nINSERT INTO users VALUES (1);\n",
    "/phpinfo.php": "<!DOCTYPE html><html><head><title>PHP 8.2.1 - phpinfo()</title></head></html>",
    "/.htpasswd": "admin:$apr1$abcdefgh$0123456789abcdef\n",
    "/.htaccess": "RewriteEngine On\nRewriteRule ^ index.php\n",
    "/web.config": '<?xml version="1.0"?>\n<configuration>\n <appSettings></appSettings></configuration>',
    "/composer.json": '{"name": "a/b", "require": {"php": ">=8"}}',
    "/package.json": '{"name": "a", "dependencies": {"left-pad": "1"}}',
    "/Dockerfile": "FROM python:3.11\nCOPY . .\nCMD run\n",
    "/docker-compose.yml": "version: '3'\nservices:\n  db:\n    image: mysql\n",
    "/wp-config.php.bak": "<?php\ndefine( 'DB_PASSWORD', 'x' );\n",
    "/.vscode/sftp.json": '{"host": "x", "username": "u", "password": "p"}',
    "/.idea/workspace.xml": '<?xml version="1.0"?>\n<project version="4">\n</project>',
    "/storage/logs/laravel.log": "[2024-01-02 03:04:05] production.ERROR: boom\n",
}


@pytest.mark.parametrize("path", FILES)
def test_fires(path):
    claims, _ = run(files({path: FILES[path]}))
    assert [claim.variant for claim in claims] == [path]
    assert claims[0].confidence is Confidence.CERTAIN
    assert claims[0].exchange.request.path == path
    assert claims[0].title
    assert (claims[0].cvss_vector, claims[0].cvss_score) == CVSS[claims[0].severity]


def test_fires_on_a_site_that_answers_everything():
    claims, requests = run(files(FILES, lambda request: html("<h1>Shop</h1>")))
    assert {claim.variant for claim in claims} == FILES.keys()
    assert len(requests) <= MAX_REQUESTS


SILENT = {
    "404": lambda request: html("not found", 404),
    "the application's page for everything": lambda request: html("<!doctype html><div id=app></div>"),
    "redirects": lambda request: html("", 302, location="/login"),
    "403 for dotfiles": lambda request: html("no", 403 if "/." in request.path else 404),
    "empty files": lambda request: Response(200),
    "names without content": lambda request: Response(200, body=b"nothing to see here"),
    "a page that quotes": lambda request: html(
        "<!-- x --><html><pre>ref: refs/heads/main\nDB_PASSWORD=x\n[core]\n bare = true\naws_access_key_id=\n"
        "-----BEGIN RSA PRIVATE KEY-----\nCREATE TABLE x</pre></html>"
    ),
    "the same text for everything": lambda request: Response(200, body=b"APP_KEY=x\nref: refs/heads/x\n"),
    "the same archive for everything": lambda request: Response(200, body=archive()),
    "the right content behind an error": lambda request: Response(
        500, body=str(FILES.get(request.path, "")).encode()
    ),
    "a server's rules without settings": files(
        {"/web.config": "<configuration><system.webServer><rewrite/></system.webServer></configuration>"}
    ),
    "a script": lambda request: Response(200, body=b"window.app = 1;\nvar DB_PASSWORD = 2;\n"),
}


@pytest.mark.parametrize("name", SILENT)
def test_stays_silent(name):
    claims, requests = run(SILENT[name], "/index.php", "/shop/a.php", "/shop/img/b.php")
    assert claims == []
    assert len(requests) <= MAX_REQUESTS


def test_a_page_about_such_a_file_is_not_the_file():
    page = "<!DOCTYPE html>\n<html><pre>\nAPP_KEY=base64:abc\nDB_PASSWORD=secret\n</pre></html>"
    assert run(files({"/.env": page}))[0] == []


def test_only_a_200_hands_out_a_file():
    moved = Response(302, headers=(("Location", "/login"),), body=FILES["/.env"].encode())
    site = lambda request: moved if request.path == "/.env" else html("", 404)  # noqa: E731
    assert run(site)[0] == []


def test_copies_of_pages_that_the_crawl_found():
    site = files({"/shop/cart.php~": "<?php $db = 1;", "/shop/.cart.php.swp": b"b0VIM 8.2\0"})
    claims, requests = run(site, "/shop/cart.php?id=1", "/about")
    assert {claim.variant for claim in claims} == {"/shop/cart.php~", "/shop/.cart.php.swp"}
    assert not any(request.path.startswith("/about.") for request in requests)


def test_a_copy_that_is_executed_is_no_leak():
    claims, _ = run(files({"/cart.php.bak": "<h1>Cart</h1>", "/cart.php.old": "Cart"}), "/cart.php")
    assert claims == []


def test_folders_that_the_crawl_found():
    site = files({"/shop/admin/.env": FILES["/.env"], "/users/7/.env": FILES["/.env"]})
    claims, requests = run(site, "/shop/admin/users", "/users/7/edit")
    assert [claim.variant for claim in claims] == ["/shop/admin/.env"]
    assert any(request.path == "/shop/.git/HEAD" for request in requests)


def test_large_sites_stay_within_the_budget():
    pages = [f"/d{i % 40}/e{i}/page{i}.php" for i in range(3000)]
    claims, requests = run(files(FILES, lambda request: html("<h1>Shop</h1>")), *pages)
    assert len(claims) == len(FILES)
    assert len(requests) <= MAX_REQUESTS


def test_several_origins_share_the_budget():
    pages = [f"http://{host}.test/d{i}/page{i}.php" for host in ("site", "api", "cdn") for i in range(20)]
    _, requests = run(SILENT["404"], *pages)
    assert len(requests) == MAX_CANDIDATES
    roots = [request.origin.host for request in requests if request.path == "/.git/HEAD"]
    assert roots == ["site.test", "api.test", "cdn.test"]


def test_nothing_is_asked_for_twice():
    _, requests = run(SILENT["404"], "/a/b.php", "/a/c.php", "/config.php")
    assert len({request.target for request in requests}) == len(requests)


def test_the_scope_of_a_folder_is_kept():
    _, requests = run(SILENT["404"], "/app/x/y.php", "/other/z.php", target="/app/index.php", scope="folder")
    assert requests
    assert all(request.path.startswith("/app/") for request in requests)


def test_excluded_urls_are_not_requested():
    _, requests = run(SILENT["404"], exclude=("backup", r"\.git/"))
    assert not any(re.search(r"backup|\.git/", request.target) for request in requests)


def test_every_entry_is_sound():
    entries = catalogue().file
    assert len({entry.path for entry in entries}) == len(entries)
    for entry in entries:
        assert not entry.path.startswith("/")
        assert not re.search(entry.looks.encode(), b"", re.MULTILINE), entry.path
        assert isinstance(entry.severity, Severity)
