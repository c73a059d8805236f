"""Limits that believe the client's own word for its address, and limits that don't."""

from corpus.case import Case
from corpus.classes import _login as at
from corpus.classes._login import JSON, given, login, site, too_many
from s2n.model import Request
from support.site import html


def case(name, vulnerable, make, requests):
    return Case("soft_brute_force", name, vulnerable, make, tuple(requests))


def by_header(header, after=5, answer=at.stop_429):
    """Counts by the value of a header."""

    def fresh():
        seen = {}

        def limit(request, guesses):
            address = request.header(header) or "connection"
            seen[address] = seen.get(address, 0) + 1
            return answer(None) if seen[address] > after else None

        return limit

    return fresh


def counted(make_limit, wrong=at.with_page):
    """A site whose limit has a state of its own for each run."""

    def make():
        return site(wrong, limit=make_limit())()

    return make


def at_random():
    """Every other answer is a 429, whatever is asked."""
    serial = []

    def limit(request, guesses):
        serial.append(1)
        return at.stop_429(None) if len(serial) % 2 == 0 else None

    return limit


def once():
    """One hiccup at the fourth guess."""
    serial = []

    def limit(request, guesses):
        serial.append(1)
        return at.stop_429(None) if len(serial) == 4 else None

    return limit


def both():
    """Counts by the forwarded address and by the user."""

    def limit(request, guesses):
        user = given(request).get("username")
        return at.stop_429(None) if sum(1 for guess in guesses if guess[0] == user) >= 5 else None

    return limit


FORWARDED = "forwarded"
CASES = [
    case("express-rate-limit with trust proxy", True, site(limit=too_many(5, by=FORWARDED)), login()),
    case("JSON", True, site(at.with_json, limit=too_many(5, at.stop_json, FORWARDED)), JSON),
    case("the limit is a message", True, site(limit=too_many(4, at.stop_page, FORWARDED)), login()),
    case("the limit is a captcha", True, site(limit=too_many(3, at.stop_captcha, FORWARDED)), login()),
    case("the limit is a 403", True, site(limit=too_many(6, at.stop_403, FORWARDED)), login()),
    case("after ten", True, site(limit=too_many(10, by=FORWARDED)), login()),
    case("with redirects", True, site(at.with_redirect, limit=too_many(5, by=FORWARDED)), login()),
    case(
        "with a token",
        True,
        site(token=True, limit=too_many(5, by=FORWARDED)),
        login("csrf_token=0f&username=a&password=x"),
    ),
    case("nginx: X-Real-IP", True, counted(by_header("x-real-ip")), login()),
    case("cloudflare's header without cloudflare", True, counted(by_header("cf-connecting-ip")), login()),
    case("X-Client-IP", True, counted(by_header("x-client-ip", answer=at.stop_page)), login()),
    case("True-Client-IP", True, counted(by_header("true-client-ip")), login()),
    # Safe twins and traps.
    case("by the connection", False, site(limit=too_many(5)), login()),
    case("by the user", False, site(limit=too_many(5, at.stop_locked, "user")), login()),
    case("by both", False, counted(both), login()),
    case("JSON, by the connection", False, site(at.with_json, limit=too_many(5, at.stop_json)), JSON),
    case("message, by the connection", False, site(limit=too_many(4, at.stop_page)), login()),
    case("no limit", False, site(), login()),
    case("no limit, JSON", False, site(at.with_json), JSON),
    case("429 at random", False, counted(at_random), login()),
    case("429 once", False, counted(once), login()),
    case("by a header nobody sets", False, counted(by_header("x-secret-proxy")), login()),
    case("no login form", False, at.no_login, [Request.from_url("http://site.test/")]),
    case("everything is fine", False, lambda: lambda request: "<h1>Welcome</h1>", login()),
    case("everything is forbidden", False, lambda: lambda request: html("<h1>Forbidden</h1>", 403), login()),
]
