import pytest

from s2n.lab.app import Family
from s2n.lab.web import Response
from s2n.model import Location


def handler(request, shop):
    """Pasted
    into WHERE."""
    return Response()


def family() -> Family:
    made = Family("f", "F", blocking=True)
    made.flaw("sqlinjection", "GET /a", "id", "a b", "one")(handler)
    made.safe("xss", "GET /a", "id", "a b", "two", blocking=False)(handler)
    made.flaw("xss", "POST /b", "password", '"', "three")(handler)
    made.flaw("xss", "GET /c/{}", "2", "x/y", "four", at=Location.PATH)(handler)
    made.safe("sensitive_files", "GET /d/*", "", "", "five")(handler)
    made.page("GET /e")(handler)
    made.site("security_headers", "X-One", flawed=True, variant="missing", why="w")
    return made


def test_labels_say_what_the_decorators_say():
    labels = {label.variant: label for label in family().labels}
    assert labels.keys() == {"one", "two", "three", "four", "five", "missing"}
    assert labels["one"].flawed
    assert labels["one"].location is Location.QUERY
    assert labels["one"].why == "Pasted into WHERE."
    assert not labels["two"].flawed
    assert labels["three"].location is Location.FORM
    assert labels["five"].location is None


def test_one_place_has_one_handler():
    with pytest.raises(ValueError, match="two pages at GET /a"):
        family().page("GET /a")(lambda request, shop: Response())


def test_a_handler_blocks_as_its_family_does():
    routes = family().routes
    assert routes["GET", "/a"].blocking
    assert [place for place, route in routes.items() if not route.linked] == [("GET", "/e")]


def test_invitations_carry_valid_values_encoded():
    link, form, path, folder = family().invitations()
    assert '<a href="/a?id=a%20b">' in link
    assert 'method="post" action="/b"' in form
    assert 'type="password" name="password" value="&quot;"' in form
    assert 'href="/c/x%2Fy"' in path
    assert 'href="/d/"' in folder


@pytest.mark.parametrize(
    ("variant", "method", "path", "covered"),
    [
        ("one", "GET", "/a", True),
        ("one", "POST", "/a", False),
        ("one", "GET", "/a/b", False),
        ("four", "GET", "/c/%2E%2e%2F", True),
        ("four", "GET", "/c/x/y", False),
        ("four", "GET", "/x", False),
        ("five", "GET", "/d/.git/HEAD", True),
        ("five", "GET", "/.git/HEAD", False),
        ("missing", "GET", "/anything", True),
    ],
)
def test_a_label_covers_its_own_page(variant, method, path, covered):
    label = next(label for label in family().labels if label.variant == variant)
    assert label.covers(method, path) is covered
