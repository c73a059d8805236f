import pytest

from s2n.s2nscanner.html import Element, parse_scripted
from s2n.s2nscanner.oracles.events import fires, follows_url, is_sandboxed, qualified


def marked(page: str) -> Element:
    """The element of ``page`` that bears the attribute ``here``."""
    (element,) = parse_scripted(page).select("[here]")
    return element


@pytest.mark.parametrize(
    ("page", "event", "verdict"),
    [
        ("<img here src=x>", "error", True),
        ("<img here>", "error", None),
        ("<b here>", "load", None),
        ("<svg here>", "load", True),
        ("<input here>", "load", None),
        ("<input here type=image src=x>", "load", True),
        ("<input here>", "focus", True),
        ("<input here disabled>", "focus", None),
        ("<b here tabindex=1>", "focus", True),
        ("<b here>", "focus", None),
        ("<select><option><b here tabindex=1>", "focus", None),
        ("<div hidden><input here></div>", "focus", None),
        ("<b here>", "click", True),
        ("<area here>", "click", None),
        ("<video><b here tabindex=1>", "focus", None),
        ("<input here type=hidden>", "click", None),
        ("<title here>", "click", None),
        ("<p here hidden>", "pointerenter", None),
        ("<details here>", "toggle", True),
        ("<p here>", "toggle", None),
        ("<p here popover>", "toggle", False),
        ("<svg><text><details here>", "toggle", None),
        ("<svg><animate here>", "begin", True),
        ("<animate here>", "begin", None),
        ("<body here>", "pageshow", True),
        ("<p here>", "pageshow", None),
        ("<p here>", "animationstart", False),
        ("<video here>", "play", False),
        ("<p here>", "play", None),
        (
            "<input type=hidden here style='content-visibility: auto'>",
            "contentvisibilityautostatechange",
            True,
        ),
        ("<input type=hidden here>", "contentvisibilityautostatechange", None),
        ("<script here style=content-visibility:auto>", "contentvisibilityautostatechange", None),
        ("<p here>", "nothing", None),
    ],
)
def test_fires(page: str, event: str, verdict: bool | None) -> None:
    assert fires(marked(page), event) is verdict


@pytest.mark.parametrize(
    ("page", "attribute", "verdict"),
    [
        ("<a here>", "href", True),
        ("<svg><a here>", "xlink:href", True),
        ("<a here>", "xlink:href", None),
        ("<math><a here>", "href", None),
        ("<link here>", "href", None),
        ("<img here>", "src", None),
        ("<iframe here>", "src", True),
        ("<p hidden><iframe here>", "src", True),
        ("<iframe here sandbox>", "src", None),
        ("<svg><text><iframe here>", "src", None),
        ("<embed here>", "src", False),
        ("<object here>", "data", False),
        ("<form here>", "action", True),
        ("<form><button here>", "formaction", True),
        ("<button here form=f>", "formaction", True),
        ("<button here>", "formaction", None),
        ("<area here>", "href", False),
        ("<p hidden><a here>", "href", None),
        ("<form><input here type=hidden>", "formaction", None),
    ],
)
def test_follows_url(page: str, attribute: str, verdict: bool | None) -> None:
    assert follows_url(marked(page), attribute) is verdict


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        ("<iframe here>", False),
        ("<iframe here sandbox>", True),
        ("<iframe here sandbox='allow-scripts'>", True),
        ("<iframe here sandbox='ALLOW-scripts allow-same-origin'>", False),
        ("<b here sandbox>", False),
    ],
)
def test_sandbox(page: str, verdict: bool) -> None:
    assert is_sandboxed(marked(page)) is verdict


def test_names_carry_the_namespace() -> None:
    assert [qualified(marked(page)) for page in ("<a here>", "<svg><a here>", "<math><mi here>")] == [
        "a",
        "svg:a",
        "math:mi",
    ]
