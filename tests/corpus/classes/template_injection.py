"""Values in the source of a template, and values that only look as if they were."""

import html as codec
import itertools
import json
import re
from urllib.parse import quote

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support import templates
from support.site import Site, html
from support.templates import TemplateError

PLUGIN = "template_injection"
HELLO = "<!doctype html><title>Hello</title><p>Hello @, welcome back!</p>"


def rendered(engine, name="name", template=HELLO, *, error="<h1>Internal Server Error</h1>"):
    """Puts the value into the template, then renders it."""

    def site(request: Request) -> Response:
        try:
            return html(engine(template.replace("@", taken(request, name))))
        except TemplateError as failed:
            return html(error.replace("@", codec.escape(str(failed))), 500)

    return lambda: site


def shown(write, name="name", template=HELLO, status=200):
    """Puts what ``write`` makes of the value into the page."""
    return lambda: lambda request: html(template.replace("@", write(taken(request, name))), status)


def later() -> Site:
    """Post, redirect, get: the message stands on the next page."""

    def site(request: Request) -> Response:
        if request.method == "POST":
            return html("", 303, location="/inbox?flash=" + quote(taken(request, "name")))
        try:
            return html(templates.jinja(HELLO.replace("@", taken(request, "flash"))))
        except TemplateError:
            return html("<h1>Error</h1>", 500)

    return site


def as_json(engine):
    def site(request: Request) -> Response:
        try:
            text = engine(f"Dear {taken(request, 'mail.greeting')},")
        except TemplateError as failed:
            return Response(500, body=json.dumps({"error": str(failed)}).encode())
        return Response(200, "", (("Content-Type", "application/json"),), json.dumps({"mail": text}).encode())

    return lambda: site


def not_found() -> Site:
    def site(request: Request) -> Response:
        try:
            return html(templates.jinja(f"<h1>No page {taken(request, '2')}</h1>"), 404)
        except TemplateError:
            return html("<h1>Server Error</h1>", 500)

    return site


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests)


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests)


ASK = query("/hello", name="Ada")
MAIL = json_body("/mail", {"mail": {"greeting": "A"}})
MISSING = "Error resolving template [@]"

VULNERABLE = [
    vulnerable("flask, jinja2: text, query", rendered(templates.jinja), ASK),
    vulnerable("flask, jinja2: path of a 404 page", not_found, path("/pages/about-us-42")),
    vulnerable(
        "flask, jinja2: attribute, form",
        rendered(templates.jinja, template='<input name="name" value="@">'),
        form("/hello", name="Ada", city="Rome"),
    ),
    vulnerable("jinja2: shown after a redirect", later, form("/send", name="Ada")),
    vulnerable(
        "jinja2: an expression",
        rendered(templates.jinja, template="<b>{{ @ }}</b>"),
        query("/hello", name="name"),
    ),
    vulnerable(
        "jinja2: a text in single quotes", rendered(templates.jinja, template="<b>{{ '@' }}</b>"), ASK
    ),
    vulnerable(
        "jinja2: a text in double quotes", rendered(templates.jinja, template='<b>{{ "@"|upper }}</b>'), ASK
    ),
    vulnerable(
        "jinja2: double braces refused",
        lambda: (
            lambda request: (
                html("no", 400) if "{{" in taken(request, "name") else rendered(templates.jinja)()(request)
            )
        ),
        ASK,
    ),
    vulnerable("symfony, twig: form", rendered(templates.twig), form("/hello", name="Ada")),
    vulnerable("twig: a text in double quotes", rendered(templates.twig, template='{{ "@" }}'), ASK),
    vulnerable("spring, freemarker: grouped digits", rendered(templates.freemarker), ASK),
    vulnerable("freemarker: a text", rendered(templates.freemarker, template='<b>${"@"}</b>'), ASK),
    vulnerable("pyramid, mako: cookie", rendered(templates.mako), cookie("/hello", "name", "Ada")),
    vulnerable("jsp: expression language, multipart", rendered(templates.el), multipart("/h", name="Ada")),
    vulnerable(
        "rails, erb: User-Agent", rendered(templates.erb, "User-Agent"), header("/", "User-Agent", "Mozilla")
    ),
    vulnerable("erb: inside of a tag", rendered(templates.erb, template="<%= @ %>"), query("/", name="name")),
    vulnerable("express, ejs: JSON leaf", as_json(templates.ejs), MAIL),
    vulnerable("ejs: a text in double quotes", rendered(templates.ejs, template='<i><%= "@" %></i>'), ASK),
    vulnerable("express, pug", rendered(templates.pug), ASK),
    vulnerable("express, handlebars", rendered(templates.handlebars), ASK),
    vulnerable("asp.net, razor", rendered(templates.razor), form("/hello", name="Ada")),
    vulnerable("php, smarty", rendered(templates.smarty), ASK),
    vulnerable("java, velocity", rendered(templates.velocity), ASK),
    vulnerable("spring, thymeleaf: inlined", rendered(templates.thymeleaf), ASK),
    vulnerable(
        "spring, thymeleaf: a view's name",
        rendered(templates.preprocessed, template="views/@", error=f"<pre>{MISSING}</pre>"),
        query("/page", name="home"),
    ),
    vulnerable("shopify style, liquid", rendered(templates.liquid), ASK),
    vulnerable("django", rendered(templates.django), ASK),
    vulnerable("go, text/template", rendered(templates.go), ASK),
    vulnerable("soap style: twig, XML", rendered(templates.twig, "r.name"), xml("/soap", name="Ada")),
]


