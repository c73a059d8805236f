"""A site with members, for the classes about sessions: who is in, and how others are turned away."""

from s2n.model import Request, Response
from support.site import html

MEMBER = "9f86d081884c7d659a2feaa0c55ad015"
"""The session id of the member whose session the scan has."""

FORM = "application/x-www-form-urlencoded"


def cookies(request):
    """The cookies of a request."""
    pairs = (piece.partition("=") for piece in (request.header("cookie") or "").split(";"))
    return {name.strip(): value for name, _, value in pairs}


def post(path, body, kind=FORM, cookie=f"sessionid={MEMBER}", method="POST", **headers):
    """A member's request that changes something."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    data = body.encode() if isinstance(body, str) else body
    cookie_header = (("Cookie", cookie),) if cookie else ()
    return Request.from_url(
        f"http://site.test{path}", method, (("Content-Type", kind), *cookie_header, *named), data
    )


def get(path, cookie=f"sessionid={MEMBER}"):
    """A member's request for a page."""
    return Request.from_url(f"http://site.test{path}", headers=(("Cookie", cookie),) if cookie else ())


def reply(body, status=200, kind="application/json", **headers):
    """An answer that is no page."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, headers=(("Content-Type", kind), *named), body=body.encode())


def to_login(_):
    return html("", 302, location="/login?next=/account")


def unauthorized(_):
    return reply('{"detail": "Authentication credentials were not provided."}', 401)


def login_page(_):
    return html(
        "<!doctype html><title>Log in</title><h1>Log in</h1><p>Please log in to continue.</p>"
        '<form action="/login" method="post"><input name="user">'
        '<input type="password" name="password"></form>'
    )
