"""Login forms that can be tried without end, and those that stop a guesser."""

import itertools

from corpus.case import Case
from corpus.classes import _login as at
from corpus.classes._login import JSON, login, site, too_many
from s2n.model import Request
from support.site import html

BOUNDARY = "xYz"
MULTIPART = "".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (("username", "ann"), ("password", "x"))
)


def case(name, vulnerable, make, requests, latency=None):
    return Case("brute_force", name, vulnerable, make, tuple(requests), latency)


def register():
    def app(request):
        return html("<h1>Register</h1><p class=error>Invalid e-mail.</p><input type=password name=password>")

    return app


def ever_slower():
    """Each guess takes half a second longer than the one before."""
    count = []

    def latency(request):
        if request.method == "POST":
            count.append(1)
        return 0.05 + 0.5 * len(count)

    return latency


def jitter():
    count = []

    def latency(request):
        count.append(1)
        return 0.05 + 0.04 * (len(count) % 3)

    return latency


def another_page_each_time():
    serial = itertools.count()

    def app(request):
        n = next(serial)
        return html(f"<p>{n * 7919:x}</p>" * (n % 7 + 1))

    return app


CASES = [
    case("php: the form again, with a message", True, site(), login()),
    case("the name is shown again", True, site(at.with_echo), login()),
    case("flask: 401 with the form", True, site(at.with_401), login()),
    case("django: redirect to the form", True, site(at.with_redirect), login()),
    case("express: JSON 401", True, site(at.with_json), JSON),
    case("go: plain text", True, site(at.with_text), login()),
    case("spring: JSON 400", True, site(at.with_400), JSON),
    case("rails: with a token", True, site(token=True), login("csrf_token=0f0f&username=ann&password=x")),
    case("asp.net: other names", True, site(at.with_401), login("user=ann&passwd=x&remember=on")),
    case("dvwa: by GET", True, site(), login("username=ann&password=x&Login=Login", method="GET")),
    case(
        "multipart",
        True,
        site(),
        login(MULTIPART + f"--{BOUNDARY}--\r\n", f"multipart/form-data; boundary={BOUNDARY}"),
    ),
    case("limit after a hundred", True, site(limit=too_many(100)), login()),
    case("answers of uneven speed", True, site(), login(), jitter()),
    case(
        "the message counts nothing",
        True,
        site(at.with_page, name="PHPSESSID"),
        login("email=a%40b.c&password=x"),
    ),
    case("the crawl has not met the form", True, site(), [Request.from_url("http://site.test/")]),
    case(
        "dvwa: a menu that names the captcha",
        True,
        site(lambda user: html(at.page("Username and/or password incorrect.") + "<a>Insecure CAPTCHA</a>")),
        login(),
    ),
    # Safe twins and traps.
    case("429 after five", False, site(limit=too_many(5)), login()),
    case("429 after ten", False, site(limit=too_many(10)), login()),
    case("a message after three", False, site(limit=too_many(3, at.stop_page)), login()),
    case("a captcha after three", False, site(limit=too_many(3, at.stop_captcha)), login()),
    case(
        "a captcha from the start",
        False,
        site(lambda user: html(at.page("Wrong.") + "<div class=h-captcha>")),
        login(),
    ),
    case("403 after five", False, site(limit=too_many(5, at.stop_403)), login()),
    case("JSON 429 after five", False, site(at.with_json, limit=too_many(5, at.stop_json)), JSON),
    case("account locked after four", False, site(limit=too_many(4, at.stop_locked, "user")), login()),
    case("ever slower", False, site(), login(), ever_slower()),
    case("limit by the forwarded address", False, site(limit=too_many(5, by="forwarded")), login()),
    case("a registration", False, register, login(path="/register")),
    case("a password change", False, at.no_login, login("old_password=a&new_password=b&username=ann")),
    case("no login form", False, at.no_login, [Request.from_url("http://site.test/")]),
    case("a search", False, at.no_login, login("q=shoes")),
    case("everything is fine", False, lambda: lambda request: "<h1>Welcome</h1>", login()),
    case("everything is forbidden", False, lambda: lambda request: html("<h1>Forbidden</h1>", 403), login()),
    case("never the same page", False, another_page_each_time, login()),
]
