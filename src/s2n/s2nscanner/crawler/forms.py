"""Forms, read from the token stream, as the requests that pressing their buttons would send.

The tree builder's form pointer is followed on the tokens (a form is open from its start tag to its end tag,
wherever tables or stray end tags put them), so misnested forms keep their controls.
"""

from typing import NamedTuple

from s2n.model.site import How
from s2n.s2nscanner.crawler.bodies import Field, file_field, multipart, plain, urlencoded
from s2n.s2nscanner.crawler.controls import (
    CHOICES,
    Attributes,
    Control,
    Form,
    Option,
    destroys,
    is_order,
    option_value,
    orders,
)
from s2n.s2nscanner.crawler.danger import button_endangers, endangers, url_endangers
from s2n.s2nscanner.crawler.seenvalues import Need, SeenValues, wanted
from s2n.s2nscanner.crawler.values import accepts, plausible
from s2n.s2nscanner.html import Token
from s2n.s2nscanner.http.urls import Base

__all__ = [
    "Control",
    "Form",
    "FormReader",
    "Submission",
    "needs_of_form",
    "option_value",
    "show",
    "submissions",
]

MAX_FORMS = 200
MAX_CONTROLS = 500
MAX_BUTTONS = 20
MAX_OPTIONS = 1000
"""Options of one list."""

MAX_TEXT = 10_000
"""Characters of what a textarea, a button or an option holds."""

_CONTROLS = frozenset({"input", "select", "textarea", "button"})
_BUTTONS = frozenset({"submit", "image"})
_NO_VALUE = frozenset({"reset", "button"})
_OPEN = frozenset({"text", "search", "number", "hidden"})
_SECRET = frozenset({"password", "file", *_BUTTONS})
_ENCTYPES = frozenset({"multipart/form-data", "text/plain"})
_INPUT_KINDS = frozenset(
    {
        *("hidden", "text", "search", "tel", "url", "email", "password", "date", "month", "week", "time"),
        *("datetime-local", "number", "range", "color", "checkbox", "radio", "file", *_BUTTONS, *_NO_VALUE),
    }
)


class Submission(NamedTuple):
    """What pressing one button sends. ``button`` is its value, where it has a name.

    ``sensitive``: a password or a file is part of it, so that it is tested but not sent while crawling.
    ``form`` is None for what a script sends. ``beside``: the looks of the page's other forms.
    """

    method: str
    url: str
    content_type: str
    body: bytes
    names: tuple[str, ...]
    button: str
    sensitive: bool
    form: Form | None = None
    beside: tuple[int, ...] = ()

    @property
    def how(self) -> How:
        """Is it a form's, or a script's?"""
        return How.SCRIPT if self.form is None else How.FORM


class FormReader:
    """Collects the forms of a page from its tokens.

    ``idle``: where forms would send to that send nothing, because they stand inside others or are dialogs.
    """

    def __init__(self) -> None:
        self.forms: list[Form] = []
        self.idle: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._outside: list[tuple[str, Control]] = []
        self._lists: dict[str, list[Option]] = {}
        self._open: Form | None = None
        self._control: Control | None = None
        self._options: list[Option] | None = None
        self._fieldsets: list[bool] = []
        self._disabled = 0
        self._group_disabled = False
        self._count = 0

    def start(self, tag: str, token: Token) -> None:
        """Take in a start tag."""
        if tag in _CONTROLS:
            self._start_control(tag, _attributes(token))
        elif tag == "option" and self._options is not None:
            if len(self._options) < MAX_OPTIONS:
                attributes = _attributes(token)
                disabled = self._group_disabled or "disabled" in attributes
                self._options.append(Option(attributes.get("value"), "selected" in attributes, disabled))
        elif tag == "optgroup":
            self._group_disabled = "disabled" in _attributes(token)
        elif tag == "form":
            self._start_form(_attributes(token))
        elif tag == "datalist":
            self._options = self._lists.setdefault(_attributes(token).get("id", ""), [])
        elif tag == "fieldset":
            self._fieldsets.append("disabled" in _attributes(token))
            self._disabled += self._fieldsets[-1]

    def _start_form(self, attributes: Attributes) -> None:
        if self._open is not None or attributes.get("method", "").strip().lower() == "dialog":
            self.idle += [attributes["action"]] if attributes.get("action") else []
        if self._open is None and len(self.forms) < MAX_FORMS:
            self._open = Form(attributes)
            self.forms.append(self._open)
            self._by_id.setdefault(attributes.get("id", ""), self._open)

    def end(self, tag: str) -> None:
        """Take in an end tag."""
        if tag == "form":
            self._open = None
        elif tag in {"select", "datalist"}:
            self._options, self._control, self._group_disabled = None, None, False
        elif tag in {"textarea", "button"}:
            self._control = None
        elif tag == "optgroup":
            self._group_disabled = False
        elif tag == "fieldset" and self._fieldsets:
            self._disabled -= self._fieldsets.pop()

    def text(self, data: str) -> None:
        """Take in text: an option's, a textarea's or a button's."""
        holder = self._options[-1] if self._options else self._control
        if holder is not None and len(holder.text) < MAX_TEXT:
            holder.text += data[:MAX_TEXT]

    def adopt(self, form: Form) -> None:
        """Take in a form that a script writes into the page."""
        if len(self.forms) < MAX_FORMS:
            self.forms.append(form)

    def finish(self) -> list[Form]:
        """The forms, with the controls that name theirs by ``form=``, and datalist values filled in."""
        for owner, control in self._outside:
            if owner in self._by_id:
                self._by_id[owner].controls.append(control)
        for form in self.forms:
            for control in form.controls:
                if control.attributes.get("list") in self._lists:
                    control.options = self._lists[control.attributes["list"]]
        return self.forms

    def _start_control(self, tag: str, attributes: Attributes) -> None:
        self._count += 1
        kind = _kind(tag, attributes)
        if kind == "submit" and tag == "input":
            attributes.setdefault("value", "Submit")
        control = Control(kind, attributes.get("name", ""), attributes)
        self._control = control if tag in {"textarea", "button"} else None
        self._options = control.options if tag == "select" else None
        disabled = "disabled" in attributes or self._disabled > 0
        if disabled or kind in _NO_VALUE or self._count > MAX_CONTROLS:
            return
        owner = attributes.get("form")
        if owner is not None:
            self._outside.append((owner, control))
        elif self._open is not None:
            self._open.controls.append(control)


