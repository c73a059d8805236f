"""DOM-based cross-site scripting: scripts that let an address become markup or code, and scripts that don't."""

# ruff: noqa: E501 -- a script a line reads best

from corpus.case import Case
from s2n.model import Request, Response
from support.site import html

CASES: list[Case] = []


def page(name: str, vulnerable: bool, script: str) -> None:
    text = f"<!doctype html><div id=out></div><script>\n{script}\n</script>"
    CASES.append(
        Case(
            "dom_xss",
            name,
            vulnerable,
            lambda: lambda _: html(text),
            (Request.from_url("http://site.test/"),),
        )
    )


def file(name: str, vulnerable: bool, script: str) -> None:
    answer = Response(200, headers=(("Content-Type", "application/javascript"),), body=script.encode())
    CASES.append(
        Case(
            "dom_xss",
            name,
            vulnerable,
            lambda: lambda _: answer,
            (Request.from_url("http://site.test/app.js"),),
        )
    )


OUT = "document.getElementById('out')"
FLAWED = {
    "search to document.write": "document.write('<img src=\"/track?q=' + location.search.split('q=')[1] + '\">');",
    "decoded hash to innerHTML": f"{OUT}.innerHTML = decodeURIComponent(location.hash.slice(1));",
    "hash to innerHTML": f"{OUT}.innerHTML = 'Tab ' + window.location.hash;",
    "URLSearchParams to innerHTML": f"const params = new URLSearchParams(window.location.search);\nconst name = params.get('name');\nif (name) {{\n  {OUT}.innerHTML = `Hello ${{name}}!`;\n}}",
    "URL.searchParams to insertAdjacentHTML": f"const u = new URL(location.href)\nconst q = u.searchParams.get('q')\n{OUT}.insertAdjacentHTML('beforeend', '<b>' + q + '</b>')",
    "helper function to innerHTML": "function getParam(n) { var m = new RegExp(n + '=([^&]*)').exec(location.search); return m && decodeURIComponent(m[1]); }\nvar lang = getParam('lang');\ndocument.body.innerHTML += '<p>' + lang + '</p>';",
    "helper written later": f"{OUT}.innerHTML = param('x');\nfunction param(n) {{ return new URLSearchParams(location.search).get(n) }}",
    "DVWA select": "if (document.location.href.indexOf('default=') >= 0) { var lang = document.location.href.substring(document.location.href.indexOf('default=')+8); document.write(\"<option value='\" + lang + \"'>\" + decodeURI(lang) + \"</option>\"); }",
    "hash to eval": "eval(location.hash.slice(1));",
    "search to setTimeout string": "var cb = new URLSearchParams(location.search).get('cb');\nsetTimeout(cb + '()', 100);"
    if False
    else "var cb = new URLSearchParams(location.search).get('cb');\nsetTimeout(cb, 100);",
    "new Function": "var f = new Function(unescape(window.location.hash.substr(1)));\nf();",
    "window.name to outerHTML": f"{OUT}.outerHTML = window.name;",
    "referrer to document.write": "document.write('You came from ' + document.referrer);",
    "message to innerHTML": f"window.addEventListener('message', function (e) {{ {OUT}.innerHTML = e.data; }});",
    "message to eval, arrow": "window.addEventListener('message', (event) => {\n  eval(event.data);\n});",
    "onmessage": "window.onmessage = function (ev) { document.body.innerHTML = ev.data.html; };",
    "hash as the next address": "location = location.hash.substring(1);",
    "parameter as the next address": "var next = new URLSearchParams(location.search).get('next');\nif (next) window.location.href = next;",
    "location.replace": "location.replace(decodeURIComponent(location.search.split('to=')[1]));",
    "jQuery html()": "$('#out').html(decodeURIComponent(window.location.hash.substring(1)));",
    "jQuery append()": "var term = new URLSearchParams(location.search).get('s');\n$('#out').append('<li>' + term + '</li>');",
    "jQuery $() with a hash": "$(window).on('hashchange', function () { var post = $('section.blog-list h2:contains(' + decodeURIComponent(window.location.hash.slice(1)) + ')'); post.get(0).scrollIntoView(); });",
    "concatenated in steps": f"var s = '<ul>';\ns += '<li>' + decodeURIComponent(location.hash) + '</li>';\ns += '</ul>';\n{OUT}.innerHTML = s;",
    "ternary": f"var v = new URLSearchParams(location.search).get('v');\n{OUT}.innerHTML = v ? v : 'none';",
    "or default": f"{OUT}.innerHTML = new URLSearchParams(location.search).get('t') || 'Welcome';",
    "React dangerouslySetInnerHTML": "const q = new URLSearchParams(window.location.search).get('q');\nreturn_(React.createElement('div', { dangerouslySetInnerHTML: { __html: q } }));",
    "srcdoc": "document.querySelector('iframe').srcdoc = decodeURIComponent(location.hash.slice(1));",
    "in a closure": f"(function () {{ var h = unescape(location.hash); function show() {{ {OUT}.innerHTML = h; }} show(); }})();",
}
for number, (name, script) in enumerate(FLAWED.items()):
    (page if number % 3 else file)(name, True, script)
