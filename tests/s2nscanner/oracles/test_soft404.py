import asyncio
import itertools
import random
import re

import pytest

from s2n.errors import TimedOut
from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.oracles.soft404 import Look, SoftNotFound, explains, look_of, sibling_of
from support.site import MemorySender, html

ROOT = "http://site.test"


def exists(site, *paths):
    """Whether each path is really there, asked of one oracle at the same time."""
    sender = MemorySender(site) if callable(site) else site

    async def go():
        oracle = SoftNotFound(sender, fresh=Fresh(1))
        found = await asyncio.gather(*(oracle.exists(Request.from_url(ROOT + path)) for path in paths))
        return [exchange is not None for exchange in found]

    return asyncio.run(go())


def with_secret(site, path="/.env", answer=None):
    """``site`` with one file that is really there."""
    real = answer or Response(200, headers=(("Content-Type", "text/plain"),), body=b"DB_PASSWORD=x\n")
    return lambda request: real if request.path == path else site(request)


counter = itertools.count()
noise = random.Random(7)


def words(count):
    return " ".join("".join(noise.choices("abcdefghij", k=6)) for _ in range(count))


LAYOUT = "<html><body><nav>Home Shop About</nav>\n{}\n<footer>© Shop, process.env</footer></body></html>"

# Sites on which nothing of what is asked for exists.
SITES = {
    "404": lambda request: html("not found", 404),
    "200 for everything": lambda request: html(LAYOUT.format("<h1>Oh no</h1>")),
    "an empty 200": lambda request: html(""),
    "echoes the path": lambda request: html(
        LAYOUT.format(f"<p>{request.path} is not here: {request.url}</p>")
    ),
    "echoes the name in capitals": lambda request: html(f"<p>no {request.path.upper()}</p>"),
    "echoes the path escaped": lambda request: html(f"<p>no {request.path.replace('/', '%2F')}</p>"),
    "a counter": lambda request: html(LAYOUT.format(f"<p>visit {next(counter)}</p>")),
    "a nonce": lambda request: html(LAYOUT.format(f"<script nonce=a{noise.getrandbits(64):016x}z></script>")),
    "a random line": lambda request: html(LAYOUT.format(f"<p>{words(5)}</p>")),
    "all random": lambda request: html(words(80)),
    "redirects home": lambda request: html("", 302, location="/"),
    "redirects to the login": lambda request: html("", 302, location=f"/login?next={request.path}"),
    "redirects to lower case": lambda request: html("", 301, location="/en" + request.path.lower()),
    "a filter on dotfiles": lambda request: html("no", 403 if "/." in request.path else 404),
    "a filter on known names": lambda request: html("no", 403 if request.path == "/.env" else 404),
    "an error": lambda request: html("oops", 500),
    "too many requests": lambda request: html("slow down", 200 if request.path == "/.env" else 429),
    "by suffix": lambda request: Response(
        200, headers=(("Content-Type", "application/" + request.path.rpartition(".")[2][:3]),), body=b"x"
    ),
    "by folder": lambda request: html("[]" if request.path.startswith("/api/") else "<h1>app</h1>"),
}
PATHS = ("/.env", "/backup.zip", "/api/status", "/a/b/Config.php~", "/admin/", "/dump.tar.gz", "/.git/HEAD")


@pytest.mark.parametrize("name", SITES)
def test_nothing_is_there(name):
    assert exists(SITES[name], *PATHS) == [False] * len(PATHS)


UNKNOWABLE = {"all random", "too many requests", "a filter on known names", "by suffix"}


@pytest.mark.parametrize("name", sorted(SITES.keys() - UNKNOWABLE))
def test_a_real_file_is_there(name):
    assert exists(with_secret(SITES[name]), "/.env", "/.other") == [True, False]


REAL = {
    "a page of the same layout": html(LAYOUT.format("<h1>Settings</h1><form>Name Password Role</form>")),
    "a login": html("who are you", 401),
    "a redirect elsewhere": html("", 302, location="/console/"),
    "three characters": Response(200, headers=(("Content-Type", "text/html; charset=utf-8"),), body=b"A=1"),
}


@pytest.mark.parametrize("answer", REAL)
@pytest.mark.parametrize("name", ["404", "200 for everything", "an empty 200", "redirects home", "a counter"])
def test_real_answers(name, answer):
    assert exists(with_secret(SITES[name], "/admin", REAL[answer]), "/admin", "/other") == [True, False]


