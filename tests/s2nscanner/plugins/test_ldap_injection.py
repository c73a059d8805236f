"""Search filters with a value in them; the corpus holds the breadth."""

import pytest

from corpus.inputs import form, header, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.ldap_injection import Plugin, messages
from s2n.s2nscanner.sdk import points_of
from support import ldap
from support.ldap import FilterError
from support.site import MemorySender, html, run_check

ADA = query("/people", u="ada")


def directory(text, *, write=str, error="<h1>Error</h1>", name="u"):
    def site(request):
        try:
            found = ldap.search(text.replace("@", write(taken(request, name))))
        except FilterError as failed:
            return html(error.replace("@", str(failed)), 500)
        return html(f"<p>{[entry['cn'] for entry in found]}</p>")

    return site


def findings(site, request=ADA):
    sender = MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


@pytest.mark.parametrize(
    "text", ["(uid=@)", "(&(objectClass=person)(uid=@))", "(|(uid=@)(cn=@))", "(cn=*@*)"]
)
def test_a_filter_is_shown_by_conditions(text):
    (claim,), _ = findings(directory(text))
    assert claim.confidence is Confidence.FIRM
    assert claim.control is not None


def test_where_backslashes_are_removed_the_class_decides():
    site = directory("(&(objectClass=person)(uid=@))", write=lambda v: v.replace("\\", ""))
    (claim,), _ = findings(site)
    assert "objectClass=*" in claim.payload


def test_a_filter_that_finds_nobody_is_made_wider():
    (claim,), _ = findings(directory("(&(objectClass=person)(uid=@))"), query("/people", u="nobody"))
    assert "objectClass=*" in claim.payload


def test_an_error_names_the_directory():
    def site(request):
        try:
            ldap.search(f"(uid={taken(request, 'u')})")
        except FilterError:
            return html("Warning: ldap_search(): Search: Bad search filter in x.php")
        return html("ok")

    (claim,), _ = findings(site)
    assert "LDAP" in claim.evidence
    assert "Bad search filter" in claim.evidence


def test_a_form_that_may_write_is_never_made_wider():
    _, requests = findings(lambda _: html("saved"), form("/people/delete", u="ada"))
    assert not [sent for sent in requests if "objectClass" in sent.body.decode()]


@pytest.mark.parametrize("text", ["(uid=@)", "(&(objectClass=person)(uid=@))", "(|(uid=@)(cn=@))"])
@pytest.mark.parametrize("value", ["ada", "nobody"])
def test_escaped_values_stay_silent(text, value):
    assert findings(directory(text, write=ldap.escaped), query("/people", u=value))[0] == []


@pytest.mark.parametrize("limit", range(4, 40, 3))
def test_a_limit_on_length_is_no_filter(limit):
    """True and false conditions are as long as one another."""

    def site(request):
        value = taken(request, "u")
        return html("refused", 400) if "((" in value or len(value) > limit else html("fine")

    assert findings(site)[0] == []


def test_a_blank_point_costs_few_requests():
    claims, requests = findings(lambda _: html("<p>Hi</p>"))
    assert claims == []
    assert len(requests) <= 8
    assert findings(lambda _: html("x"), header("/", "X-User", "")) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis",
        "ldap3.core.exceptions.LDAPInvalidFilterError: malformed filter",
        "The (uid=x)( search filter is invalid.",
        'LDAP Result Code 201 "Filter Compile Error"',
        "Error: unbalanced parens",
    ],
)
def test_messages(text):
    assert messages(text)


@pytest.mark.parametrize("text", ["Invalid filter", "We use LDAP and Active Directory.", ""])
def test_no_messages(text):
    assert messages(text) == []