CASES.append(
    Case(
        "dom_xss",
        "event handler attribute",
        True,
        lambda: (
            lambda _: html(
                "<body onload=\"document.getElementById('o').innerHTML = unescape(location.hash.slice(1))\"><p id=o>"
            )
        ),
        (Request.from_url("http://site.test/"),),
    )
)

SAFE = {
    "textContent": f"{OUT}.textContent = decodeURIComponent(location.hash.slice(1));",
    "encodeURIComponent": f"{OUT}.innerHTML = '<a href=\"/s?q=' + encodeURIComponent(location.hash.slice(1)) + '\">x</a>';",
    "parseInt": f"var page = parseInt(new URLSearchParams(location.search).get('page'), 10);\n{OUT}.innerHTML = 'Page ' + page;",
    "Number and arithmetic": f"{OUT}.innerHTML = 'Next ' + (location.hash.slice(1) * 1 + 1);",
    "DOMPurify": f"{OUT}.innerHTML = DOMPurify.sanitize(decodeURIComponent(location.hash.slice(1)));",
    "own escape function": f"function escapeHtml(s) {{ return s.replace(/&/g, '&amp;').replace(/</g, '&lt;'); }}\n{OUT}.innerHTML = escapeHtml(new URLSearchParams(location.search).get('q'));",
    "replace < in place": f"{OUT}.innerHTML = decodeURIComponent(location.search).replace(/</g, '&lt;');",
    "compared only": f"{OUT}.innerHTML = location.hash === '#about' ? '<h1>About</h1>' : '<h1>Home</h1>';",
    "looked up": f"const pages = {{ a: '<h1>A</h1>', b: '<h1>B</h1>' }};\n{OUT}.innerHTML = pages[location.hash.slice(1)] || '';",
    "length": f"{OUT}.innerHTML = 'Length ' + location.search.length;",
    "own address without its hash": "location.href = location.href.split('#')[0];",
    "reload with a parameter": "window.location = window.location.pathname + '?lang=' + document.querySelector('select').value;",
    "path below the own origin": "location.href = '/search?q=' + new URLSearchParams(location.search).get('q');",
    "search is kept": "location.replace('/new' + location.search);",
    "setTimeout with a function": "var h = location.hash;\nsetTimeout(function () { scrollTo(h); }, 100);",
    "message with an origin check": f"window.addEventListener('message', function (e) {{ if (e.origin !== 'https://site.test') return; {OUT}.innerHTML = e.data; }});",
    "message to text": f"window.addEventListener('message', function (e) {{ {OUT}.textContent = e.data; }});",
    "constant": f"{OUT}.innerHTML = '<p>Hello</p>'; var a = location.hash;",
    "overwritten": f"var t = location.hash; t = 'Welcome'; {OUT}.innerHTML = t;",
    "another function's variable": f"function a() {{ var e = decodeURIComponent(location.hash); track(e); }}\nfunction b(e) {{ {OUT}.innerHTML = e; }}\nb('x');",
    "minified, one letter": "!function(){var e=location.hash;n(e)}();!function(){var e=t();r.innerHTML=e}();",
    "host name": f"{OUT}.innerHTML = 'You are at ' + location.hostname + ':' + location.port;",
    "in a comment": f"// {OUT}.innerHTML = location.hash\nvar a = 1;",
    "in a string": "var help = 'el.innerHTML = location.hash';",
    "analytics": "var i = new Image(); i.src = 'https://stats.test/?u=' + encodeURIComponent(location.href) + '&r=' + encodeURIComponent(document.referrer);",
    "native append": "document.body.append(new URLSearchParams(location.search).get('q'));",
    "jQuery text": "$('#out').text(decodeURIComponent(location.hash));",
    "router": "const route = location.hash.slice(1) || '/';\nrender(routes[route]);",
    "checked scheme": "fetch('/api?q=' + location.search).then(r => r.json()).then(d => { document.title = d.title; });",
    "createTextNode": "document.body.appendChild(document.createTextNode(decodeURIComponent(location.hash)));",
}
for number, (name, script) in enumerate(SAFE.items()):
    (page if number % 3 else file)(name, False, script)
