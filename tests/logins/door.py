"""A site behind a login: its pages are for those whose cookie came from the right request."""

import itertools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from s2n.model import Request, Response
from support.members import as_json, cookies, redirect
from support.site import html

USER, PASSWORD = "anna@shop.test", "s3cret-word"

INSIDE = "These orders are anna's alone."

Answer = Response | str


class Door:
    """``form``: the markup at ``path`` (``{token}``: one of the session's own, wanted back as ``token``).

    ``fields``: what must be sent to ``action``; ``USER`` and ``PASSWORD`` among it. ``front``: the start page
    for strangers; without one they are sent to ``path``. ``wrong``: what is said to others. ``lets_in``: the
    answer to the right request, given a cookie that lets in once it is `admit`-ted. ``pages``: others.
    """

    def __init__(
        self,
        form: str,
        fields: dict[str, str],
        *,
        path: str = "/login",
        action: str = "",
        front: str = "",
        token: str = "",
        wrong: tuple[str, int] = ("Invalid user or password", 200),
        lets_in: Callable[["Door", Request, str], Answer] | None = None,
        pages: dict[str, Callable[["Door", Request], Answer]] | None = None,
        out: str = "<a href=/logout>Log out</a>",
        as_json: bool = False,
    ) -> None:
        self.form, self.fields, self.path, self.action = form, fields, path, action or path
        self.front, self.token, self.wrong, self.out = front, token, wrong, out
        self.lets_in, self.pages, self.as_json = lets_in or _redirects, pages or {}, as_json
        self.inside: set[str] = set()
        self.asked: list[str] = []
        self.tries = 0
        self._numbers = itertools.count(1)

    def admit(self, session: str) -> None:
        """Whoever holds this cookie is in."""
        self.inside.add(session)

    def sent(self, request: Request) -> dict[str, Any]:
        """What a request carries."""
        if self.as_json:
            return json.loads(request.body or b"{}")
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))

    def session(self, request: Request) -> str:
        return cookies(request).get("sid", "")

    def __call__(self, request: Request) -> Answer:
        self.asked.append(f"{request.method} {request.target}")
        session = self.session(request)
        if request.path in self.pages:
            return self.pages[request.path](self, request)
        if request.method == "POST" and request.target == self.action:
            return self._try(request)
        if request.path == "/logout" and session in self.inside:
            self.inside.discard(session)
            return redirect(self.path)
        if request.path in {"/", "/orders"} and session in self.inside:
            return f"<h1>Hello</h1>{self.out}<p>{INSIDE if request.path == '/orders' else ''}</p>"
        if request.path == self.path.partition("?")[0]:
            return self.show(request)
        if request.path == "/" and self.front:
            return html(self.front)
        return redirect(self.path) if request.path in {"/", "/orders"} else html("<h1>Not found</h1>", 404)

    def show(self, request: Request, said: str = "", status: int = 200) -> Response:
        """The form, and a session for strangers, where there is none yet."""
        session = self.session(request) or f"stranger{next(self._numbers)}"
        page = f"<p>{said}</p>" + self.form.replace("{token}", f"t-{session}")
        return html(page, status, set_cookie=f"sid={session}; Path=/")

    def _try(self, request: Request) -> Answer:
        self.tries += 1
        sent = self.sent(request)
        if self.token and sent.get(self.token) != f"t-{self.session(request) or 'none'}":
            return html("<p>The request cannot be verified</p>", 403)
        if any(sent.get(name) != value for name, value in self.fields.items()):
            said, status = self.wrong
            return as_json({"error": said}, status) if self.as_json else self.show(request, said, status)
        return self.lets_in(self, request, f"member{next(self._numbers)}")


def _redirects(door: Door, request: Request, session: str) -> Response:
    del request
    door.admit(session)
    return redirect("/", set_cookie=f"sid={session}; Path=/; HttpOnly")
