"""A page's forms with their inputs, read from the tokens.

The tree of ``<table><form><tr><td><input>`` has the form without its input; browsers send it all the same.
"""

from typing import NamedTuple

from s2n.s2nscanner.html import MAX_HTML, Token, TokenType, tokenize

Attributes = dict[str, str]


class FormFields(NamedTuple):
    """A form: its own attributes, and those of its ``<input>`` elements.

    ``others`` are the tags of what else people fill in, ``labels`` what its ``<button>`` elements say.
    """

    attributes: Attributes
    inputs: list[Attributes]
    others: list[str]
    labels: list[str]


def forms_of(text: str) -> list[FormFields]:
    """The forms of a page; a form is open from its start tag to its end tag, wherever tables put these."""
    forms: list[FormFields] = []
    form: FormFields | None = None
    pressed = False
    for token in tokenize(text[:MAX_HTML]):
        tag = token.tag or ""
        if token.type is TokenType.START_TAG:
            if tag == "form" and form is None:
                form = FormFields(_attributes(token), [], [], [])
                forms.append(form)
            elif form is not None and tag == "input":
                form.inputs.append(_attributes(token))
            elif form is not None and tag in {"select", "textarea"}:
                form.others.append(tag)
            pressed = tag == "button" or (pressed and tag not in {"form", "input"})
        elif token.type is TokenType.END_TAG:
            form = None if tag == "form" else form
            pressed = pressed and tag != "button"
        elif token.type is TokenType.TEXT and pressed and form is not None:
            form.labels.append((token.data or "").strip())
    return forms


def _attributes(token: Token) -> Attributes:
    out: Attributes = {}
    for name, value in token.attrs or ():
        out.setdefault(name, value or "")
    return out
