"""Forms and their controls as they stand in a page, and which of them order something to be destroyed."""

from msgspec import Struct, field

from s2n.s2nscanner.crawler.danger import endangers

CHOICES = frozenset({"radio", "checkbox"})
_NO = frozenset({"", "0", "false", "no", "off", "null"})

Attributes = dict[str, str]


class Option(Struct):
    """An option of a select or a datalist."""

    value: str | None
    selected: bool = False
    disabled: bool = False
    text: str = ""


class Control(Struct):
    """A control as it stands in the page."""

    kind: str
    name: str
    attributes: Attributes
    text: str = ""
    options: list[Option] = field(default_factory=list)


class Form(Struct):
    """A form and the controls it owns, in tree order."""

    attributes: Attributes
    controls: list[Control] = field(default_factory=list)

    @property
    def look(self) -> int:
        """The same for forms with the same fields and choices, wherever they stand and send to."""
        looks = ((each.kind, each.name, tuple(map(option_value, each.options))) for each in self.controls)
        return hash(tuple(looks))


def option_value(option: Option) -> str:
    """What choosing ``option`` sends."""
    return " ".join(option.text.split()) if option.value is None else option.value


def orders(control: Control) -> bool:
    """Does sending ``control`` destroy something, whichever choice it leaves?"""
    if control.kind == "select":
        choices = [option for option in control.options if not option.disabled]
        return bool(choices) and all(map(is_order, choices))
    return control.kind == "hidden" and destroys(control)


def destroys(control: Control) -> bool:
    """``_method=DELETE``, ``remove=1``; a path is where to go next."""
    value = control.attributes.get("value", "on" if control.kind in CHOICES else "")
    return "/" not in value and (endangers(value) or (value.lower() not in _NO and endangers(control.name)))


def is_order(option: Option) -> bool:
    """Would choosing ``option`` destroy something?"""
    return endangers(option_value(option), " ".join(option.text.split()))
