"""Pages without any flaw that make careless scanners report one."""

import random
from html import escape

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response

traps = Family("reading", "Reading corner")

_WORDS = ("steam", "leaf", "cup", "kettle", "porcelain", "harvest", "garden", "rain", "bamboo", "whisk")
_FORBIDDEN = (
    "'",
    '"',
    "`",
    ";",
    "|",
    "&",
    "$",
    "<",
    "..",
    "/etc",
    "select",
    "union",
    "sleep",
    " and ",
    " or ",
)
_SQL_TUTORIAL = """<p>If you see <code>sqlite3.OperationalError: near "'": syntax error</code>, a quote is
missing. MySQL says <code>You have an error in your SQL syntax; check the manual that corresponds to your
MySQL server version</code>, PostgreSQL <code>ERROR: unterminated quoted string at or near</code>, Oracle
<code>ORA-01756: quoted string not properly terminated</code>, SQL Server <code>Unclosed quotation mark after
the character string</code>.</p>"""
_SHELL_TUTORIAL = """<p>The command <code>id</code> prints</p>
<pre>uid=0(root) gid=0(root) groups=0(root)</pre><p>and <code>expr 1200 + 34</code> prints 1234.</p>"""


@traps.safe("sqlinjection", "GET /news", "id", "1", "page that never looks the same twice")
@traps.safe("oscommand", "GET /news", "id", "1", "page that never looks the same twice")
def news(request: Request, shop: Shop) -> Response:
    """Random words, lengths and tokens on every request, whatever the id."""
    lines = (
        f"<p id=n{shop.random.randrange(10**9)}>{' '.join(shop.random.choices(_WORDS, k=n))}</p>"
        for n in shop.random.choices(range(3, 40), k=shop.random.randrange(3, 12))
    )
    return page("News", "\n".join(lines))


@traps.safe("sqlinjection", "GET /tutorial", "topic", "quotes", "page that quotes SQL errors")
def sql_tutorial(request: Request, shop: Shop) -> Response:
    """An article on SQL errors, with the messages of five data bases, whatever the topic."""
    return page("How our shop was made, part 3", _SQL_TUTORIAL)


@traps.safe("sqlinjection", "GET /glossary", "word", "steam", "quotes SQL errors only when nothing is found")
def glossary(request: Request, shop: Shop) -> Response:
    """Known words are explained; every other word, odd or not, gets the article on SQL errors."""
    word = request.field("word")
    return page("Glossary", f"<p>{escape(word)}: see tea.</p>" if word in _WORDS else _SQL_TUTORIAL)


@traps.safe("oscommand", "GET /lesson", "topic", "shell", "page that quotes a shell's output")
def shell_tutorial(request: Request, shop: Shop) -> Response:
    """An article on the shell, whatever the topic."""
    return page("How our shop was made, part 4", _SHELL_TUTORIAL)


@traps.safe("sqlinjection", "GET /cellar", "id", "1", "page slow at random", blocking=True)
@traps.safe("oscommand", "GET /cellar", "id", "1", "page slow at random", blocking=True)
def cellar(request: Request, shop: Shop) -> Response:
    """One request in eight waits up to 1.5 seconds, whatever the id."""
    if shop.random.random() < 1 / 8:
        shop.wait(random.uniform(0.3, 1.5))
    return page("Cellar", "<p>Pu-erh sleeps here.</p>")


@traps.safe("sqlinjection", "GET /longread", "text", "tea", "slower the longer the text is", blocking=True)
@traps.safe("oscommand", "GET /longread", "text", "tea", "slower the longer the text is", blocking=True)
def longread(request: Request, shop: Shop) -> Response:
    """Ten milliseconds for each character of the text, up to one second."""
    shop.wait(min(len(request.field("text")) * 0.01, 1.0))
    return page("Long read", "<p>Once upon a time there was a leaf.</p>")


@traps.safe("sqlinjection", "GET /guarded", "id", "1", "filter that answers 403")
@traps.safe("xss", "GET /guarded", "id", "1", "filter that answers 403")
@traps.safe("oscommand", "GET /guarded", "id", "1", "filter that answers 403")
@traps.safe("path_traversal", "GET /guarded", "id", "1", "filter that answers 403")
def guarded(request: Request, shop: Shop) -> Response:
    """A firewall refuses quotes and key words; what passes it gets one fixed page."""
    value = request.field("id").lower()
    if any(word in value for word in _FORBIDDEN):
        return page("Blocked", f"<p>Request refused: {escape(value)}</p>", 403)
    return page("Guarded", "<p>Our safest tea.</p>")


@traps.safe("sqlinjection", "GET /mirror", "text", "tea", "echo with 200")
@traps.safe("xss", "GET /mirror", "text", "tea", "echo with 200")
@traps.safe("oscommand", "GET /mirror", "text", "tea", "echo with 200")
@traps.safe("path_traversal", "GET /mirror", "text", "tea", "echo with 200")
@traps.safe("open_redirect", "GET /mirror", "text", "tea", "echo with 200")
def mirror(request: Request, shop: Shop) -> Response:
    """Whatever comes is shown, encoded, with status 200."""
    return page("Mirror", f"<p>{escape(request.field('text'))}</p>")


@traps.safe("sqlinjection", "GET /shelf", "page", "1", "number that turns pages")
def shelf(request: Request, shop: Shop) -> Response:
    """Each number gives another page, anything else the first one: values differ, nothing is injected."""
    value = request.field("page")
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
    return page("Shelf", f"<p>Shelf {number}: {_WORDS[number % len(_WORDS)]}.</p>")


@traps.safe("sqlinjection", "GET /calculator", "sum", "2*3", "computes by itself")
@traps.safe("oscommand", "GET /calculator", "sum", "2*3", "computes by itself")
def calculator(request: Request, shop: Shop) -> Response:
    """Adds, subtracts and multiplies two numbers in the program: arithmetic without injection."""
    value = request.field("sum").replace(" ", "")
    for sign in "*-+":
        left, found, right = value.partition(sign)
        if found and value.isascii() and left.isdigit() and right.isdigit() and len(value) < 30:
            a, b = int(left), int(right)
            return page("Calculator", f"<p>{a * b if sign == '*' else a + b if sign == '+' else a - b}</p>")
    return page("Calculator", "<p>Type a sum of two numbers.</p>")
