"""Values in the source of a program, and values that only look as if they were."""

import html as codec
import itertools
import json
import re
from ast import literal_eval

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support import templates
from support.languages import JAVA, JAVASCRIPT, PERL, PHP, PYTHON, RUBY, CodeError, Language, Run
from support.site import Site, html

PLUGIN = "code_injection"
PAGE = "<!doctype html><title>Result</title><p>Result: @</p>"


def program(language: Language, source: str, value: str) -> Run | None:
    try:
        return Run(language, source.replace("@", value))
    except (CodeError, ValueError, IndexError, AssertionError):
        return None


def evaluated(
    language, source="@", name="q", *, page=PAGE, status=500, error="<h1>Internal Server Error</h1>"
):
    """Evaluates the value in ``source`` and shows what comes of it."""

    def site(request: Request) -> Response:
        run = program(language, source, taken(request, name))
        if run is None:
            return html(error, status)
        return html(page.replace("@", run.output + str(run.value)))

    return lambda: site


def blind(name, language, source="@", field="q", request=None):
    """Evaluates the value, shows nothing of it, and takes as long as it waits."""

    def latency(request: Request) -> float:
        run = program(language, source, taken(request, field))
        return 0.003 + (run.waited if run else 0.0)

    def make() -> Site:
        return lambda request: html("<p>Thank you.</p>")

    return Case(PLUGIN, name, True, make, (request or query("/rate", q="12"),), latency)


def shown(write, name="q", page=PAGE, status=200):
    return lambda: lambda request: html(page.replace("@", write(taken(request, name))), status)


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests or (ASK,))


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests or (ASK,))


def slashes(language, source):
    """Quotes are escaped, yet the language looks into the text."""

    def site(request: Request) -> Response:
        run = program(language, source, re.sub(r"([\\'\"])", r"\\\1", taken(request, "q")))
        return html(PAGE.replace("@", run.output) if run else "<h1>Error</h1>", 200 if run else 500)

    return lambda: site


def struts(request: Request) -> Response:
    """OGNL between ``%{`` and ``}`` in a message."""
    try:
        text = templates.engine("%{", "}", templates.arithmetic())(taken(request, "q"))
    except templates.TemplateError:
        return html("<h1>HTTP Status 500</h1>", 500)
    return html(PAGE.replace("@", text))


def as_json(language, source):
    def site(request: Request) -> Response:
        run = program(language, source, taken(request, "order.total"))
        body = {"total": str(run.value)} if run else {"error": "bad expression"}
        return Response(200, "", (("Content-Type", "application/json"),), json.dumps(body).encode())

    return lambda: site


ASK = query("/calc", q="12")
NAME = query("/hello", q="Ada")

VULNERABLE = [
    vulnerable("php: eval of an expression", evaluated(PHP, "return @;")),
    vulnerable("php: eval of an assignment", evaluated(PHP, "$x = @;")),
    vulnerable("php: single quotes, form", evaluated(PHP, "echo 'Hi @';"), form("/hello", q="Ada", go="1")),
    vulnerable("php: double quotes", evaluated(PHP, 'echo "Hi @";'), NAME),
    vulnerable("php: in a call", evaluated(PHP, "echo strtolower('@');"), NAME),
    vulnerable("php: text in a statement", evaluated(PHP, "$x = 'a@';"), NAME),
    vulnerable("php: quotes escaped, double quotes look inside", slashes(PHP, '$x = "@";'), NAME),
    vulnerable("php: cookie", evaluated(PHP, "$lang = 'x@';", "lang"), cookie("/", "lang", "en")),
    vulnerable(
        "php: User-Agent", evaluated(PHP, 'echo "@";', "User-Agent"), header("/", "User-Agent", "Mozilla")
    ),
    vulnerable("python: eval", evaluated(PYTHON)),
    vulnerable("python: eval, multipart", evaluated(PYTHON), multipart("/calc", q="2", unit="m")),
    vulnerable("python: single quotes", evaluated(PYTHON, "'Hi ' + '@'"), NAME),
    vulnerable("python: double quotes", evaluated(PYTHON, '"Hi @"'), NAME),
    vulnerable("node: eval", evaluated(JAVASCRIPT)),
    vulnerable(
        "node: eval of a JSON leaf", as_json(JAVASCRIPT, "(@)"), json_body("/o", {"order": {"total": 7}})
    ),
    vulnerable("node: single quotes", evaluated(JAVASCRIPT, "'Hi @'"), NAME),
    vulnerable("node: double quotes, XML", evaluated(JAVASCRIPT, '"@"', "r.q"), xml("/hello", q="Ada")),
    vulnerable("ruby: eval", evaluated(RUBY)),
    vulnerable("ruby: single quotes", evaluated(RUBY, "'Hi @'"), NAME),
    vulnerable("perl: eval", evaluated(PERL)),
    vulnerable("perl: double quotes", evaluated(PERL, '"Hi @"'), NAME),
    vulnerable("spring: SpEL", evaluated(JAVA)),
    vulnerable("java: MVEL, double quotes", evaluated(JAVA, '"Hi @"'), NAME),
    vulnerable("struts: OGNL in a message", lambda: struts, NAME),
    vulnerable("python: path segment", evaluated(PYTHON, "@", "2"), path("/calc/12")),
    blind("php: blind, expression", PHP),
    blind("php: blind, single quotes", PHP, "$x = '@';", request=NAME),
    blind("node: blind, expression", JAVASCRIPT, "(@)"),
    blind("python: blind, double quotes, form", PYTHON, '"@"', request=form("/send", q="Ada")),
    blind("ruby: blind, expression", RUBY),
]


