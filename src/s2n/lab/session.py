"""Cookies and headers of the site itself: what every page sends, and what two pages set."""

import secrets

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response

sessions = Family("account", "Your basket")

SITE_HEADERS = (
    ("Server", "tea-house"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
"""On every answer. What is not among them is labelled as missing below."""

LACKING = ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options")


@sessions.flaw("cookie_flags", "GET /basket", "session_id", "", "session cookie without any flag")
def basket(request: Request, shop: Shop) -> Response:
    """Sets a session cookie that scripts can read and other sites' requests carry."""
    fresh = () if "session_id" in request.cookies else (f"session_id={secrets.token_hex(16)}; Path=/",)
    return page("Basket", "<p>Empty.</p>", headers=tuple(("Set-Cookie", value) for value in fresh))


@sessions.safe("cookie_flags", "GET /wishlist", "auth_token", "", "session cookie with every flag")
def wishlist(request: Request, shop: Shop) -> Response:
    """Sets a session cookie with Secure, HttpOnly and SameSite."""
    value = f"auth_token={secrets.token_hex(16)}; Path=/; Secure; HttpOnly; SameSite=Strict"
    return page("Wish list", "<p>Empty.</p>", headers=(("Set-Cookie", value),))


for _name in LACKING:
    sessions.site("security_headers", _name, flawed=True, variant="missing", why="No page sends this header.")
for _name, _ in SITE_HEADERS[1:]:
    sessions.site("security_headers", _name, flawed=False, variant="sent", why="Every answer carries it.")
sessions.site(
    "security_headers",
    "Strict-Transport-Security",
    flawed=False,
    variant="plain HTTP",
    why="The site is served without TLS, where browsers ignore the header.",
)
