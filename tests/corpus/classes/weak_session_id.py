"""Session ids as frameworks give them out, and as people do who write their own."""

import base64
import hashlib
import itertools
import json
import random
import string
import time
import uuid

from corpus.case import Case
from s2n.model import Request
from support.site import html

HOME = (Request.from_url("http://site.test/"),)


def case(name, vulnerable, make, requests=HOME):
    return Case("weak_session_id", name, vulnerable, make, tuple(requests))


def site(maker, name="sessionid", attributes="; Path=/; HttpOnly", path=None, more=""):
    """``maker``: a source of randomness → the function that makes the next id."""

    def make():
        next_id = maker(random.Random(7))

        def app(request):
            if f"{name}=" in (request.header("cookie") or "") or (path and request.path != path):
                return "<h1>Shop</h1>"
            answer = html("<h1>Shop</h1>", set_cookie=f"{name}={next_id()}{attributes}")
            if more:
                extra = (*answer.headers, ("Set-Cookie", f"{more}={next_id()}"))
                return type(answer)(answer.status, headers=extra, body=answer.body)
            return answer

        return app

    return make


def counting(start=1000, form="{}"):
    def maker(chance):
        numbers = itertools.count(start)
        return lambda: form.format(next(numbers))

    return maker


def busy(chance):
    """Others come in between."""
    state = [5_000_000]

    def next_id():
        state[0] += chance.randint(1, 40)
        return str(state[0])

    return next_id


def clock(scale, form="{}"):
    """The time, in units of ``1 / scale`` seconds; visitors come some milliseconds apart."""

    def maker(chance):
        now = [time.time()]

        def next_id():
            now[0] += chance.uniform(0.02, 3)
            return form.format(int(now[0] * scale))

        return next_id

    return maker


def hashed(digest, start=1):
    def maker(chance):
        numbers = itertools.count(start)
        return lambda: digest(str(next(numbers)).encode()).hexdigest()

    return maker


def hashed_time(chance):
    """Of this very second, and the next ones."""
    numbers = itertools.count(int(time.time()) - 20)
    return lambda: hashlib.md5(str(next(numbers)).encode()).hexdigest()


def chars(alphabet, length, form="{}"):
    def maker(chance):
        return lambda: form.format("".join(chance.choices(alphabet, k=length)))

    return maker


def encoded(maker):
    def outer(chance):
        inner = maker(chance)
        return lambda: base64.b64encode(inner().encode()).decode().rstrip("=")

    return outer


def time_uuid(chance):
    state = [uuid.uuid1().time]

    def next_id():
        state[0] += chance.randint(10_000, 300_000)
        low, mid, high = state[0] & 0xFFFFFFFF, state[0] >> 32 & 0xFFFF, state[0] >> 48 & 0x0FFF
        return str(uuid.UUID(fields=(low, mid, high | 0x1000, 0x9F, 0x21, 0x02420A000002)))

    return next_id


def few(chance):
    return lambda: hashlib.sha256(bytes([chance.randrange(6)])).hexdigest()


def random_uuid(chance):
    return lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4))


def constant(value):
    return lambda chance: lambda: value


def signed_state(chance):
    """As Flask's: what is in the session, the time, and a signature."""
    numbers = itertools.count(int(time.time()))

    def next_id():
        text = base64.urlsafe_b64encode(b'{"cart":[]}').decode().rstrip("=")
        stamp = base64.urlsafe_b64encode(next(numbers).to_bytes(4, "big")).decode().rstrip("=")
        return f"{text}.{stamp}.{''.join(chance.choices(BASE64, k=27))}"

    return next_id


def stamped(chance):
    """The time, and enough that is random behind it."""
    numbers = itertools.count(int(time.time()))
    return lambda: f"{next(numbers)}.{chance.getrandbits(128):032x}"


def state(chance):
    numbers = itertools.count(int(time.time() * 1000))
    return lambda: base64.b64encode(json.dumps({"views": 1, "_expire": next(numbers)}).encode()).decode()


def button(maker):
    """Ids are given for pressing a button."""

    def make():
        app = site(maker, "dvwaSession")()
        return lambda request: app(request) if request.method == "POST" else "<h1>Weak ids</h1>"

    return make


