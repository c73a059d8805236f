"""Cross-site scripting by the place where the text lands, and beside each the encoding that place needs."""

import json
from html import escape

from s2n.lab.app import Family
from s2n.lab.look import page
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response

contexts = Family("cards", "Greeting cards")


def script_string(value: object) -> str:
    """``value`` as JSON that can neither end a script element nor open a comment in it."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def alphanumeric_only(value: str) -> str:
    """Everything but ASCII letters and digits as a character reference: safe even without quotes."""
    return "".join(ch if ch.isascii() and ch.isalnum() else f"&#{ord(ch)};" for ch in value)


@contexts.flaw("xss", "GET /hello", "name", "Mina", "element")
def hello(request: Request, shop: Shop) -> Response:
    """The text stands between tags as it is."""
    return page("Hello", f"<p>Hello, {request.field('name')}!</p>")


@contexts.safe("xss", "GET /welcome", "name", "Mina", "element, encoded")
def welcome(request: Request, shop: Shop) -> Response:
    """The text is HTML-encoded."""
    return page("Hello", f"<p>Hello, {escape(request.field('name'))}!</p>")


@contexts.flaw("xss", "GET /engraving", "words", "For you", "attribute in double quotes")
def engraving(request: Request, shop: Shop) -> Response:
    """Angle brackets are encoded, the quotes that end the attribute are not."""
    words = request.field("words").replace("<", "&lt;").replace(">", "&gt;")
    return page("Engraving", f'<p><input name="words" value="{words}"></p>')


@contexts.safe("xss", "GET /ribbon", "words", "For you", "attribute in double quotes, encoded")
def ribbon(request: Request, shop: Shop) -> Response:
    """The text is HTML-encoded, quotes included."""
    return page("Engraving", f'<p><input name="words" value="{escape(request.field("words"))}"></p>')


@contexts.flaw("xss", "GET /wrapping", "paper", "blue", "attribute in single quotes")
def wrapping(request: Request, shop: Shop) -> Response:
    """Encoded, but not the single quote, as PHP did by default for years."""
    paper = escape(request.field("paper"), quote=False).replace('"', "&quot;")
    return page("Wrapping", f"<p><input name='paper' value='{paper}'></p>")


@contexts.safe("xss", "GET /box", "paper", "blue", "attribute in single quotes, encoded")
def box(request: Request, shop: Shop) -> Response:
    """Encoded with the single quote."""
    return page("Wrapping", f"<p><input name='paper' value='{escape(request.field('paper'))}'></p>")


@contexts.flaw("xss", "GET /seal", "size", "3", "attribute without quotes")
def seal(request: Request, shop: Shop) -> Response:
    """HTML-encoded, but a space is enough to begin another attribute."""
    return page("Seal", f"<p><input name=size value={escape(request.field('size', '3'))}></p>")


@contexts.safe("xss", "GET /stamp", "size", "3", "attribute without quotes, encoded")
def stamp(request: Request, shop: Shop) -> Response:
    """All that is not a letter or a digit is a character reference."""
    return page("Seal", f"<p><input name=size value={alphanumeric_only(request.field('size', '3'))}></p>")


@contexts.flaw("xss", "GET /link", "to", "/hello", "URL attribute")
def link(request: Request, shop: Shop) -> Response:
    """HTML-encoded, but a javascript: URL needs nothing that is encoded."""
    return page("Your link", f'<p><a href="{escape(request.field("to", "/"))}">Open the card</a></p>')


@contexts.safe("xss", "GET /bookmark", "to", "/hello", "URL attribute, own paths only")
def bookmark(request: Request, shop: Shop) -> Response:
    """Only a path of this site becomes a link."""
    to = request.field("to", "/")
    target = to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
    return page("Your link", f'<p><a href="{escape(target)}">Open the card</a></p>')


@contexts.flaw("xss", "GET /bell", "tone", "high", "event handler")
def bell(request: Request, shop: Shop) -> Response:
    """HTML-encoded, which the browser undoes before it runs the handler: a quote ends the string."""
    tone = escape(request.field("tone"))
    return page("Bell", f"<p><button onclick=\"this.title='{tone}'\">Ring</button></p>")


@contexts.safe("xss", "GET /gong", "tone", "high", "event handler, encoded twice")
def gong(request: Request, shop: Shop) -> Response:
    """Encoded as a script string first, as HTML second."""
    tone = escape(script_string(request.field("tone")))
    return page("Bell", f'<p><button onclick="this.title={tone}">Ring</button></p>')


@contexts.flaw("xss", "GET /poem", "line", "Steam", "script string in single quotes")
def poem(request: Request, shop: Shop) -> Response:
    """Angle brackets are taken out, the quote that ends the string is not."""
    line = request.field("line").replace("<", "").replace(">", "").replace("\n", " ").replace("\r", " ")
    return page("Poem", f"<script>\nvar line = '{line}';\n</script><p>A poem.</p>")


@contexts.flaw("xss", "GET /song", "line", "Steam", "script string in double quotes")
def song(request: Request, shop: Shop) -> Response:
    """Quotes get a backslash, but a `</script>` ends the element whatever the string says."""
    line = request.field("line").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return page("Song", f'<script>\nvar line = "{line}";\n</script><p>A song.</p>')


@contexts.flaw("xss", "GET /verse", "line", "Steam", "script template string")
def verse(request: Request, shop: Shop) -> Response:
    """Backticks and brackets are taken out, `${}` still computes."""
    line = request.field("line").replace("`", "").replace("<", "").replace("\\", "")
    return page("Verse", f"<script>\nvar line = `{line}`;\n</script><p>A verse.</p>")


@contexts.safe("xss", "GET /haiku", "line", "Steam", "script string, encoded")
def haiku(request: Request, shop: Shop) -> Response:
    """JSON with every bracket escaped."""
    line = script_string(request.field("line"))
    return page("Haiku", f"<script>\nvar line = {line};\n</script><p>A haiku.</p>")


@contexts.safe("xss", "GET /ballad", "line", "Steam", "data block, encoded")
def ballad(request: Request, shop: Shop) -> Response:
    """Inside a JSON data block, which no browser runs, brackets escaped."""
    data = script_string({"line": request.field("line")})
    return page("Ballad", f'<script type="application/json" id="card">{data}</script><p>A ballad.</p>')


@contexts.flaw("xss", "GET /batch", "code", "A7", "HTML comment")
def batch(request: Request, shop: Shop) -> Response:
    """Inside a comment, which `-->` ends."""
    return page("Batch", f"<!-- batch {request.field('code')} --><p>Packed on Monday.</p>")


@contexts.safe("xss", "GET /harvest", "code", "A7", "HTML comment, encoded")
def harvest(request: Request, shop: Shop) -> Response:
    """Inside a comment, brackets encoded, so that it cannot be ended."""
    return page("Batch", f"<!-- batch {escape(request.field('code'))} --><p>Packed on Monday.</p>")


@contexts.flaw("xss", "GET /draft", "text", "Dear", "textarea")
def draft(request: Request, shop: Shop) -> Response:
    """Inside a textarea, where markup is inert until the element is closed."""
    return page("Draft", f"<p><textarea name=text>{request.field('text')}</textarea></p>")


@contexts.safe("xss", "GET /letter", "text", "Dear", "textarea, encoded")
def letter(request: Request, shop: Shop) -> Response:
    """HTML-encoded."""
    return page("Draft", f"<p><textarea name=text>{escape(request.field('text'))}</textarea></p>")


@contexts.safe("xss", "GET /postscript", "text", "Dear", "textarea that cannot be closed")
def postscript(request: Request, shop: Shop) -> Response:
    """Markup stays as it is, but no `<` before a slash survives, so it never leaves the textarea."""
    text = request.field("text").replace("</", "")
    while "</" in text:
        text = text.replace("</", "")
    return page("Draft", f"<p><textarea name=text>{text.rstrip('<')} </textarea></p>")


@contexts.flaw("xss", "GET /headline", "text", "News", "title")
def headline(request: Request, shop: Shop) -> Response:
    """Inside a second title element."""
    return page("Headline", "<p>Read on.</p>", head=f"<title>{request.field('text')}</title>")


@contexts.safe("xss", "GET /caption", "text", "News", "title, encoded")
def caption(request: Request, shop: Shop) -> Response:
    """HTML-encoded."""
    return page("Headline", "<p>Read on.</p>", head=f"<title>{escape(request.field('text'))}</title>")
