"""Programs of several languages with a value in their source; the corpus holds the breadth."""

import re

import pytest

from corpus.inputs import cookie, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.code_injection import Plugin
from s2n.s2nscanner.sdk import points_of
from support import templates
from support.languages import JAVA, JAVASCRIPT, PERL, PHP, PYTHON, RUBY, CodeError, Run
from support.site import MemorySender, html, run_check

ASK = query("/calc", q="12")


def evaluated(language, source="@", name="q", change=str):
    def site(request):
        try:
            run = Run(language, source.replace("@", change(taken(request, name))))
        except (CodeError, ValueError, IndexError):
            return html("<h1>Error</h1>", 500)
        return html(f"<p>{run.output} {run.value}</p>")

    return site


def findings(site, request=ASK, latency=None):
    sender = MemorySender(site, latency) if latency else MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


SOURCES = [
    (language, source)
    for language in (PHP, PERL, JAVASCRIPT, JAVA, PYTHON, RUBY)
    for source in ("@", "'Hi @'", '"Hi @"')
    if (language, source) != (RUBY, '"Hi @"')
]


@pytest.mark.parametrize(("language", "source"), SOURCES, ids=lambda x: getattr(x, "name", x))
def test_each_language_computes_bare_and_out_of_quotes(language, source):
    (claim,), _ = findings(evaluated(language, source))
    assert claim.confidence is Confidence.CERTAIN
    assert claim.marker in claim.exchange.response.text
    assert claim.marker not in claim.payload
    assert claim.control is not None


@pytest.mark.parametrize(
    "source", ["$x = @;", "$x = '@';", '$x = "@";', "return strtolower('@');", "$x = trim(trim('@'));"]
)
def test_statements_of_php(source):
    assert findings(evaluated(PHP, source))[0]


def test_php_looks_into_double_quotes_where_quotes_are_escaped():
    site = evaluated(PHP, '$x = "@";', change=lambda v: re.sub(r"([\\'\"])", r"\\\1", v))
    assert findings(site)[0]


def test_ognl_in_a_message():
    def site(request):
        try:
            return html(templates.engine("%{", "}", templates.arithmetic())(taken(request, "q")))
        except templates.TemplateError:
            return html("Error", 500)

    assert findings(site)[0]


@pytest.mark.parametrize(
    ("language", "source"), [(PHP, "$x = '@';"), (JAVASCRIPT, "@"), (PYTHON, '"@"'), (RUBY, "@")]
)
def test_what_shows_nothing_waits(language, source):
    def waited(request):
        try:
            return 0.01 + Run(language, source.replace("@", taken(request, "q"))).waited
        except (CodeError, ValueError):
            return 0.01

    (claim,), _ = findings(lambda _: html("<p>ok</p>"), latency=waited)
    assert claim.confidence is Confidence.FIRM


def test_what_a_template_of_the_same_form_would_do_is_the_other_plugins():
    """Ruby's double quotes evaluate ``#{ }``: there is no telling them from Slim."""
    assert findings(evaluated(RUBY, '"Hi @"'))[0] == []


def test_a_slow_page_is_not_one_that_waits():
    assert findings(lambda _: html("<p>ok</p>"), latency=lambda _: 2.5)[0] == []


def test_a_template_is_the_other_plugins():
    def joins(expression):
        try:
            return str(Run(JAVASCRIPT, expression).value)
        except CodeError as error:
            raise templates.TemplateError(expression) from error

    def site(request):
        try:
            return html(templates.engine("{{", "}}", joins)(f"{{{{ '{taken(request, 'q')}' }}}}"))
        except templates.TemplateError:
            return html("Error", 500)

    assert findings(site)[0] == []


@pytest.mark.parametrize("product", [r"(\d+)\*(\d+)", r"\(?(\d+)\*(\d+)\)?"])
@pytest.mark.parametrize("removed", ["", "'\""])
def test_a_page_that_works_out_products_is_no_program(product, removed):
    def site(request):
        text = "".join(char for char in taken(request, "q") if char not in removed)
        return html(re.sub(product, lambda m: str(int(m[1]) * int(m[2])), text))

    assert findings(site)[0] == []


def test_a_page_that_changes_by_itself_is_asked_all_the_same():
    numbers = iter(range(10**6))
    site = evaluated(PHP, "return @;")

    def changing(request):
        return html(site(request).body.decode() + "".join(f"<p>{next(numbers)}</p>" for _ in range(9)))

    assert findings(changing)[0]


def test_what_a_redirect_leads_to_is_asked_all_the_same():
    site = evaluated(PHP, "echo '@';")

    def redirecting(request):
        if request.path == "/calc":
            return html("", 302, location=f"/done?{request.query}")
        return site(request)

    assert findings(redirecting)[0]


def test_a_blank_point_costs_few_requests():
    claims, requests = findings(lambda _: html("<p>Hi</p>"))
    assert claims == []
    assert len(requests) <= 8
    claims, requests = findings(lambda _: html("<p>Hi</p>"), cookie("/", "lang", "en"))
    assert claims == []
    assert len(requests) <= 4
