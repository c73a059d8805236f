"""What counts as running and what doesn't; compared with Chromium on thousands of injected pages."""

import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.execution import find_witness, is_rendered

CALL = "alert(7777777)"
NUMBER = "7777777"
HTML = ("Content-Type", "text/html")


def answer(page: str, *headers: tuple[str, str], status: int = 200) -> Exchange:
    response = Response(status, headers=headers or (HTML,), body=page.replace("@", CALL).encode())
    return Exchange(Request.from_url("http://site.test/"), response)


RUNS = {
    "<script>@</script>": "code of a <script> element",
    "<script type=module>@</script>": "code of a <script> element",
    "<svg><script>@</script></svg>": "code of a <script> element",
    "<div><template shadowrootmode=open><script>@</script></template></div>": "code of a <script> element",
    "<img src=x onerror=@>": "event handler onerror of <img>",
    "<svg onload=@>": "event handler onload of <svg>",
    "<body onpageshow=@>": "event handler onpageshow of <body>",
    "<svg><animate onbegin=@ attributeName=x dur=1s>": "event handler onbegin of <animate>",
    "<details open ontoggle=@>x</details>": "event handler ontoggle of <details>",
    "<input autofocus onfocus=@>": "event handler onfocus of <input>",
    "<b tabindex=1 onfocus=@>": "event handler onfocus of <b>",
    "<b onclick=&#x61;lert(7777777)>": "event handler onclick of <b>",
    "<a href=javascript:@>x</a>": "javascript: URL in href of <a>",
    "<a href='java\tscript:alert%287777777%29'>x</a>": "javascript: URL in href of <a>",
    "<script src='data:text/javascript,@'></script>": "script from src of <script>",
    "<iframe src=javascript:@>": "javascript: URL in src of <iframe>",
    "<form action=javascript:@>": "javascript: URL in action of <form>",
    "<form><button formaction=javascript:@>": "javascript: URL in formaction of <button>",
    "<iframe srcdoc='<script>@</script>'>": "code of a <script> element in srcdoc of <iframe>",
    "<noscript><p title='</noscript><svg onload=@>'>": "event handler onload of <svg>",
}

DOES_NOT_RUN = [
    "<p>@</p>",
    "<!-- <script>@</script> -->",
    "<textarea><script>@</script></textarea>",
    "<title><svg onload=@></title>",
    "<noscript><svg onload=@></noscript>",
    "<xmp><svg onload=@></xmp>",
    "<template><script>@</script></template>",
    "<template><img src=x onerror=@></template>",
    "<style><svg onload=@></style>",
    "<script type=application/json>@</script>",
    "<script src=/a.js>@</script>",
    "<script src='data:text/plain,@'></script>",
    "<script type=text/template src='data:text/javascript,@'></script>",
    "<script src='/data:text/javascript,@'></script>",
    "<script>'@'</script>",
    "<b title='<svg onload=@>'>",
    "<b onload=@>",
    "<math><a><script>@</script>",
    "<button formaction=javascript:@>",
    "<img onerror=@>",
    "<b onfocus=@>",
    "<input type=hidden onfocus=@>",
    "<input disabled onfocus=@>",
    "<input type=hidden onclick=@>",
    "<b onnothing=@>",
    "<animation onbegin=@>",
    "<a id=x id='@' onclick=x onclick=@>",
    "<a href='x:javascript:@'>",
    "<a href='/javascript:@'>",
    "<img src=javascript:@>",
    "<link href=javascript:@>",
    "<iframe sandbox src=javascript:@>",
    "<iframe sandbox srcdoc='<script>@</script>'>",
    "<b srcdoc='<script>@</script>'>",
    "&lt;script>@&lt;/script>",
    "</p onclick=@>",
]


@pytest.mark.parametrize("page", RUNS)
def test_runs(page: str) -> None:
    witness = find_witness(answer(page), NUMBER)
    assert witness is not None
    assert (witness.how, witness.sure, witness.forbidden) == (RUNS[page], True, False)


@pytest.mark.parametrize("page", DOES_NOT_RUN)
def test_does_not_run(page: str) -> None:
    assert find_witness(answer(page), NUMBER) is None


def test_a_call_inside_a_function_is_less_sure() -> None:
    witness = find_witness(answer("<script>function f() { @ }</script>"), NUMBER)
    assert witness is not None
    assert not witness.sure


@pytest.mark.parametrize(
    ("policy", "page", "forbidden"),
    [
        ("script-src 'self'", "<svg onload=@>", True),
        ("script-src 'nonce-a'", "<script nonce=a>@</script>", False),
        ("script-src 'nonce-a'", "<script>@</script>", True),
        ("script-src 'nonce-a'", "<a href=javascript:@>", True),
        ("script-src 'self'", "<iframe srcdoc='<svg onload=@>'>", True),
        ("script-src-attr 'none'", "<svg onload=@><script>@</script>", False),
    ],
)
def test_policies(policy: str, page: str, forbidden: bool) -> None:
    witness = find_witness(answer(page, HTML, ("Content-Security-Policy", policy)), NUMBER)
    assert witness is not None
    assert witness.forbidden is forbidden


@pytest.mark.parametrize(
    ("page", "runs"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg"><script>@</script></svg>', True),
        ('<svg xmlns="http://www.w3.org/2000/svg" onload="@"/>', True),
        ('<r><x:script xmlns:x="http://www.w3.org/1999/xhtml">@</x:script></r>', True),
        ("<svg><script>@</script></svg>", False),
        ('<svg xmlns="http://www.w3.org/2000/svg"><script>@</script>', False),
        ('<svg xmlns="http://www.w3.org/2000/svg"><text><![CDATA[<script>@</script>]]></text></svg>', False),
    ],
)
def test_xml_runs_where_the_namespace_says_so_and_only_if_well_formed(page: str, runs: bool) -> None:
    witness = find_witness(answer(page, ("Content-Type", "image/svg+xml")), NUMBER)
    assert (witness is not None) is runs


@pytest.mark.parametrize(
    ("headers", "status", "rendered"),
    [
        ((HTML,), 200, True),
        ((HTML,), 404, True),
        ((HTML, ("Location", "/")), 302, False),
        ((HTML, ("Content-Disposition", "attachment")), 200, False),
        ((("Content-Type", "application/json"),), 200, False),
        ((("Content-Type", "text/plain"),), 200, False),
        ((HTML, ("Content-Disposition", "inline")), 200, True),
        ((("X-Content-Type-Options", "nosniff"),), 200, False),
    ],
)
def test_only_pages_are_rendered(headers: tuple[tuple[str, str], ...], status: int, rendered: bool) -> None:
    exchange = answer("<svg onload=@>", *headers, status=status)
    assert is_rendered(exchange) is rendered
    assert (find_witness(exchange, NUMBER) is not None) is rendered
