import pytest

from s2n.lab.markup import contexts
from s2n.s2nscanner.html import parse

ALERT = "alert(7341)"
ELEMENT = f"<svg onload={ALERT}>"
EXPLOITS = {
    ("GET /hello", "name"): ELEMENT,
    ("GET /engraving", "words"): f'" autofocus onfocus="{ALERT}',
    ("GET /wrapping", "paper"): f"' autofocus onfocus='{ALERT}",
    ("GET /seal", "size"): f"3 autofocus onfocus={ALERT}",
    ("GET /link", "to"): f"javascript:{ALERT}",
    ("GET /bell", "tone"): f"';{ALERT};'",
    ("GET /poem", "line"): f"';{ALERT};'",
    ("GET /song", "line"): f"</script><script>{ALERT}</script>",
    ("GET /verse", "line"): f"${{{ALERT}}}",
    ("GET /batch", "code"): f"-->{ELEMENT}",
    ("GET /draft", "text"): f"</textarea>{ELEMENT}",
    ("GET /headline", "text"): f"</title>{ELEMENT}",
}
TWINS = {
    ("GET /welcome", "name"),
    ("GET /ribbon", "words"),
    ("GET /box", "paper"),
    ("GET /stamp", "size"),
    ("GET /bookmark", "to"),
    ("GET /gong", "tone"),
    ("GET /haiku", "line"),
    ("GET /ballad", "line"),
    ("GET /harvest", "code"),
    ("GET /letter", "text"),
    ("GET /postscript", "text"),
    ("GET /caption", "text"),
}
EVERY_PAYLOAD = (
    *EXPLOITS.values(),
    "<</textarea>/textarea>" + ELEMENT,
    "//evil.example/",
    "\\';" + ALERT + "//",
)


def code(page: str) -> list[str]:
    """All that a browser would run of a page: handlers, javascript: links, scripts."""
    found = []
    for element in parse(page).find_all(True):
        attributes = {name: value or "" for name, value in element.attrs.items()}
        found += [value for name, value in attributes.items() if name.startswith("on")]
        found += [v for n, v in attributes.items() if n == "href" and v.startswith("javascript:")]
        if element.tag == "script" and attributes.get("type") != "application/json":
            found.append(element.text)
    return found


def outside_strings(script: str) -> str:
    """A script without its string literals; what `${}` computes counts as outside."""
    out, quote, skip = [], "", False
    for at, char in enumerate(script):
        if skip:
            skip = False
        elif quote and char == "\\":
            skip = True
        elif quote:
            if char == quote or (quote == "`" and script.startswith("${", at)):
                quote = ""
        elif char in "'\"`":
            quote = char
        else:
            out.append(char)
    return "".join(out)


def runs(page: str) -> bool:
    return any(ALERT in outside_strings(script) for script in code(page))


def test_every_label_is_shown(places):
    assert places(contexts, plugin="xss", flawed=True) == EXPLOITS.keys()
    assert places(contexts, plugin="xss", flawed=False) == TWINS


@pytest.mark.parametrize(("place", "payload"), EXPLOITS.items(), ids=str)
def test_the_script_runs(visitor, place, payload):
    assert runs(visitor.at(*place, payload).text)
    assert not runs(visitor.normal(*place).text)


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
def test_twins_run_nothing_of_it(visitor, place):
    for payload in EVERY_PAYLOAD:
        page = visitor.at(*place, payload).text
        assert not runs(page), payload
        assert not parse(page).find_all("svg"), payload


def test_links_stay_on_the_site(visitor):
    assert 'href="//evil' not in visitor.at("GET /bookmark", "to", "//evil.example/").text
    assert 'href="/hello"' in visitor.normal("GET /bookmark", "to").text