def submissions(
    form: Form, base: Base, page: str, boundary: str, seen: SeenValues
) -> tuple[list[Submission], list[str]]:
    """What each button of ``form`` sends, and names for those left out as they end or destroy something.

    ``base`` resolves the action, ``page`` is the document's own URL (for a form without one), ``boundary``
    parts a multipart body, ``seen`` gives values to fields without one.
    """
    if endangers(form.attributes.get("id", ""), form.attributes.get("name", "")):
        return [], [form.attributes.get("id") or form.attributes["name"]]
    if order := next((control for control in form.controls if orders(control)), None):
        return [], [f"{form.attributes.get('action')} {order.name} {_value(order)}"]
    buttons = [control for control in form.controls if control.kind in _BUTTONS]
    out: dict[tuple[str, str, str, str], Submission] = {}
    left_out: list[str] = []
    pressed: list[Control | None] = [*buttons[:MAX_BUTTONS]] or [None]
    for button in pressed:
        if button is not None and button_endangers(
            button.name, button.attributes.get("id", ""), _value(button), button.text
        ):
            left_out.append(f"{form.attributes.get('action')} {button.name} {_value(button)} {button.text}")
            continue
        action = _action(form, button, base, page)
        made = _submission(form, button, action, boundary, seen)
        if made is None:
            continue
        if url_endangers(made.url.partition("?")[0]) or url_endangers(action or ""):
            left_out.append(made.url.partition("?")[0])
            continue
        name = button.name if button is not None else ""
        out.setdefault((made.method, made.url.partition("?")[0], name, made.button), made)
    return list(out.values()), left_out


def needs_of_form(form: Form, base: Base, page: str, seen: SeenValues) -> list[Need]:
    """Ids that ``form`` asks for, and that are not known."""
    path = _path(_action(form, None, base, page) or page)
    return [
        Need(control.name, path)
        for control in form.controls
        if control.kind in _OPEN
        and not control.attributes.get("value")
        and wanted(control.name)
        and seen.find(Need(control.name, path)) is None
    ]


def show(form: Form, base: Base, page: str, seen: SeenValues) -> None:
    """Take in the values that the page itself gives to the controls of ``form``."""
    path = _path(_action(form, None, base, page) or page)
    for control in form.controls:
        if control.kind == "select":
            for value in [option_value(option) for option in control.options if option_value(option)][:1]:
                seen.see(control.name, value, path)
        elif control.kind not in _SECRET and control.name:
            seen.see(control.name, control.attributes.get("value", ""), path)


