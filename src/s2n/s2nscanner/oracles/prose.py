"""What a page says itself, apart from what it quotes: a blog about an error is not the error."""

import html
import re
from collections import Counter

from s2n.s2nscanner.html import parse

MAX_TEXT = 1 << 20
"""Characters of a page that are read."""

WORDY = 40
"""Characters from which a paragraph explains something."""

_BREAK = re.compile(r"(?i)<br\s*/?>|</?(?:p|div|li|tr|td|th|h[1-6]|pre|dd|dt)\b[^<>]*>")
_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|[/!?]?[A-Za-z][^<>]*>|![^<>]*>)", re.DOTALL)
_QUOTING = (
    "script, style, template, noscript, code, samp, kbd, q, blockquote, article, textarea, figure, .hljs, "
    ".prettyprint, .comment, [class*=highlight], [class*=codehilite], [class*=language-]"
)
_HOLDERS = "pre, p, li, dd, td"


def plain_text(markup: str) -> str:
    """``markup`` without its tags, comments and escapes; line breaks and block ends become line ends."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup[:MAX_TEXT])))


def own_text(markup: str) -> str:
    """The text of a page without what it quotes.

    Quoted is what stands in an element for quotations, code or articles, or beside two paragraphs that
    explain it.
    """
    document = parse(markup[:MAX_TEXT])
    for element in document.select(_QUOTING):
        element.decompose()
    told = Counter(paragraph.parent for paragraph in document.select("p") if _is_prose(paragraph.text))
    for element in document.select(_HOLDERS):
        if told[element.parent] - (element.tag == "p" and _is_prose(element.text)) >= 2:
            element.decompose()
    return plain_text(document.html)


def _is_prose(text: str) -> bool:
    letters = sum(character.isalpha() or character in " ,." for character in text)
    return len(text) >= WORDY and letters > 0.9 * len(text)
