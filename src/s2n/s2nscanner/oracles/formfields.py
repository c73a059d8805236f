"""A page's forms with their inputs, read from the tokens.

The tree of ``<table><form><tr><td><input>`` has the form without its input; browsers send it all the same.
"""

from typing import NamedTuple

from s2n.s2nscanner.html import MAX_HTML, Token, TokenType, tokenize

Attributes = dict[str, str]


class FormFields(NamedTuple):
    """A form: its own attributes, and those of its ``<input>`` elements."""

    attributes: Attributes
    inputs: list[Attributes]


def forms_of(text: str) -> list[FormFields]:
    """The forms of a page; a form is open from its start tag to its end tag, wherever tables put these."""
    forms: list[FormFields] = []
    form: FormFields | None = None
    for token in tokenize(text[:MAX_HTML]):
        if token.type is TokenType.START_TAG:
            if token.tag == "form" and form is None:
                form = FormFields(_attributes(token), [])
                forms.append(form)
            elif token.tag == "input" and form is not None:
                form.inputs.append(_attributes(token))
        elif token.type is TokenType.END_TAG and token.tag == "form":
            form = None
    return forms


def _attributes(token: Token) -> Attributes:
    out: Attributes = {}
    for name, value in token.attrs or ():
        out.setdefault(name, value or "")
    return out
