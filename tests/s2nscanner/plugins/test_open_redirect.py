"""Sites that let a value decide where the visitor goes, and sites that look like it."""

import html as codec
import json
import re
from urllib.parse import quote, unquote, urlsplit

import pytest

from s2n.model import Location, Request, Response
from s2n.s2nscanner.plugins.open_redirect import Plugin
from s2n.s2nscanner.sdk import Claim, InputPoint
from support.site import MemorySender, html, params, point_at, run_check

URL = "http://site.test/go?next=/home"


def to(location: str, status: int = 302) -> Response:
    return Response(status, headers=(("Location", location),))


def asked(request: Request) -> str:
    return params(request).get("next", "")


def checked(*refuse: str):
    """Redirects unless the value has something on the list; else to the front page."""

    def site(request: Request) -> Response:
        value = asked(request)
        return to("/") if any(re.search(pattern, value) for pattern in refuse) else to(value)

    return site


def own_host_only(request: Request) -> Response:
    """The check many sites write: parsed by RFC 3986, handed to browsers."""
    value = asked(request)
    return to(value) if urlsplit(value).hostname in {None, "site.test"} else to("/")


def on_page(template: str, change=codec.escape):
    return lambda request: html(template.replace("@", change(asked(request))))


VULNERABLE = {
    "Location": lambda r: to(asked(r)),
    "Location, 301": lambda r: to(asked(r), 301),
    "no scheme allowed": checked("(?i)^[a-z]+:"),
    "no scheme, no //": checked("(?i)^[a-z]+:", "^//"),
    "backslash only as second sign": checked("(?i)^[a-z]+:", "//", r"^\\"),
    "must begin with /": checked("^[^/]", "^//", r"^/\\"),
    "must begin with the own address": checked("^(?!https://site.test)"),
    "must contain the own name": checked("^(?!.*site.test)", "@", "//.*//"),
    "own address put before it": lambda r: to("http://site.test" + asked(r)),
    "own host by RFC 3986": own_host_only,
    "http and https in lower case refused": checked("^https?:", r"^[/\\]"),
    "two slashes after the scheme refused": checked("://", r"^\s*[/\\]"),
    "decoded a second time": lambda r: to(unquote(asked(r))) if ":" not in asked(r) else to("/"),
    "leading space": checked(r"^\S*:", r"^[/\\.@%]"),
    "Refresh header": lambda r: html("<p>wait</p>", refresh=f"0; url={asked(r)}"),
    "meta refresh": on_page('<meta http-equiv="Refresh" content="3;URL=@"><p>moving on</p>'),
    "meta refresh, quoted": on_page("<meta http-equiv=refresh content=\"0; url='@'\">", str),
    "script": on_page("<script>location.href = '@';</script>", lambda v: v.replace("'", "")),
    "script, JSON": on_page("<script>window.location = @</script>", json.dumps),
    "script, replace": on_page('<script>document.location.replace("@")</script>'),
    "script after a while": on_page(
        "<script>setTimeout(function () { window.location.assign('@'); }, 3000);</script>"
    ),
    "script on load": on_page("<script>addEventListener('load', () => { location = '@' })</script>"),
}

SAFE = {
    "nothing": lambda _: html("<p>hello</p>"),
    "fixed redirect": lambda _: to("/home"),
    "own page with the value as a parameter": lambda r: to(f"/login?next={quote(asked(r))}"),
    "own page with the value as it is": lambda r: to(f"/login?next={asked(r)}"),
    "own host with the value as a path": lambda r: to(f"https://site.test/{asked(r).lstrip('/')}"),
    "fragment": lambda r: to(f"/app#{asked(r)}"),
    "sound check": lambda r: to(asked(r)) if re.fullmatch(r"/[\w-]+", asked(r)) else to("/"),
    "list of names": lambda r: to({"home": "/home", "cart": "/cart"}.get(asked(r), "/")),
    "interstitial page": on_page('<p>You leave us for <a href="@">@</a></p>'),
    "interstitial page with a button": on_page(
        "<script>function go() { location.href = '@'; }</script><button onclick='go()'>go on</button>"
    ),
    "click listener": on_page("<script>b.addEventListener('click', () => { location = '@' })</script>"),
    "Location on a page": lambda r: html("<p>created</p>", location=asked(r)),
    "meta refresh to itself": on_page('<meta http-equiv=refresh content="30"><p>@</p>'),
    "meta refresh in a comment": on_page('<!-- <meta http-equiv=refresh content="0;url=@"> -->'),
    "meta refresh in a template": on_page('<template><meta http-equiv=refresh content="0;url=@"></template>'),
    "meta refresh for browsers without script": on_page(
        '<noscript><meta http-equiv=refresh content="0;url=@"></noscript>'
    ),
    "script string": on_page("<script>var location_hint = '@';</script>"),
    "script comment": on_page("<script>// location = '@'\nrun()</script>"),
    "script inside a string": on_page("<script>var s = \"location='@'\";</script>"),
    "script, own path first": on_page("<script>location = '/out?to=@';</script>"),
    "another object's location": on_page("<script>shop.location = '@';</script>"),
    "JSON": lambda r: Response(
        200, headers=(("Content-Type", "application/json"),), body=json.dumps({"location": asked(r)}).encode()
    ),
    "canonical link": on_page('<link rel=canonical href="@">'),
    "refused": lambda r: html("<p>bad address</p>", status=400) if ":" in asked(r) else to("/home"),
}


def findings(site: object, point: InputPoint | None = None) -> list[Claim]:
    return run_check(Plugin(), site, point or point_at(URL, "next"))


@pytest.mark.parametrize("name", VULNERABLE)
def test_leads_away(name: str) -> None:
    sender = MemorySender(VULNERABLE[name])
    (claim,) = findings(sender)
    assert ".example" in claim.evidence
    assert claim.proof is not None
    assert claim.marker not in claim.proof.control.response.text
    assert len(sender.requests) <= 30


@pytest.mark.parametrize("name", SAFE)
def test_stays(name: str) -> None:
    sender = MemorySender(SAFE[name])
    assert findings(sender) == []
    assert len(sender.requests) <= 23


@pytest.mark.parametrize(("url", "cost"), [("http://site.test/?q=shoes", 2), (URL, 3)])
def test_a_blank_site_costs_little(url: str, cost: int) -> None:
    sender = MemorySender(lambda _: html("<p>hello</p>"))
    assert findings(sender, point_at(url, url.partition("?")[2].partition("=")[0])) == []
    assert len(sender.requests) == cost  # the baseline included


def test_a_session_that_redirects_everything_costs_little() -> None:
    sender = MemorySender(lambda _: to("/login"))
    assert findings(sender, point_at("http://site.test/?q=shoes", "q")) == []
    assert len(sender.requests) == 3


@pytest.mark.parametrize("location", [Location.HEADER, Location.COOKIE])
def test_headers_are_out_of_an_attackers_reach(location: Location) -> None:
    request = Request.from_url("http://site.test/", headers=(("Referer", "http://site.test/a"),))
    sender = MemorySender(lambda r: to(r.header("referer") or "/"))
    assert findings(sender, InputPoint(request, location, "Referer", "http://site.test/a")) == []
    assert sender.requests == []


def test_the_description_names_host_and_means() -> None:
    (claim,) = findings(VULNERABLE["meta refresh"])
    assert claim.payload in claim.description
    assert "by a meta refresh" in claim.description
