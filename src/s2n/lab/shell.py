"""Command injection in an administrator's tools; the shell is real, the tools only echo."""

import shlex
from html import escape

from s2n.lab.app import Family
from s2n.lab.look import bad_request, page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response

tools = Family("admin", "Back office", blocking=True)

_HOSTS = ("localhost", "till", "kitchen")
_FIXED = {"date": "date -u +%Y", "kernel": "uname -s", "shell": "echo $0"}


def _output(text: str) -> Response:
    return page("Network tool", f"<pre>{escape(text)}</pre>")


@tools.flaw("oscommand", "GET /admin/ping", "host", "till", "bare")
def ping(request: Request, shop: Shop) -> Response:
    """The text is part of a shell command; the output is shown."""
    return _output(shop.shell("sh", "-c", f"echo pinging {_text(request)}"))


@tools.safe("oscommand", "GET /admin/probe", "host", "till", "argument list")
def probe(request: Request, shop: Shop) -> Response:
    """The text is an argument of its own; no shell reads it."""
    return _output(shop.shell("printf", "pinging %s\n", _text(request)))


@tools.flaw("oscommand", "GET /admin/trace", "host", "till", "inside single quotes")
def trace(request: Request, shop: Shop) -> Response:
    """The text stands between single quotes of a shell command."""
    return _output(shop.shell("sh", "-c", f"echo 'tracing {_text(request)}'"))


@tools.safe("oscommand", "GET /admin/route", "host", "till", "shlex.quote")
def route(request: Request, shop: Shop) -> Response:
    """The text is quoted as the shell's grammar needs."""
    return _output(shop.shell("sh", "-c", f"echo tracing {shlex.quote(_text(request))}"))


@tools.flaw("oscommand", "GET /admin/resolve", "host", "till", "inside double quotes")
def resolve(request: Request, shop: Shop) -> Response:
    """The text stands between double quotes, where `$()` and backticks still run."""
    return _output(shop.shell("sh", "-c", f'echo "resolving {_text(request)}"'))


@tools.safe("oscommand", "GET /admin/whois", "host", "till", "from a list")
def whois(request: Request, shop: Shop) -> Response:
    """Only three names are accepted."""
    host = _text(request)
    return _output(shop.shell("sh", "-c", f"echo owner of {host}")) if host in _HOSTS else bad_request()


@tools.flaw("oscommand", "GET /admin/scan", "host", "till", "filter takes out ; and &")
def scan(request: Request, shop: Shop) -> Response:
    """Semicolons and ampersands are taken out; pipes, new lines and `$()` are not."""
    host = _text(request).replace(";", "").replace("&", "")
    return _output(shop.shell("sh", "-c", f"echo scanning {host}"))


@tools.flaw("oscommand", "GET /admin/wake", "host", "till", "blind, only time shows")
def wake(request: Request, shop: Shop) -> Response:
    """The output is dropped; the page waits for the command."""
    shop.shell("sh", "-c", f"echo waking {_text(request)} >/dev/null 2>&1")
    return page("Network tool", "<p>The machine has been woken.</p>")


@tools.safe("oscommand", "GET /admin/start", "host", "till", "argument list, output dropped")
def start(request: Request, shop: Shop) -> Response:
    """The same page; the text is an argument of its own."""
    shop.shell("printf", "%s", _text(request))
    return page("Network tool", "<p>The machine has been woken.</p>")


@tools.flaw("oscommand", "POST /admin/report", "printer", "till", "POST form")
def report(request: Request, shop: Shop) -> Response:
    """The field of a form is part of a shell command."""
    return _output(shop.shell("sh", "-c", f"echo report for {_text(request, 'printer')} | cat"))


@tools.safe("oscommand", "POST /admin/label", "printer", "till", "POST form, passed as $1")
def label(request: Request, shop: Shop) -> Response:
    """The field is a positional parameter of a fixed script."""
    return _output(shop.shell("sh", "-c", 'echo "label for $1"', "sh", _text(request, "printer")))


@tools.safe("oscommand", "GET /admin/about", "show", "kernel", "fixed commands, output shown")
def about(request: Request, shop: Shop) -> Response:
    """Shows what real commands print, but the text only chooses among them."""
    command = _FIXED.get(_text(request, "show"), _FIXED["date"])
    return _output(f"$ {command}\n{shop.shell('sh', '-c', command)}")


@tools.safe("oscommand", "GET /admin/filter", "host", "till", "letters, digits, dots and dashes only")
def strict_filter(request: Request, shop: Shop) -> Response:
    """What the shell could read as anything but text is taken out."""
    host = "".join(ch for ch in _text(request) if ch.isascii() and (ch.isalnum() or ch in ".-"))
    return _output(shop.shell("sh", "-c", f"echo scanning {host}"))


def _text(request: Request, name: str = "host") -> str:
    return request.field(name).replace("\0", "")
