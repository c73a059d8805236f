"""Templates of several engines with a value in their source; the corpus holds the breadth."""

import re

import pytest

from corpus.inputs import header, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.template_injection import Plugin
from s2n.s2nscanner.sdk import points_of
from support import templates
from support.site import MemorySender, html, run_check
from support.templates import TemplateError

ASK = query("/hello", name="Ada")


def rendered(engine, template="<p>Hello @</p>", name="name"):
    def site(request):
        try:
            return html(engine(template.replace("@", taken(request, name))))
        except TemplateError:
            return html("<h1>Internal Server Error</h1>", 500)

    return site


def findings(site, request=ASK):
    sender = MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[0]), sender.requests


@pytest.mark.parametrize(
    ("engine", "named"),
    [
        (templates.jinja, "Jinja2"),
        (templates.twig, "Twig"),
        (templates.freemarker, "FreeMarker"),
        (templates.mako, "Mako"),
        (templates.el, "Java expression language"),
        (templates.erb, "ERB"),
        (templates.ejs, "EJS"),
        (templates.pug, "Pug"),
        (templates.handlebars, "Handlebars"),
        (templates.go, "Go"),
        (templates.velocity, "Velocity"),
    ],
)
def test_an_engine_is_proved_by_what_it_computes_and_named(engine, named):
    (claim,), _ = findings(rendered(engine))
    assert claim.confidence is Confidence.CERTAIN
    assert named in claim.evidence
    assert claim.marker in claim.exchange.response.text
    assert claim.marker not in claim.payload
    assert claim.control is not None


def test_an_engine_whose_answer_to_seven_texts_is_an_error_keeps_its_family():
    def evaluate(expression):
        if "'" in expression:
            raise TemplateError(expression)
        return templates.arithmetic()(expression)

    (claim,), _ = findings(rendered(templates.engine("{{", "}}", evaluate)))
    assert "an engine with {{ }}" in claim.evidence


@pytest.mark.parametrize("template", ["{{ @ }}", "{{ '@' }}", '{{ "@" }}'])
def test_a_value_inside_of_an_expression(template):
    (claim,), _ = findings(rendered(templates.jinja, template), query("/hello", name="name"))
    assert claim.confidence is Confidence.CERTAIN


def test_what_comes_back_whole_costs_two_requests():
    claims, requests = findings(lambda request: html(f"<p>{taken(request, 'name')}</p>"))
    assert claims == []
    assert len(requests) == 3  # the baseline is one of them


def test_an_echo_that_is_whole_in_one_place_only_does_not_hide_the_other():
    template = '<input value="@"><p>@</p>'

    def site(request):
        value = taken(request, "name")
        head, _, tail = template.partition("<p>@")
        try:
            shown = templates.liquid(value)
        except TemplateError:
            shown = ""
        return html(head.replace("@", value) + f"<p>{shown}" + tail)

    assert findings(site)[0]


def test_what_changes_nothing_costs_two_requests():
    claims, requests = findings(lambda _: html("<p>Thank you.</p>"))
    assert claims == []
    assert len(requests) == 3


def test_what_is_not_shown_but_changes_the_page_costs_few_more():
    numbers = iter(range(10**6))
    claims, requests = findings(lambda _: html(f"<p>{next(numbers)}</p>"))
    assert claims == []
    assert len(requests) == 8


def test_headers_that_nothing_shows_are_left_alone():
    claims, requests = findings(lambda _: html("<p>Hi</p>"), header("/", "X-Store", "north"))
    assert claims == []
    assert len(requests) == 2


def test_the_answer_alone_is_no_proof():
    """A page that works out whatever product it sees leaves the braces around it."""

    def site(request):
        text = taken(request, "name")
        return html(re.sub(r"(\d+)\*(\d+)", lambda m: str(int(m[1]) * int(m[2])), text))

    assert findings(site)[0] == []
