"""What every built-in plugin must hold, whoever wrote it."""

import ast
import asyncio
import contextlib
import copy
import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path

import pytest

import s2n.s2nscanner.plugins as package
from s2n.errors import NetworkError, NotApplicable, TimedOut
from s2n.model import Exchange, Request, Response, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.sdk import Claim
from support.site import MemorySender, html

MODULES = {
    found.name: importlib.import_module(f"{package.__name__}.{found.name}")
    for found in pkgutil.iter_modules(package.__path__)
    if not found.name.startswith("_")
}
PLUGINS = {name: module.Plugin() for name, module in MODULES.items()}

HOOKS = {"active": "check", "passive": "inspect", "site": "run"}
MAX_SILENT_REQUESTS = {"active": 40, "site": 400}
"""What a plugin may send to one input point, or to a site, on which there is nothing."""

MAX_LINES = 200

KNOWN_CWES = {
    *(
        16,
        20,
        22,
        23,
        36,
        73,
        74,
        77,
        78,
        79,
        80,
        88,
        89,
        90,
        91,
        93,
        94,
        95,
        98,
        113,
        116,
        117,
        200,
        203,
        204,
    ),
    *(
        208,
        209,
        215,
        219,
        256,
        259,
        284,
        285,
        287,
        294,
        295,
        297,
        306,
        307,
        311,
        312,
        313,
        319,
        321,
        326,
        327,
    ),
    *(
        330,
        334,
        345,
        346,
        347,
        349,
        352,
        384,
        400,
        425,
        426,
        434,
        441,
        444,
        470,
        472,
        473,
        488,
        489,
        502,
        521,
        522,
        523,
        525,
    ),
    *(
        530,
        532,
        538,
        539,
        540,
        541,
        548,
        549,
        552,
        565,
        598,
        601,
        610,
        611,
        613,
        614,
        615,
        639,
        640,
        642,
        643,
        644,
    ),
    *(
        650,
        668,
        672,
        693,
        697,
        732,
        749,
        770,
        776,
        798,
        829,
        830,
        838,
        862,
        863,
        915,
        917,
        918,
        942,
        943,
        1004,
    ),
    *(1021, 1023, 1104, 1230, 1275, 1321, 1333, 1336, 1385, 1395),
}
"""CWE numbers that weaknesses of web applications have; add to it what a new detection really finds."""

PURE = sys.stdlib_module_names - {
    *(
        "asyncio",
        "ctypes",
        "ftplib",
        "http",
        "imaplib",
        "logging",
        "multiprocessing",
        "os",
        "poplib",
        "select",
    ),
    *("selectors", "shutil", "signal", "smtplib", "socket", "socketserver", "ssl", "subprocess", "sys"),
    *("tempfile", "telnetlib", "threading", "time", "urllib.request", "webbrowser"),
} | {"msgspec", "s2n.s2nscanner.sdk"}

each = pytest.mark.parametrize("name", PLUGINS)


def of_kind(*kinds):
    return pytest.mark.parametrize(
        "name", [name for name, plugin in PLUGINS.items() if plugin.info.kind in kinds]
    )


def requests():
    """Requests with input points of every common location."""
    form = (("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", "theme=dark"))
    return [
        Request.from_url("http://site.test/shop/item?id=7&q=red+shoes&next=/home&file=a.txt"),
        Request.from_url("http://site.test/user/42/edit"),
        Request.from_url("http://site.test/save", "POST", form, b"name=Ann&email=ann%40site.test"),
        Request.from_url(
            "http://site.test/api",
            "POST",
            (("Content-Type", "application/json"),),
            b'{"id": 7, "tags": ["a"]}',
        ),
        Request.from_url("http://site.test/login", "POST", form[:1], b"user=ann&password=secret"),
    ]


BLANK = {
    "an empty 200": lambda request: Response(200),
    "200": lambda request: html("<!doctype html><h1>Welcome</h1>"),
    "302": lambda request: html("", 302, location="/login"),
    "404": lambda request: html("<h1>Not found</h1>", 404),
    "403": lambda request: html("<h1>Forbidden</h1>", 403),
    "500": lambda request: html("<h1>Something went wrong</h1>", 500),
    "JSON": lambda request: Response(200, headers=(("Content-Type", "application/json"),), body=b"{}"),
}


async def drive(plugin, sender, point=None):
    """What an active or site plugin yields, with the engine's own context and budget."""
    info = plugin.info
    scan = ScanRequest(target_url="http://site.test/", username="ann", password="secret")
    ctx = Context(info, Shared(scan, sender, requests()), Fresh(1))
    hook = plugin.run(ctx) if point is None else plugin.check(point, ctx)
    claims = []
    with contextlib.suppress(NotApplicable):
        async for claim in hook:
            claims.append(claim)  # noqa: PERF401 -- what came before is kept
    return claims, ctx.requests