BUTTON = (Request.from_url("http://site.test/weak_id/", "POST", (("Cookie", "PHPSESSID=a1"),)),)
HEX = "0123456789abcdef"
BASE64 = string.ascii_letters + string.digits + "-_"
LOGIN = (HOME[0], Request.from_url("http://site.test/login"))
YEAR = "; Path=/; HttpOnly; Max-Age=31536000"

CASES = [
    case("dvwa low: counted", True, site(counting(1), "dvwaSession")),
    case("counted, others in between", True, site(busy, "session_id")),
    case("counted, with a prefix", True, site(counting(1000, "user-{}"), "auth")),
    case("counted, with zeros", True, site(counting(98, "{:010d}"), "PHPSESSID")),
    case("counted, hexadecimal", True, site(counting(0xA0F, "{:08x}"), "SESSION")),
    case("counted, in base64", True, site(encoded(counting(4400, "session:{}")), "sid")),
    case("dvwa medium: seconds", True, site(clock(1), "dvwaSession")),
    case("dvwa medium: one second for all", True, site(constant(str(int(time.time()))), "dvwaSession")),
    case("milliseconds", True, site(clock(1000), "sessionid")),
    case("php: uniqid()", True, site(clock(1_000_000, "{:013x}"), "PHPSESSID")),
    case("microseconds with a prefix", True, site(clock(1_000_000, "sess_{}"), "sess")),
    case("dvwa high: MD5 of a counter", True, site(hashed(hashlib.md5), "dvwaSession")),
    case("SHA-1 of a counter", True, site(hashed(hashlib.sha1, 400), "sessionid")),
    case("SHA-256 of a counter", True, site(hashed(hashlib.sha256, 15_000), "sessionid")),
    case("MD5 of the time", True, site(hashed_time, "sessionid")),
    case("six digits at random", True, site(chars(string.digits, 6), "session")),
    case("eight hexadecimal digits at random", True, site(chars(HEX, 8), "session")),
    case(
        "long, but only ten places differ",
        True,
        site(chars(HEX, 10, "a9f7c2d4e8b1{}0f3c5d7e9a1b"), "JSESSIONID"),
    ),
    case("UUID of the time", True, site(time_uuid, "sessionid")),
    case("six ids for all", True, site(few, "sessionid")),
    case("only the login page gives one", True, site(counting(7), "sid", path="/login"), LOGIN),
    case("good ids, kept for a year", True, site(chars(HEX, 32), "sessionid", YEAR)),
    case("dvwa: a button gives one", True, button(counting(1)), BUTTON),
    # Safe twins and traps.
    case("a button gives good ones", False, button(chars(HEX, 32)), BUTTON),
    case("php", False, site(chars(string.digits + "abcdefghijklmnopqrstuv", 26), "PHPSESSID")),
    case("tomcat", False, site(chars("0123456789ABCDEF", 32), "JSESSIONID")),
    case("django", False, site(chars(string.ascii_lowercase + string.digits, 32), "sessionid")),
    case("asp.net", False, site(chars(string.ascii_lowercase + "012345", 24), "ASP.NET_SessionId")),
    case("express", False, site(chars(BASE64, 32, "s%3A{}.c2lnbmF0dXJl"), "connect.sid")),
    case("UUID at random", False, site(random_uuid, "session")),
    case("16 hexadecimal digits", False, site(chars(HEX, 16), "session")),
    case("flask: signed state", False, site(signed_state, "session")),
    case("time and chance", False, site(stamped, "sid")),
    case("koa: state with a signature beside it", False, site(state, "koa.sess", more="koa.sess.sig")),
    case("express: counted, with a signature beside it", False, site(counting(), "sess", more="sess.sig")),
    case("state, no id", False, site(state, "session")),
    case("balancer", False, site(counting(1), "SERVERID")),
    case("analytics", False, site(clock(1000), "_ga")),
    case("visits counted", False, site(counting(1), "visits")),
    case("last visit", False, site(clock(1), "last_seen")),
    case("token against forgery", False, site(chars(HEX, 8), "csrftoken")),
    case("one value for all", False, site(constant("guest"), "session")),
    case("no cookie", False, lambda: lambda request: "<h1>Hello</h1>"),
    case("a month", False, site(chars(HEX, 32), "sessionid", "; Path=/; Max-Age=1209600")),
    case("remember me, for a year", False, site(chars(HEX, 40), "remember_token", YEAR)),
]
