import pytest

from s2n.s2nscanner.oracles.contexts import MAX_REFLECTIONS, Place, is_script_url, reflections
from s2n.s2nscanner.oracles.scriptcontext import Kind

TOKEN = "q0canary9"


def only(page: str):
    (found,) = reflections(page.replace("@", TOKEN), TOKEN)
    return found


@pytest.mark.parametrize(
    ("page", "place", "element"),
    [
        ("<p>@</p>", Place.TEXT, "p"),
        ("<title>@</title>", Place.RAW_TEXT, "title"),
        ("<textarea>@", Place.RAW_TEXT, "textarea"),
        ("<noscript><b>@</b></noscript>", Place.RAW_TEXT, "noscript"),
        ("<!-- @ -->", Place.COMMENT, ""),
        ("<style>@</style>", Place.STYLE, "style"),
        ("<template><p>@", Place.TEMPLATE, "template"),
        ("<script>@</script>", Place.SCRIPT, "script"),
        ("<script type=application/json>@</script>", Place.DATA, "script"),
        ("<script type='text/javascript; charset=x'>@</script>", Place.DATA, "script"),
        ("<b @>", Place.TAG, "b"),
        ("<x@>", Place.TAG, f"x{TOKEN}n0n"),
        ("</p @>", Place.TAG, ""),
        ("<p id=1 id='@'>", Place.TAG, ""),
        ("<a title=@>", Place.ATTRIBUTE, "a"),
        ("<svg><text>@", Place.TEXT, "text"),
    ],
)
def test_place(page: str, place: Place, element: str) -> None:
    found = only(page)
    assert (found.place, found.element) == (place, element)


@pytest.mark.parametrize(
    ("page", "quote", "before"),
    [
        ('<a href="x@">', '"', "x"),
        ("<a href='@'>", "'", ""),
        ("<a href=@>", "", ""),
        ("<p><a href='@'>x</p><p>y", "'", ""),
        ("<a\r\n\r\nid=1\r\nhref = 'y@'>", "'", "y"),
        ("é€😀<a href=x@>", "", "x"),
        ("<a href='&amp;@'>", "'", "&"),
    ],
)
def test_attribute_quotes(page: str, quote: str, before: str) -> None:
    found = only(page)
    assert (found.attribute, found.quote, found.before) == ("href", quote, before)


@pytest.mark.parametrize(
    ("page", "kind", "quote"),
    [
        ("<script>a = '@'</script>", Kind.STRING, "'"),
        ("<script>a = @</script>", None, ""),
        ("<b onclick=\"f('@')\">", Kind.STRING, "'"),
        ("<b onclick='f(&quot;@&quot;)'>", Kind.STRING, '"'),
        ("<a href=\"javascript:f('@')\">", Kind.STRING, "'"),
        ("<a href=' JAVA\tSCRIPT:f(`@`)'>", Kind.TEMPLATE, "`"),
    ],
)
def test_script_state(page: str, kind: Kind | None, quote: str) -> None:
    found = only(page)
    assert found.script is not None
    assert (found.script.kind, found.script.quote) == (kind, quote)


@pytest.mark.parametrize(
    ("page", "hidden"), [("<input value=@>", False), ("<input type=HIDDEN value=@>", True)]
)
def test_hidden(page: str, hidden: bool) -> None:
    assert only(page).hidden is hidden


def test_occurrences_are_numbered_in_source_order_and_case_is_kept() -> None:
    page = f"<p title='{TOKEN}'>{TOKEN.upper()}</p><!--{TOKEN}-->"
    found = reflections(page, TOKEN)
    assert [(r.number, r.place, r.upper) for r in found] == [
        (0, Place.ATTRIBUTE, False),
        (1, Place.TEXT, True),
        (2, Place.COMMENT, False),
    ]


def test_a_page_without_the_token() -> None:
    assert reflections("<p>x</p>", TOKEN) == []


def test_words() -> None:
    assert str(only("<a title='@'>")) == "single-quoted attribute title of <a>"
    assert str(only("<script>a = '@'</script>")) == "script, JavaScript string in ' of <script>"


@pytest.mark.parametrize(
    ("url", "script"),
    [("javascript:x", True), ("\x01java\nscript:", True), ("/javascript:", False), ("", False)],
)
def test_script_urls(url: str, script: bool) -> None:
    assert is_script_url(url) is script


def test_a_page_full_of_the_token_is_bounded() -> None:
    found = reflections("<script>" + f"a = '{TOKEN}';" * 5000 + "</script>", TOKEN)
    assert len(found) == MAX_REFLECTIONS