def calculator(request: Request) -> Response:
    """Numbers and signs only, by a parser of its own."""
    asked = taken(request, "q")
    if re.fullmatch(r"[\d\s*+()-]+", asked):
        run = program(JAVASCRIPT, "@", asked)
        return html(PAGE.replace("@", f"{asked} = {run.value if run else 'error'}"))
    return html(PAGE.replace("@", "only numbers, please"))


def finds_products(request: Request) -> Response:
    """Works out whatever product it sees in a text."""
    return html(
        PAGE.replace(
            "@", re.sub(r"\(?(\d+)\*(\d+)\)?", lambda m: str(int(m[1]) * int(m[2])), taken(request, "q"))
        )
    )


def literal(request: Request) -> Response:
    """Python's literals, which are no program."""
    try:
        return html(PAGE.replace("@", codec.escape(str(literal_eval(taken(request, "q"))))))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return html("<p>not a literal</p>", 400)


def firewall(request: Request) -> Response:
    if re.search(r"[('\";{}]", taken(request, "q")):
        return html("<h1>Forbidden</h1>", 403)
    return html(PAGE.replace("@", taken(request, "q")))


def random_pages() -> Site:
    numbers = itertools.count(10**6 + 3, 7919)
    return lambda request: html("".join(f"<p>{next(numbers) * 11}</p>" for _ in range(9)))


def templated(engine, source="<p>@</p>"):
    """A template's flaw: the other plugin's finding."""

    def site(request: Request) -> Response:
        try:
            return html(engine(source.replace("@", taken(request, "q"))))
        except templates.TemplateError:
            return html("<h1>Error</h1>", 500)

    return lambda: site


def joins(expression: str) -> str:
    """Nunjucks: an expression language that joins texts."""
    run = program(JAVASCRIPT, "@", expression)
    if run is None:
        raise templates.TemplateError(expression)
    return str(run.value)


def slow(name, seconds):
    return Case(PLUGIN, name, False, lambda: lambda request: html("<p>Thank you.</p>"), (ASK,), seconds)


def _suspicious(request: Request) -> float:
    return 2.5 if "(" in taken(request, "q") else 0.01


_STEPS = itertools.cycle([0.1, 2.3, 0.4, 3.1, 1.2])

SAFE = [
    safe("echo", shown(str)),
    safe("echo, escaped", shown(codec.escape), form("/hello", q="Ada")),
    safe("echo of a JSON leaf", shown(json.dumps, page='{"q": @}'), json_body("/api", {"q": "tea"})),
    safe("echo without signs", shown(lambda v: re.sub(r"\W", "", v))),
    safe("echo, quotes doubled", shown(lambda v: v.replace("'", "''"))),
    safe("a calculator", lambda: calculator),
    safe("a page that works out products", lambda: finds_products),
    safe("python: literals", lambda: literal),
    safe("php: quotes escaped, single quotes", slashes(PHP, "$x = '@';"), NAME),
    safe("node: quotes escaped", slashes(JAVASCRIPT, "'@'"), NAME),
    safe("a firewall", lambda: firewall),
    safe("an error at odd signs", shown(lambda v: "Oops" if re.search(r"\W", v) else "fine")),
    safe(
        "an error page that quotes the program",
        shown(lambda v: f"unexpected token in {codec.escape(v)}", status=500),
    ),
    safe("random numbers", random_pages),
    safe(
        "jinja2: an expression in a template",
        templated(templates.jinja, "<p>{{ @ }}</p>"),
        query("/", q="name"),
    ),
    safe("twig: a template's flaw", templated(templates.twig)),
    safe(
        "nunjucks: a text in a template",
        templated(templates.engine("{{", "}}", joins), "<p>{{ '@' }}</p>"),
        NAME,
    ),
    safe("a cookie shown", shown(codec.escape, "lang"), cookie("/", "lang", "en")),
    safe("a number, cast", shown(lambda v: str(int(re.match(r"\d*", v)[0] or 0)))),
    safe("a path shown", shown(codec.escape, "2"), path("/calc/12")),
    slow("a slow page", lambda _: 2.4),
    slow("a page that is slow by turns", lambda _: next(_STEPS)),
    slow("a filter that is slow at parentheses", _suspicious),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
