"""Values that the server fetches, and values that only look like addresses."""

import base64
import html as codec
import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from corpus.network import HOME, Unreachable, fetch
from s2n.model import Request, Response
from support.site import Answer, Site, html

PLUGIN = "ssrf"
Show = Callable[[str], Answer]
PIC = "http://cdn.test/a.png"


def page(text: str) -> Answer:
    return html(f"<!doctype html><title>Preview</title><div class=preview>{text}</div>")


def escaped(text: str) -> Answer:
    return page(codec.escape(text))


def as_json(text: str) -> Answer:
    return Response(
        200, headers=(("Content-Type", "application/json"),), body=json.dumps({"body": text}).encode()
    )


def in_base64(text: str) -> Answer:
    return as_json("data:text/html;base64," + base64.b64encode(text.encode()).decode())


def start(text: str) -> Answer:
    return escaped(text[:160])


def nothing(_: str) -> Answer:
    return page("Thank you, we will have a look.")


def site(
    name: str, show: Show = page, failed: Show = lambda _: page("cannot load this"), *, allow=None, **options
):
    """Fetches what ``name`` holds; ``allow`` may refuse a value or change it."""

    def answer(request: Request) -> Answer:
        if request.target == "/":
            return html(HOME)
        value = taken(request, name)
        if not value:
            return page("Nothing to preview")
        address = allow(value) if allow else value
        if not address:
            return page("This address is not allowed")
        try:
            return show(fetch(address, **options))
        except Unreachable as error:
            return failed(str(error))

    return lambda: answer


def has_cdn(value: str) -> str:
    return value if "cdn.test" in value else ""


def begins_with_cdn(value: str) -> str:
    return value if value.startswith("http://cdn.test") else ""


def ends_with_png(value: str) -> str:
    return value if value.endswith(".png") else ""


def not_localhost(value: str) -> str:
    return "" if re.search(r"127\.0\.0\.1|localhost", value) else value


def proper(value: str) -> str:
    return value if urlsplit(value).hostname == "cdn.test" and urlsplit(value).port is None else ""


def own_only(value: str) -> str:
    return value if urlsplit(value).hostname == "site.test" else ""


def yes(name: str, request: Request, make: Callable[[], Site], *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, True, make, (request,), callbacks=callbacks)


def no(name: str, request: Request, make: Callable[[], Site], *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, False, make, (request,), callbacks=callbacks)


def show_page(request: Request) -> Answer:
    return html(HOME) if request.target == "/" else page("ok")


def reading(name: str, write: Callable[[str], Answer]):
    """Fetches nothing: only shows what ``write`` makes of the value."""
    return lambda: lambda request: html(HOME) if request.target == "/" else write(taken(request, name))


def falls_back(request: Request) -> Answer:
    return html(HOME)


def rules(value: str) -> Answer:
    """Says of each address why it does not like it, before any connection."""
    parts = urlsplit(value)
    if parts.hostname in {"127.0.0.1", "localhost"}:
        return page("Connection refused by policy: loopback addresses are not allowed")
    return page(f"Connection refused by policy: {codec.escape(parts.hostname or '')} is not on the list")


def by_path(request: Request) -> Answer:
    """Shows its own page by the path of the address, without fetching anything."""
    value = taken(request, "url")
    return html(HOME) if request.target == "/" or urlsplit(value).path == "/" else page("no such page")


def manual(_: str) -> Answer:
    return page("Troubleshooting: ECONNREFUSED means nobody listens; ENOTFOUND means an unknown host.")


def dns_only(value: str) -> Answer:
    host = urlsplit(value).hostname or ""
    known = host in {"cdn.test", "127.0.0.1", "localhost"}
    return page("looks fine" if known else f"could not resolve {codec.escape(host)}")