def points_for(plugin):
    """The points to drive ``plugin`` at; a site plugin is driven once, at none."""
    if plugin.info.kind == "site":
        return [None]
    return [point for request in requests() for point in points_of(request)]


@each
def test_its_id_is_its_file_name(name):
    assert PLUGINS[name].info.id == name
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


@each
def test_it_describes_itself_completely(name):
    info = PLUGINS[name].info
    assert info.title
    assert info.title[0].isupper()
    assert not info.title.endswith(".")
    for text in (info.what, info.why, info.fix):
        assert re.fullmatch(r"(?s)[A-Z\"'<].{40,}\.", text), text
    assert info.cwe.startswith("CWE-")
    assert int(info.cwe.removeprefix("CWE-")) in KNOWN_CWES
    assert re.fullmatch(r"A(0[1-9]|10):2021", info.owasp)
    assert re.fullmatch(r"WSTG-(INFO|CONF|IDNT|ATHN|ATHZ|SESS|INPV|ERRH|CRYP|BUSL|CLNT|APIT)-\d\d", info.wstg)
    assert len(info.references) >= 2
    assert all(re.fullmatch(r"https://[\w.-]+/\S*", reference) for reference in info.references)
    assert len(set(info.references)) == len(info.references)
    assert inspect.getdoc(MODULES[name])
    assert inspect.getdoc(MODULES[name].Plugin)


@each
def test_its_cvss_score_is_that_of_its_vector_and_near_its_severity(name):
    """The severity is the plugin's own judgement, but not more than one step from FIRST's scale."""
    info = PLUGINS[name].info
    assert info.cvss_score == base_score(info.cvss_vector)
    assert abs(info.severity.rank - severity_of(info.cvss_score).rank) <= 1


@each
def test_its_kind_is_what_it_does(name):
    plugin = PLUGINS[name]
    has = {kind for kind, hook in HOOKS.items() if callable(getattr(plugin, hook, None))}
    assert plugin.info.kind in has
    assert has - {"passive"} == {plugin.info.kind} - {"passive"}  # what attacks may read answers, too
    assert 0 < plugin.info.max_requests <= 500
    assert plugin.info.source == "built in"


@of_kind("active", "site")
@pytest.mark.parametrize("site", BLANK)
def test_it_is_silent_and_sparing_where_there_is_nothing(name, site):
    plugin = PLUGINS[name]

    async def go():
        for point in points_for(plugin):
            claims, sent = await drive(plugin, MemorySender(BLANK[site]), point)
            assert claims == [], (point and point.name, claims)
            assert sent <= min(plugin.info.max_requests, MAX_SILENT_REQUESTS[plugin.info.kind])

    asyncio.run(go())


@of_kind("passive")
@pytest.mark.parametrize("site", sorted(BLANK.keys() - {"200"}))
def test_it_is_silent_about_what_is_no_page(name, site):
    request = Request.from_url("http://site.test/")
    assert list(PLUGINS[name].inspect(Exchange(request, BLANK[site](request)))) == []


class Failing(MemorySender):
    """Answers ``good`` requests, then the network fails."""

    def __init__(self, good):
        super().__init__(BLANK["200"])
        self.good = good

    async def send(self, request, **options):
        if len(self.requests) >= self.good:
            raise TimedOut("no answer in time")
        return await super().send(request, **options)


@of_kind("active", "site")
@pytest.mark.parametrize("good", [0, 1, 2])
def test_network_errors_reach_the_engine(name, good):
    """Or a scan of a dead target would look clean. A plugin that has nothing to send here is excused."""
    plugin = PLUGINS[name]

    async def go():
        raised = most = 0
        for point in points_for(plugin):
            _, wanted = await drive(plugin, MemorySender(BLANK["200"]), point)
            most = max(most, wanted)
            if wanted <= good:
                continue
            with pytest.raises(NetworkError):
                await drive(plugin, Failing(good), point)
            raised += 1
        assert raised or most <= good

    asyncio.run(go())


@of_kind("active")
def test_it_changes_nothing_but_the_point(name):
    """The point stays as it was; each request keeps its method, its origin and the other parameters."""
    plugin = PLUGINS[name]

    async def go():
        for point in points_for(plugin):
            before = copy.deepcopy(point)
            sender = MemorySender(BLANK["200"])
            await drive(plugin, sender, point)
            assert point == before
            assert {(sent.method, sent.origin) for sent in sender.requests} <= {
                (point.request.method, point.request.origin)
            }

    asyncio.run(go())