def test_a_plain_404_costs_one_request():
    sender = MemorySender(SITES["404"])
    exists(sender, *PATHS)
    assert len(sender.requests) == len(PATHS)


def test_siblings_are_asked_once_however_many_want_to_know():
    sender = MemorySender(SITES["200 for everything"])
    exists(sender, *(f"/backup{i}.zip" for i in range(20)))
    assert len(sender.requests) == 22


def test_memory_is_bounded():
    sender = MemorySender(SITES["200 for everything"])
    oracle = SoftNotFound(sender, size=4)

    async def go():
        for i in range(20):
            await oracle.exists(Request.from_url(f"{ROOT}/{i}/x.zip"))

    asyncio.run(go())
    assert len(oracle._siblings) == 4


def test_the_given_sender_pays():
    own, other = MemorySender(SITES["200 for everything"]), MemorySender(SITES["200 for everything"])
    asyncio.run(SoftNotFound(own).exists(Request.from_url(ROOT + "/x"), other))
    assert own.requests == []
    assert len(other.requests) == 3


def test_one_oracle_serves_several_loops():
    """In each of them many wait for the first to learn; in the first loop nobody can."""
    failing = [True]

    def site(request):
        if failing[0] and not request.path.startswith("/real"):
            raise TimedOut("no answer")
        return SITES["200 for everything"](request)

    oracle = SoftNotFound(MemorySender(site))

    async def go():
        asked = (oracle.exists(Request.from_url(f"{ROOT}/real{i}.zip")) for i in range(5))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [type(answer) for answer in asyncio.run(go())] == [TimedOut] * 5
    failing[0] = False
    assert asyncio.run(go()) == [None] * 5


def test_a_third_sibling_shows_what_two_have_in_common_by_chance():
    banners = iter(("tea", "coffee", "coffee", "tea"))
    assert exists(lambda request: html(LAYOUT.format(f"<p>Today: {next(banners)}</p>")), "/x.zip") == [False]


@pytest.mark.parametrize("name", [name for name in SITES if name.startswith("echoes")])
def test_an_echo_makes_no_difference(name):
    requests = [Request.from_url(ROOT + path) for path in ("/a/one.zip", "/a/longer-name.zip")]
    one, other = (look_of(Exchange(request, SITES[name](request))) for request in requests)
    assert one.pieces != other.pieces
    assert one.distance(other) == 0


def test_dotfiles_are_a_class_of_their_own():
    site = lambda request: html("hidden things" if "/." in request.path else LAYOUT.format("shop"))  # noqa: E731
    assert exists(site, "/.env", "/admin") == [False, False]


def test_a_failed_lesson_is_learned_again():
    failing = [True]

    def site(request):
        if failing[0] and request.path != "/.env":
            raise TimedOut("no answer")
        return SITES["200 for everything"](request)

    async def go():
        oracle = SoftNotFound(MemorySender(site))
        with pytest.raises(TimedOut):
            await oracle.exists(Request.from_url(ROOT + "/.env"))
        failing[0] = False
        assert await oracle.exists(Request.from_url(ROOT + "/.env")) is None

    asyncio.run(go())


def test_answers_of_several_kinds_explain_everything():
    page, other = Look(200, "text/html", ""), Look(302, "", "/")
    assert explains([page, other, page], Look(200, "text/plain", ""))
    assert explains([page], other)
    assert not explains([page, page, page], other)


@pytest.mark.parametrize(
    ("path", "like"),
    [
        ("/.env", r"/\.[a-z]{8,}"),
        ("/.env.local", r"/\.[a-z]{8,}\.local"),
        ("/a/backup.tar.gz", r"/a/[a-z]{8,}\.tar\.gz"),
        ("/config.php~", r"/[a-z]{8,}\.php~"),
        ("/notes~", r"/[a-z]{8,}~"),
        ("/admin/", r"/[a-z]{8,}/"),
        ("/", r"/[a-z]{8,}"),
        ("/.git/HEAD?x=1", r"/\.git/[a-z]{8,}\?x=1"),
    ],
)
def test_sibling_of(path, like):
    assert re.fullmatch(like, sibling_of(Request.from_url(ROOT + path), Fresh(1)).target)


def test_a_long_word_is_one_word_and_a_token_is_a_token():
    def look(text):
        return look_of(Exchange(Request.from_url("http://h/x"), Response(200, body=text.encode())))

    assert look("word" * 5000) != look("word" * 5001)
    assert look("deadbeef-1234-zyx") == look("cafe0123-9876-abc")
