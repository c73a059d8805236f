"""Sites that keep notes, and show them elsewhere than in the answer."""

import html as entities
from collections.abc import Callable

from s2n.model import Request, Response
from support.site import Site, html, params

Clean = Callable[[str], str]


def elsewhere(field: str, clean: Clean, *, keeps: int) -> Callable[[], Site]:
    """What is sent to one page shows on another; ``keeps``: how many values it remembers."""

    def make() -> Site:
        kept: list[str] = []

        def site(request: Request) -> Response:
            if request.path == "/admin/log":
                return html(
                    "<table>" + "".join(f"<tr><td>{clean(text)}</td></tr>" for text in kept) + "</table>"
                )
            value = (
                request.header(field) if field in {"User-Agent", "Referer"} else params(request).get(field)
            )
            if value:
                kept.append(value)
                del kept[:-keeps]
            return html("<p>Thank you.</p>") if request.method == "POST" else html("<h1>Shop</h1>")

        return site

    return make


def numbered(clean: Clean) -> Callable[[], Site]:
    """Each thing that is sent gets a page of its own, which a list links."""

    def make() -> Site:
        kept = ["the first"]

        def site(request: Request) -> Response:
            if request.path == "/notes":
                links = (f"<li><a href=/note?id={number}>Note {number}</a>" for number in range(len(kept)))
                return html("<ul>" + "".join(links) + "</ul>")
            if request.path == "/note":
                number = params(request).get("id", "")
                if not number.isdigit() or int(number) >= len(kept):
                    return html("<h1>Not found</h1>", 404)
                return html(f"<article>{clean(kept[int(number)])}</article>")
            kept.append(params(request).get("text", ""))
            return html("", 302, location="/notes")

        return site

    return make


def previewed(clean: Clean) -> Callable[[], Site]:
    """What is sent is shown encoded first, and kept once somebody confirms it."""

    def make() -> Site:
        drafts: list[str] = []
        kept: list[str] = []

        def site(request: Request) -> Response:
            if request.path == "/notes":
                return html("".join(f"<p>{clean(text)}</p>" for text in kept))
            if request.path == "/publish":
                draft = params(request).get("draft", "")
                if draft.isdigit() and int(draft) < len(drafts):
                    kept.append(drafts[int(draft)])
                return html("", 302, location="/notes")
            drafts.append(params(request).get("text", ""))
            return html(
                f"<h1>Preview</h1><p>{entities.escape(drafts[-1])}</p>"
                "<form method=post action=/discard><input type=hidden name=draft value=0>"
                "<button>Cancel</button></form>"
                f"<form method=post action=/publish><input type=hidden name=draft value={len(drafts) - 1}>"
                "<button>Publish</button></form>"
            )

        return site

    return make