CASES = [
    yes("flask: preview shows the page", query("/preview", url=PIC), site("url")),
    yes("django: escaped", query("/preview", link=PIC), site("link", escaped)),
    yes(
        "express: JSON in, JSON out",
        json_body("/api/fetch", {"image": {"url": PIC}}),
        site("image.url", as_json),
    ),
    yes("node: image as data URL", json_body("/api/avatar", {"avatar": PIC}), site("avatar", in_base64)),
    yes("php: form", form("/import.php", feed=PIC), site("feed", stack="php")),
    yes("spring: multipart field", multipart("/hooks", webhook=PIC), site("webhook", escaped, stack="java")),
    yes("soap: XML element", xml("/ws", source=PIC), site("r.source", escaped)),
    yes("rails: cookie", cookie("/theme", "theme_url", "http://cdn.test/t.css"), site("theme_url")),
    yes("go: only the start is shown", query("/card", u=PIC), site("u", start)),
    yes(
        "stock check: a host without scheme", form("/stock", stockApi="stock.cdn.test:80/7"), site("stockApi")
    ),
    yes("filter: the name anywhere", query("/p", url=PIC), site("url", allow=has_cdn)),
    yes("filter: the beginning", query("/p", url=PIC), site("url", allow=begins_with_cdn)),
    yes("filter: the end", query("/p", img=PIC), site("img", allow=ends_with_png)),
    yes("filter: the usual names of loopback", query("/p", url=PIC), site("url", allow=not_localhost)),
    yes(
        "file scheme only", query("/p", doc="http://cdn.test/a"), site("doc", escaped, files=True, port=3000)
    ),
    *(
        yes(
            f"{stack}: errors only",
            query("/check", target=PIC),
            site("target", nothing, escaped, stack=stack, port=3000),
        )
        for stack in ("python", "node", "php", "java", "go", "curl", "dotnet", "ruby")
    ),
    yes(
        "errors only, odd name",
        form("/x", note="see below"),
        site("note", nothing, as_json, stack="go", port=3000),
    ),
    yes("blind, called back", query("/ping", url=PIC), site("url", nothing, nothing, port=1), callbacks=True),
    yes(
        "blind, JSON", json_body("/w", {"hook": PIC}), site("hook", nothing, nothing, port=1), callbacks=True
    ),
    yes("blind, odd name", form("/x", note="hello"), site("note", nothing, nothing, port=1), callbacks=True),
    yes("blind, Referer", path("/article"), site("Referer", nothing, nothing, port=1), callbacks=True),
    yes(
        "blind, behind a filter",
        query("/p", url=PIC),
        site("url", nothing, nothing, allow=begins_with_cdn, port=1),
        callbacks=True,
    ),
    yes(
        "blind, header",
        header("/p", "X-Callback", PIC),
        site("X-Callback", nothing, nothing, port=1),
        callbacks=True,
    ),
    no("proper allow list", query("/p", url=PIC), site("url", allow=proper)),
    no("proper allow list, called back", query("/p", url=PIC), site("url", allow=proper), callbacks=True),
    no("only its own name", query("/p", url="http://site.test/"), site("url", allow=own_only)),
    no(
        "link is shown",
        query("/p", url=PIC),
        reading("url", lambda v: page(f"<a href='{codec.escape(v)}'>go</a>")),
    ),
    no("link is shown, called back", form("/p", url=PIC), reading("url", escaped), callbacks=True),
    no("stored in JSON", json_body("/api/me", {"website": PIC}), reading("website", as_json)),
    no("every page is the start page", query("/p", url=PIC), lambda: falls_back),
    no("policy speaks of refused connections", query("/p", url=PIC), reading("url", rules)),
    no("pages by path", query("/p", url="http://site.test/x"), lambda: by_path),
    no("a manual of network errors", query("/p", url=PIC), reading("url", manual)),
    no("names are looked up only", query("/p", url=PIC), reading("url", dns_only)),
    no("redirects", query("/go", url=PIC), reading("url", lambda v: html("", 302, location=v))),
    no(
        "redirects, called back",
        query("/go", next="/home"),
        reading("next", lambda v: html("", 302, location=v)),
        callbacks=True,
    ),
    no("search", query("/s", q="http"), reading("q", lambda v: page(f"no results for {codec.escape(v)}"))),
    no(
        "a firewall",
        query("/p", url=PIC),
        reading("url", lambda v: html("blocked", 403) if "127" in v else page("ok")),
    ),
    no("a file name", query("/p", file="a.txt"), reading("file", lambda _: page("no such file"))),
    no(
        "error 500 for all",
        query("/p", url=PIC),
        reading("url", lambda _: html("<h1>Server Error</h1>", 500)),
    ),
    no("cookie is a theme", cookie("/t", "theme", "dark"), reading("theme", escaped), callbacks=True),
    no("Referer is counted", path("/article"), lambda: show_page, callbacks=True),
]