def firewall(request: Request) -> Response:
    if re.search(r"[{}<>$#@\"']", taken(request, "name")):
        return html("<h1>Blocked</h1>", 403)
    return html(HELLO.replace("@", taken(request, "name")))


def random_pages() -> Site:
    numbers = itertools.count(1000003, 7919)
    return lambda request: html("".join(f"<p>{next(numbers) * 7}</p>" for _ in range(9)))


def calculator(request: Request) -> Response:
    """It computes what is a sum of numbers and nothing else: that is what it is for."""
    asked = taken(request, "name")
    if match := re.fullmatch(r"\s*(\d+)\s*\*\s*(\d+)\s*", asked):
        return html(f"<p>{asked} = {int(match[1]) * int(match[2])}</p>")
    return html(f"<p>{codec.escape(asked)} is no sum.</p>")


def _product(match: re.Match[str]) -> str:
    return str(int(match[1]) * int(match[2]))


SAFE = [
    safe(
        "flask, jinja2: a value as data",
        shown(lambda v: templates.jinja("{{ name }} ") + v),
        ASK,
    ),
    safe("echo, unescaped", shown(str), ASK),
    safe("echo, unescaped, form", shown(str), form("/hello", name="Ada")),
    safe("php: htmlspecialchars", shown(codec.escape), cookie("/hello", "name", "Ada")),
    safe("echo twice, encoded in two ways", shown(lambda v: quote(v) + " " + codec.escape(v)), ASK),
    safe("braces are removed", shown(lambda v: re.sub(r"[{}]", "", v)), ASK),
    safe("tags are removed", shown(lambda v: re.sub(r"<[^>]*>?", "", v)), ASK),
    safe("signs become spaces", shown(lambda v: re.sub(r"\W", " ", v)), ASK),
    safe("in capitals", shown(str.upper), ASK),
    safe("backwards", shown(lambda v: v[::-1]), ASK),
    safe("cut after twenty characters", shown(lambda v: codec.escape(v[:20])), ASK),
    safe("a calculator", lambda: calculator, query("/calc", name="2*3")),
    safe("every product in a text is computed", shown(lambda v: re.sub(r"(\d+)\*(\d+)", _product, v)), ASK),
    safe("a firewall", lambda: firewall, ASK),
    safe("an error at odd signs", lambda: lambda r: html("Oops", 500) if "{" in r.url else html("ok"), ASK),
    safe("random numbers", random_pages, ASK),
    safe("an API that echoes", shown(json.dumps, "q", '{"query": @}'), json_body("/api", {"q": "tea"})),
    safe(
        "angular in the browser",
        shown(codec.escape, template='<script src="/angular.min.js"></script><div ng-app>@</div>'),
        ASK,
    ),
    safe("a view that is not there", shown(codec.escape, template=MISSING, status=500), ASK),
    safe("a path of a 404 page", shown(codec.escape, "2", "No page @", 404), path("/pages/about-us-42")),
    safe("digits only", shown(lambda v: "".join(re.findall(r"\d+", v))), query("/item", name="12")),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
