"""Sites with a link that only a browser sees: a script makes it from words that do not hold it."""

import asyncio

from s2n.model import Request, Response

MADE = "/hidden?n=1"

_PAGE = """<title>shop</title><body><script>
const link = document.createElement("a")
link.href = [..."1=n?neddih/"].reverse().join("")
link.textContent = "more"
document.body.append(link)
</script>"""


def page_made_by_a_script(request: Request) -> str:
    """A page whose only link is made by its script, and the page behind it."""
    return "<title>found</title><p>hello</p>" if request.target == MADE else _PAGE


async def never_answers_behind_it(request: Request) -> Response | str:
    """The same, but the page behind the link never comes."""
    if request.target == MADE:
        await asyncio.Event().wait()
    return _PAGE
