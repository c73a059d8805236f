import pytest

from s2n.model import Response
from s2n.s2nscanner.html import parse_scripted
from s2n.s2nscanner.oracles.csp import Inline, csp_of, weaknesses


def csp(*policies: str, page: str = ""):
    headers = tuple(("Content-Security-Policy", policy) for policy in policies)
    return csp_of(Response(200, headers=headers), parse_scripted(page) if page else None)


@pytest.mark.parametrize(
    ("policy", "element", "handler"),
    [
        ("", True, True),
        ("default-src 'self'", False, False),
        ("img-src 'none'", True, True),
        ("script-src 'self' 'unsafe-inline'", True, True),
        ("script-src 'unsafe-inline' 'nonce-abc'", False, False),
        ("script-src 'unsafe-inline' 'sha256-abc='", False, False),
        ("script-src 'unsafe-inline' 'strict-dynamic'", False, False),
        ("default-src 'none'; script-src 'unsafe-inline'", True, True),
        ("script-src 'none'; script-src-attr 'unsafe-inline'", False, True),
        ("script-src-elem 'unsafe-inline'; script-src 'none'", True, False),
        ("SCRIPT-SRC 'UNSAFE-INLINE'", True, True),
        ("script-src 'none'; script-src 'unsafe-inline'", False, False),
        ("sandbox", False, False),
        ("sandbox allow-scripts", True, True),
        ("script-src 'unsafe-inline', script-src 'self'", False, False),
    ],
)
def test_inline(policy: str, element: bool, handler: bool) -> None:
    assert csp(policy).allows(Inline.ELEMENT) is element
    assert csp(policy).allows(Inline.URL) is element
    assert csp(policy).allows(Inline.HANDLER) is handler


def test_a_nonce_opens_its_own_element_only() -> None:
    policy = csp("script-src 'nonce-aBc'")
    assert policy.allows(Inline.ELEMENT, "aBc")
    assert not policy.allows(Inline.ELEMENT, "abc")
    assert not policy.allows(Inline.HANDLER, "aBc")


def test_every_policy_must_allow() -> None:
    assert not csp("script-src 'unsafe-inline'", "script-src 'self'").allows(Inline.ELEMENT)


def test_the_page_can_set_one() -> None:
    page = "<meta http-equiv=content-security-policy content=\"script-src 'self'\">"
    assert not csp(page=page).allows(Inline.ELEMENT)
    assert csp(page="<meta name=x content=\"script-src 'self'\">").allows(Inline.ELEMENT)


def test_report_only_forbids_nothing() -> None:
    response = Response(200, headers=(("Content-Security-Policy-Report-Only", "script-src 'none'"),))
    assert csp_of(response).allows(Inline.ELEMENT)


@pytest.mark.parametrize(
    ("policies", "texts"),
    [
        ([], []),
        (["default-src 'self'"], []),
        (["default-src 'none'; script-src 'nonce-abc' 'strict-dynamic' https:; base-uri 'none'"], []),
        (["default-src 'self' 'wasm-unsafe-eval'"], []),
        (["default-src 'self'; script-src https://cdn.jsdelivr.net/npm/vue.js"], []),
        (["default-src 'self'; script-src 'unsafe-inline'"], ["inline"]),
        (
            ["default-src *"],
            [
                "any host",
            ],
        ),
        (["default-src 'self'; script-src blob:"], ["any host"]),
        (["default-src 'self'; script-src UNPKG.com:443"], ["anybody"]),
        (["default-src 'self'; script-src 'strict-dynamic' 'nonce-a' unpkg.com; base-uri 'none'"], []),
        (["default-src 'self' 'unsafe-eval'"], ["as code"]),
        (["default-src 'self'; script-src 'self'; script-src-elem 'self' 'unsafe-eval'"], []),
        (["default-src 'self'; script-src 'sha256-abc='"], ["<base>"]),
        (["script-src 'self'"], ["object"]),
        (["img-src 'self'"], ["inline", "as code", "object"]),
        (["default-src * 'unsafe-eval'", "default-src 'self'"], []),
        (["script-src 'nonce-a'", "base-uri 'none'; object-src 'none'"], []),
    ],
)
def test_weaknesses(policies: list[str], texts: list[str]) -> None:
    found = weaknesses(csp(*policies))
    assert len(found) == len(texts), found
    assert all(text in weakness.text for text, weakness in zip(texts, found, strict=True))


def test_what_is_slight() -> None:
    assert [each.slight for each in weaknesses(csp("script-src 'nonce-a' 'unsafe-eval'"))] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("", True),
        ("img-src 'none'", True),
        ("script-src 'self'", False),
        ("script-src *", False),
        ("default-src data:", True),
        ("script-src data: 'strict-dynamic'", False),
        ("sandbox", False),
    ],
)
def test_scripts_of_data_urls(policy: str, allowed: bool) -> None:
    assert csp(policy).allows_data() is allowed
