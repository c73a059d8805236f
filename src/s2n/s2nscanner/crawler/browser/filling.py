"""Values for the fields of a page, such as its own checks let through."""

from s2n.s2nscanner.crawler.browser.snapshot import Control, Group
from s2n.s2nscanner.crawler.values import plausible

_TICKED = frozenset({"checkbox", "radio"})
_LEFT = frozenset({"hidden", "file"})
"""A hidden field is the page's own; a file is chosen by nobody."""


def value_of(control: Control) -> str:
    """What to write into ``control``: the page's own value where there is one, else a plausible one."""
    if control.kind == "select":
        return _chosen(control)
    if control.value and control.kind not in {"range", "color"}:
        return control.value
    name = (
        control.name or control.attributes.get("placeholder", "") or control.attributes.get("aria-label", "")
    )
    value = plausible(control.kind, name, control.attributes)
    return _moved(control, value)


def filled(group: Group) -> list[tuple[int, str]]:
    """Element and value for each field of a form that has none yet, one box of each radio group ticked."""
    out: list[tuple[int, str]] = []
    ticked = {control.name for control in group.controls if _is_radio(control) and _checked(control)}
    for control in group.controls:
        if control.kind in _LEFT or "readonly" in control.attributes or "disabled" in control.attributes:
            continue
        if _is_radio(control):
            if control.name in ticked:
                continue
            ticked.add(control.name)
            out.append((control.ref, control.value))
        elif control.kind == "checkbox" or not control.value or control.kind in {"select", "range"}:
            out.append((control.ref, value_of(control)))
    return out


def _is_radio(control: Control) -> bool:
    return control.kind == "radio"


def _checked(control: Control) -> bool:
    return "checked" in control.attributes


def _chosen(control: Control) -> str:
    """What is chosen, or else the first option that means something."""
    return control.value or next((option for option in control.options if option), "")


def _moved(control: Control, value: str) -> str:
    """A step off where it stands, so that the page notices: a range or a colour always has a value."""
    if control.kind == "color":
        return value
    if control.kind in {"range", "number"} and value in {control.value, "0"}:
        return _stepped(control.attributes)
    return value


def _stepped(attributes: dict[str, str]) -> str:
    low, high, step = (_number(attributes.get(name), usual) for name, usual in _LIMITS)
    value = low + (step or 1)
    return f"{min(value, high):.10g}"


_LIMITS = (("min", 0.0), ("max", 100.0), ("step", 1.0))


def _number(text: str | None, usual: float) -> float:
    try:
        return float(text) if text else usual
    except ValueError:  # step="any"
        return usual
