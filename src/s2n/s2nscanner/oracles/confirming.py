"""Second steps: the page that shows what was sent, and asks whether to keep it ("preview, then publish")."""

import re
from urllib.parse import urlencode, urljoin

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.formfields import Attributes, FormFields, forms_of

_UNDOES = re.compile(
    r"(?i)cancel|abort|discard|delet|remov|destroy|reset|revert|back|edit|unsubscri"
    r"|(?:log|sign)[_ -]?(?:out|off)|\bpay|purchase|checkout|order"
)
_BUTTONS = frozenset({"submit", "button", "image", "reset"})


def confirmation(answer: Exchange) -> Request | None:
    """The request of a form in ``answer`` that only repeats what was sent, for somebody to confirm it.

    All its fields are hidden, and neither its address nor its buttons say that it undoes or buys something.
    """
    if not answer.response.is_html or answer.response.status >= 400:
        return None
    for form in forms_of(answer.response.text):
        if form.attributes.get("method", "").lower() == "post" and _only_confirms(form):
            request = _request(answer.request, form)
            if request is not None and request.origin == answer.request.origin:
                return request
    return None


def _only_confirms(form: FormFields) -> bool:
    said = [*form.attributes.values(), *form.labels]
    said += [each.get("value", "") for each in form.inputs if _kind(each) in _BUTTONS]
    kinds = [_kind(each) for each in form.inputs if _kind(each) not in _BUTTONS]
    return set(kinds) == {"hidden"} and not form.others and not any(map(_UNDOES.search, said))


def _request(page: Request, form: FormFields) -> Request | None:
    fields = [
        (each["name"], each.get("value", ""))
        for each in form.inputs
        if each.get("name") and _kind(each) in {"hidden", "submit"}
    ]
    kind = (("Content-Type", "application/x-www-form-urlencoded"),)
    try:
        url = urljoin(page.url, form.attributes.get("action") or page.target)
        return Request.from_url(url, "POST", kind, urlencode(fields).encode())
    except ValueError:
        return None


def _kind(field: Attributes) -> str:
    return field.get("type", "text").lower()
