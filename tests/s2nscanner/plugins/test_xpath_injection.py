"""XPath expressions with a value in them; the corpus holds the breadth."""

import sqlite3

import pytest

from corpus.inputs import form, header, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.xpath_injection import Plugin, messages
from s2n.s2nscanner.sdk import points_of
from support import xpath
from support.site import MemorySender, html, run_check
from support.xpath import XPathError

SHELF = query("/goods", q="kitchen")


def document(expression, *, write=str, error="<h1>Error</h1>", show=True):
    def site(request):
        try:
            found = xpath.select(expression.replace("@", write(taken(request, "q"))))
        except XPathError as failed:
            return html(error.replace("@", str(failed)), 500)
        return html(f"<p>{[item['name'] for item in found] if show else 'ok'}</p>")

    return site


def findings(site, request=SHELF):
    sender = MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("//g[shelf='@']", "kitchen"),
        ('//g[shelf="@"]', "kitchen"),
        ("//g[contains(shelf,'@')]", "kit"),
        ('//g[contains(shelf,"@")]', "kit"),
        ("//g[id=@]", "2"),
        ("//g[@]", "2"),
        ("//g/@", "name"),
        ("//g[shelf='@']", "attic"),
        ("//g[contains(shelf,'@')]", "attic"),
    ],
)
def test_an_expression_is_shown_by_conditions(expression, value):
    (claim,), _ = findings(document(expression), query("/goods", q=value))
    assert claim.confidence is Confidence.FIRM
    assert "string-length" in claim.payload
    assert claim.control is not None


@pytest.mark.parametrize(("expression", "value"), [("//g[id=@]", "2"), ("//g[shelf='@']", "2")])
def test_an_error_is_believed_by_its_balance(expression, value):
    site = document(expression, error="SimpleXMLElement::xpath(): Invalid expression", show=False)
    (claim,), _ = findings(site, query("/goods", q=value))
    assert "XPath complain" in claim.evidence


def test_a_form_that_may_write_is_never_made_wider():
    _, requests = findings(lambda _: html("saved"), form("/goods/delete", q="kitchen"))
    assert not [sent for sent in requests if "%20or%20" in sent.body.decode()]


def test_quotes_that_are_removed_stay_silent():
    site = document("//g[shelf='@']", write=lambda v: v.replace("'", "").replace('"', ""))
    assert findings(site)[0] == []


@pytest.mark.parametrize("shown", [True, False])
def test_sql_is_another_plugins(shown):
    def site(request):
        db = sqlite3.connect(":memory:")
        db.execute("CREATE TABLE goods (name, shelf)")
        db.execute("INSERT INTO goods VALUES ('cup', 'kitchen')")
        try:
            return html(
                f"{db.execute(f'''SELECT * FROM goods WHERE shelf='{taken(request, 'q')}' ''').fetchall()}"
            )
        except sqlite3.Error as error:
            return html(str(error) if shown else "Error", 500)
        finally:
            db.close()

    assert findings(site)[0] == []


def test_a_blank_point_costs_few_requests():
    claims, requests = findings(lambda _: html("<p>Hi</p>"))
    assert claims == []
    assert len(requests) <= 8
    assert findings(lambda _: html("x"), header("/", "X-User", "")) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "lxml.etree.XPathEvalError: Invalid predicate",
        "DOMXPath::query(): Unfinished literal",
        "javax.xml.xpath.XPathExpressionException: misquoted literal",
        "System.Xml.XPath.XPathException: 'a' has an invalid token.",
        "XPST0003: unexpected quote",
    ],
)
def test_messages(text):
    assert messages(text)


@pytest.mark.parametrize("text", ["XPATH syntax error: '~5.7'", "Learn XPath today", ""])
def test_no_messages(text):
    assert messages(text) == []