CARELESS = """<pre>Traceback (most recent call last):
  File "/srv/app/views.py", line 12, in show</pre><p>Server: 10.20.30.40</p>
<script>/*! jQuery v1.8.0 jquery.com | jquery.org/license */
var key = "ghp_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zA7bC"; document.write(location.hash);</script>
<script src="/js/jquery-1.8.0.min.js"></script><form><input type="password" name="p">
<input type="hidden" name="cart" value="Tzo0OiJDYXJ0IjoxOntpOjA7aToxO30="></form>"""
"""What a page shows that nobody looked over."""

CARELESS_API = b'[{"id": 1, "password": "tea-4-two"}, {"id": 2, "password": "tea-4-me"}]'
"""What an API answers that gives out whole records."""


@each
def test_it_yields_claims(name):
    """On a page without any protection, echoing what it gets, whatever comes is a `Claim` with evidence."""
    plugin = PLUGINS[name]

    def echo(request):
        body = f"<p>{request.target} {request.body.decode('latin-1')}</p>{CARELESS}"
        return html(body, set_cookie="sessionid=abc", server="Apache/2.4.29")

    async def go():
        if plugin.info.kind == "passive":
            request = Request.from_url("http://site.test/")
            api = Response(status=200, headers=(("Content-Type", "application/json"),), body=CARELESS_API)
            answers = (echo(request), api)
            return [claim for answer in answers for claim in plugin.inspect(Exchange(request, answer))]
        return [
            claim
            for point in points_for(plugin)
            for claim in (await drive(plugin, MemorySender(echo), point))[0]
        ]

    claims = asyncio.run(go())
    assert all(isinstance(claim, Claim) and claim.evidence for claim in claims)
    if plugin.info.kind == "passive":
        assert claims
        for claim in claims:
            vector = claim.cvss_vector or plugin.info.cvss_vector
            assert severity_of(base_score(vector)) is (claim.severity or plugin.info.severity)
            assert not claim.cvss_vector or claim.cvss_score == base_score(vector)


@each
def test_it_fits_in_a_head(name):
    for file in files_of(name):
        lines = file.read_text().splitlines()
        assert len(lines) <= MAX_LINES, f"{file.name}: move what is shared into an oracle"


@each
def test_it_imports_the_sdk_and_pure_libraries(name):
    for file in files_of(name):
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module]
            for imported in names:
                own = imported.startswith(f"{package.__name__}.{name}.")
                assert own or {imported, imported.partition(".")[0]} & PURE, f"{file.name} imports {imported}"


@each
def test_it_neither_prints_nor_catches_everything(name):
    for file in files_of(name):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Name):
                assert node.id not in {"print", "open", "eval", "exec", "NetworkError", "BaseException"}
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None
                assert not {"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(node.type)))


def test_there_are_plugins():
    assert {
        "oscommand",
        "path_traversal",
        "sensitive_files",
        "security_headers",
        "cookie_flags",
    } <= PLUGINS.keys()


def files_of(name):
    file = Path(MODULES[name].__file__)
    return sorted(file.parent.glob("*.py")) if file.name == "__init__.py" else [file]


def severity_of(score):
    """FIRST's qualitative scale."""
    bounds = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
    return next((severity for bound, severity in bounds if score >= bound), Severity.INFO)


def base_score(vector):
    """The base score of a CVSS 3.1 vector: the formulas of FIRST's specification, section 7.1."""
    match = re.fullmatch(
        r"CVSS:3\.1/AV:([NALP])/AC:([LH])/PR:([NLH])/UI:([NR])/S:([UC])/C:([HLN])/I:([HLN])/A:([HLN])", vector
    )
    assert match, vector
    av, ac, pr, ui, scope, *impacts = match.groups()
    changed = scope == "C"
    weights = {"H": 0.56, "L": 0.22, "N": 0.0}
    lost = 1.0
    for impact in impacts:
        lost *= 1 - weights[impact]
    iss = 1 - lost
    impact = 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 if changed else 6.42 * iss
    privileges = {"N": 0.85, "L": 0.68 if changed else 0.62, "H": 0.5 if changed else 0.27}
    exploitability = (
        8.22
        * {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}[av]
        * {"L": 0.77, "H": 0.44}[ac]
        * privileges[pr]
        * {"N": 0.85, "R": 0.62}[ui]
    )
    if impact <= 0:
        return 0.0
    return round_up(min((1.08 if changed else 1.0) * (impact + exploitability), 10))


def round_up(value):
    """To one decimal, upwards; by integers, as the specification's appendix A does."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1.8),
    ],
)
def test_base_score(vector, score):
    """Vectors whose scores FIRST's calculator gives."""
    assert base_score(vector) == score


def test_a_sensitive_file_has_the_score_of_its_severity():
    for severity, (vector, score) in MODULES["sensitive_files"].CVSS.items():
        assert base_score(vector) == score
        assert severity_of(score) is severity