def _submission(
    form: Form, button: Control | None, action: str | None, boundary: str, seen: SeenValues
) -> Submission | None:
    method = _override(form, button, "method").lower()
    if action is None or method == "dialog":
        return None
    fields = _fields(form, button, seen, _path(action))
    sensitive = any(control.kind in {"password", "file"} for control in form.controls)
    names = tuple(dict.fromkeys(each.name for each in fields))
    pressed = _value(button) if button is not None and button.name and button.kind == "submit" else ""
    if method != "post":
        url = f"{action.partition('?')[0]}?{urlencoded(fields)}" if fields else action.partition("?")[0]
        return Submission("GET", url, "", b"", names, pressed, sensitive, form)
    enctype = _override(form, button, "enctype").lower()
    if enctype not in _ENCTYPES:
        content_type, body = "application/x-www-form-urlencoded", urlencoded(fields).encode()
    elif enctype == "text/plain":
        content_type, body = enctype, plain(fields)
    else:
        content_type, body = f"{enctype}; boundary={boundary}", multipart(fields, boundary)
    return Submission("POST", action, content_type, body, names, pressed, sensitive, form)


def _action(form: Form, button: Control | None, base: Base, page: str) -> str | None:
    action = _override(form, button, "action").strip()
    return base.join(action) if action else page


def _override(form: Form, button: Control | None, what: str) -> str:
    """The button's ``formaction``, ``formmethod`` or ``formenctype``, else the form's own attribute."""
    own = button.attributes.get(f"form{what}") if button is not None else None
    return form.attributes.get(what, "") if own is None else own


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2].partition("?")[0]


def _fields(form: Form, pressed: Control | None, seen: SeenValues, path: str) -> list[Field]:
    """The form data set, every control filled in so that the server's code for it runs."""
    out: list[Field] = []
    radios = {
        control.name
        for control in form.controls
        if control.kind == "radio" and "checked" in control.attributes and not destroys(control)
    }
    for control in form.controls:
        name, kind = control.name, control.kind
        if kind in _BUTTONS:
            if control is pressed:
                out += _pressed(control)
        elif not name or (kind in CHOICES and destroys(control)):
            continue
        elif kind == "radio":
            if "checked" in control.attributes or name not in radios:
                radios.add(name)
                out.append(Field(name, control.attributes.get("value", "on")))
        elif kind == "checkbox":
            out.append(Field(name, control.attributes.get("value", "on")))
        elif kind == "file":
            out.append(file_field(name, control.attributes.get("accept", "").lower()))
        elif kind == "select":
            out += [Field(name, value) for value in _selected(control)]
        else:
            out.append(Field(name, _value(control) or _made_up(control, seen, path)))
            if control.attributes.get("dirname"):
                out.append(Field(control.attributes["dirname"], "ltr"))
    return out


def _pressed(button: Control) -> list[Field]:
    if button.kind == "image":
        prefix = f"{button.name}." if button.name else ""
        return [Field(f"{prefix}x", "1"), Field(f"{prefix}y", "1")]
    return [Field(button.name, _value(button))] if button.name else []


def _selected(control: Control) -> list[str]:
    options = [option for option in control.options if not option.disabled and not is_order(option)]
    chosen = [option for option in options if option.selected]
    if not chosen or ("multiple" not in control.attributes and not option_value(chosen[-1])):
        chosen = [option for option in options if option_value(option)][:1] or options[:1]
    elif "multiple" not in control.attributes:
        chosen = chosen[-1:]
    return [option_value(option) for option in chosen]


def _value(control: Control) -> str:
    """The page's own value, empty where there is none."""
    if control.kind == "textarea":
        return control.text.removeprefix("\n")
    return control.attributes.get("value", "")


def _made_up(control: Control, seen: SeenValues, path: str) -> str:
    """A value for a control without one: of its list, of another place of the site, or a plausible one."""
    kind, name, attributes = control.kind, control.name, control.attributes
    if kind == "hidden":
        if name.lower() == "_charset_":
            return "UTF-8"
        return (seen.find(Need(name, path)) or "") if wanted(name) else ""
    listed = next((value for option in control.options if (value := option_value(option))), "")
    if listed:
        return listed
    known = seen.find(Need(name, path))
    if known is not None and accepts(kind, attributes, known):
        return known
    return plausible(kind, name, attributes)


def _kind(tag: str, attributes: Attributes) -> str:
    if tag == "input":
        kind = attributes.get("type", "text").strip().lower()
        return kind if kind in _INPUT_KINDS else "text"
    if tag == "button":
        kind = attributes.get("type", "submit").strip().lower()
        return kind if kind in _NO_VALUE else "submit"
    return tag


def _attributes(token: Token) -> Attributes:
    out: Attributes = {}
    for name, value in token.attrs or ():
        out.setdefault(name, value or "")
    return out
