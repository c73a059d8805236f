"""Pages that include what a value names, and pages that only read, show or look it up."""

import base64
import html as codec
import re
from collections.abc import Callable

from corpus.case import Case
from corpus.inputs import cookie, form, json_body, multipart, query, taken, xml
from s2n.model import Request
from support.callbacks import call
from support.site import Answer, Site, html

PLUGIN = "remote_file_inclusion"
PAGES = {"home": "<h1>Welcome</h1>", "home.php": "<h1>Welcome</h1>", "pages/home.php": "<h1>Welcome</h1>"}


def opened(path: str, *, data: bool = True, http: bool = True) -> str | None:
    """What PHP's wrappers bring."""
    if data and (match := re.fullmatch(r"(?is)data:(?://)?([^,;]*)((?:;[^,;]*)*),(.*)", path)):
        if ";base64" not in match[2]:
            return match[3]
        try:
            return base64.b64decode(match[3], validate=True).decode("latin-1")
        except ValueError:
            return None
    if http and path.lower().startswith("http://"):
        found = call(path)
        return None if found is None else found.decode()
    return PAGES.get(path)


def run(program: str) -> str:
    """What PHP makes of the only program we send."""
    code = r"<\?=\((\d+)\*(\d+)\)\.'(\w+)';//.*"
    return re.sub(code, lambda match: f"{int(match[1]) * int(match[2])}{match[3]}", program)


def including(
    name: str = "page",
    before: str = "",
    after: str = "",
    clean: Callable[[str], str] = str,
    missing: str = "<p>Page not found</p>",
    **wrappers: bool,
) -> Callable[[], Site]:
    def site(request: Request) -> Answer:
        value = taken(request, name)
        found = opened(f"{before}{clean(value)}{after}", **wrappers)
        return html(f"<title>Shop</title>{run(found) if found is not None else missing}")

    return lambda: site


def reading(write: Callable[[str], Answer], name: str = "page") -> Callable[[], Site]:
    return lambda: lambda request: write(taken(request, name))


def source(value: str) -> Answer:
    """Reads as file_get_contents does: nothing runs."""
    return html(f"<pre>{codec.escape(opened(value) or '')}</pre>")


def raw(value: str) -> Answer:
    return html(opened(value) or "")


def without_http(value: str) -> str:
    return value.replace("http://", "").replace("https://", "")


def without_tags(value: str) -> str:
    return re.sub(r"[<>]", "", value)


def warning(value: str) -> Answer:
    return html(f"Warning: include({codec.escape(value)}): failed to open stream: no suitable wrapper")


def calculator(value: str) -> Answer:
    """Computes every product it sees, whatever it was for."""
    return html(re.sub(r"\((\d+)\*(\d+)\)", r"\1 times \2", value))


def listed(value: str) -> Answer:
    return html(PAGES["home"] if value == "home" else "<p>Page not found</p>")


HOME = query("/", page="home")


def yes(name: str, request: Request, make: Callable[[], Site], *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, True, make, (request,), callbacks=callbacks)


def no(name: str, request: Request, make: Callable[[], Site], *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, False, make, (request,), callbacks=callbacks)


CASES = [
    yes("php: query", HOME, including()),
    yes("php: .php is put behind", HOME, including(after=".php")),
    yes("php: form", form("/", page="home"), including()),
    yes("php: multipart", multipart("/", page="home"), including()),
    yes("php: JSON", json_body("/api", {"view": {"page": "home"}}), including("view.page")),
    yes("php: XML", xml("/ws", page="home"), including("r.page")),
    yes("php: cookie", cookie("/", "lang", "en"), including("lang", after=".php")),
    yes("php: http:// is taken out", HOME, including(clean=without_http)),
    yes("php: brackets are taken out", HOME, including(clean=without_tags)),
    yes("php: only http, called back", HOME, including(data=False), callbacks=True),
    yes("php: only http, .php behind", HOME, including(data=False, after=".php"), callbacks=True),
    yes("php: only http, stripped once", HOME, including(data=False, clean=without_http), callbacks=True),
    yes("php: only http, form", form("/", page="home"), including(data=False), callbacks=True),
    no("no wrappers", HOME, including(data=False, http=False)),
    no("no wrappers, called back", HOME, including(data=False, http=False), callbacks=True),
    no("a folder before", HOME, including(before="pages/")),
    no("a folder before, called back", HOME, including(before="pages/"), callbacks=True),
    no("the source is shown", HOME, reading(source)),
    no("the source is shown, called back", HOME, reading(source), callbacks=True),
    no("fetched and shown raw", HOME, reading(raw), callbacks=True),
    no("a warning that quotes it", HOME, reading(warning)),
    no("echo", form("/", page="home"), reading(html)),
    no("echo in JSON", json_body("/", {"page": "home"}), reading(lambda v: html(f'{{"page": "{v}"}}'))),
    no("a list of pages", HOME, reading(listed), callbacks=True),
    no("numbers written out", HOME, reading(calculator)),
    no("a firewall", HOME, reading(lambda v: html("no", 403) if "data:" in v else html("ok"))),
    no("an error for all", HOME, reading(lambda _: html("<h1>500</h1>", 500))),
]
