"""How every page of the tea house looks."""

from html import escape

from s2n.lab.web import Response

_TOP = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>%s - Tea house</title></head>
<body>
<header><a href="/">Tea house</a></header>
<main>
"""
_END = """
</main>
<footer>Loose leaf tea since 1891. This shop is vulnerable on purpose.</footer>
</body>
</html>
"""


def page(
    title: str, body: str, status: int = 200, *, head: str = "", headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """A page around ``body``, which is markup; ``title`` is text; ``head`` is markup before the title."""
    top = _TOP % escape(title)
    if head:
        top = top.replace("<title>", head + "<title>", 1)
    return Response(
        f"{top}<h1>{escape(title)}</h1>\n{body}{_END}".encode("utf-8", "replace"), status, headers=headers
    )


def failed() -> Response:
    """The error page that tells nothing."""
    return page("Something went wrong", "<p>Please try again later.</p>", 500)


def bad_request() -> Response:
    """The answer to a value that cannot be meant."""
    return page("That is not possible", "<p>Please check what you entered.</p>", 400)


def table(rows: list[tuple[object, ...]]) -> str:
    """Rows as a table, each cell encoded."""
    if not rows:
        return "<p>No tea matches.</p>"
    lines = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"
