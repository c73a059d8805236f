"""A site with two users, ``anna`` (who administers it) and ``bob``; what each may see is checked, or not."""

import base64

from s2n.model import Request, Response
from support.site import html, params

USERS = {"anna": "s3cret", "bob": "hunter2"}
ORDERS = {"1": "anna", "2": "bob"}


class Offices:
    """Basic authentication. ``checks``: does it look who asks? ``names``: do orders name their user?"""

    def __init__(self, *, checks: bool, names: bool = True) -> None:
        self.checks = checks
        self.names = names

    def __call__(self, request: Request) -> Response | str:
        user = _user(request)
        if user is None:
            return html("Who are you?", 401, www_authenticate="Basic realm=offices")
        match request.path:
            case "/":
                own = [f"<a href='/order?id={id_}'>o</a>" for id_, whose in ORDERS.items() if whose == user]
                admin = "<a href='/admin/accounts'>Accounts</a>" if user == "anna" else ""
                return f"<h1>Hello {user}</h1>{''.join(own)}{admin}<a href='/news'>News</a>"
            case "/news":
                return f"<p>Hello {user}</p><p>Written by anna</p>"
            case "/admin/accounts":
                if self.checks and user != "anna":
                    return html("Not yours", 403)
                return f"<p>Hello {user}</p><p>3 accounts</p>"
            case "/order":
                whose = ORDERS.get(params(request).get("id", ""))
                if whose is None or (self.checks and whose != user):
                    return html("No such order", 404)
                return f"<p>Order of {whose if self.names else 'somebody'}: tea</p>"
        return html("No such page", 404)


def _user(request: Request) -> str | None:
    scheme, _, pair = (request.header("authorization") or "").partition(" ")
    user, _, password = base64.b64decode(pair).decode().partition(":") if scheme == "Basic" else ("", "", "")
    return user if USERS.get(user) == password else None
