"""Recordings of Chrome's DevTools Recorder, as JSON: what somebody did in a browser, step by step."""

from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from s2n.errors import UsageError

_REMEDY = "export it from the Recorder of Chrome's DevTools as JSON"

Selector = str | tuple[str, ...]
"""One way to an element; several parts lead through shadow roots."""


class Asserted(Struct, frozen=True):
    """What happens because of a step; only ``navigation`` is known."""

    type: str


class Step(Struct, frozen=True, kw_only=True, rename="camel", tag_field="type"):
    """What all have. ``target``: ``main``, or the URL of a window or frame. ``timeout``: milliseconds."""

    timeout: float | None = None
    target: str = "main"
    asserted_events: tuple[Asserted, ...] = ()


class InFrame(Step, frozen=True, kw_only=True):
    """A step in a frame: ``frame`` are the indexes of the frames that lead to it, from the outermost."""

    frame: tuple[int, ...] = ()


class AtElement(InFrame, frozen=True, kw_only=True):
    """A step at an element, which each of ``selectors`` leads to."""

    selectors: tuple[Selector, ...]

    def __post_init__(self) -> None:
        if not any(self.selectors):
            raise ValueError("a step at an element needs selectors")


class _Pointed(AtElement, frozen=True, kw_only=True):
    offset_x: float | None = None
    offset_y: float | None = None
    button: Literal["primary", "auxiliary", "secondary", "back", "forward"] = "primary"


class Click(_Pointed, frozen=True, kw_only=True, tag="click"):
    """Press and release, at an offset from the element's upper left corner."""


class DoubleClick(_Pointed, frozen=True, kw_only=True, tag="doubleClick"):
    """Two clicks."""


class Hover(AtElement, frozen=True, kw_only=True, tag="hover"):
    """Move the pointer over an element."""


class Change(AtElement, frozen=True, kw_only=True, tag="change"):
    """Give a field a value."""

    value: str


class KeyDown(Step, frozen=True, kw_only=True, tag="keyDown"):
    """Press a key and hold it."""

    key: str


class KeyUp(Step, frozen=True, kw_only=True, tag="keyUp"):
    """Let go of a key."""

    key: str


class Navigate(Step, frozen=True, kw_only=True, tag="navigate"):
    """Open a URL."""

    url: str


class Scroll(InFrame, frozen=True, kw_only=True, tag="scroll"):
    """Scroll the page, or an element."""

    x: float = 0
    y: float = 0
    selectors: tuple[Selector, ...] = ()


class SetViewport(Step, frozen=True, kw_only=True, tag="setViewport"):
    """Give the window a size, in pixels; what else the recorder notes of it makes no difference."""

    width: int
    height: int


class WaitForElement(AtElement, frozen=True, kw_only=True, tag="waitForElement"):
    """Wait until so many elements are there (or not, if not ``visible``), with these attributes and so on."""

    operator: Literal[">=", "==", "<="] = ">="
    count: int = 1
    visible: bool = True
    attributes: dict[str, str] = {}
    properties: dict[str, Any] = {}


class WaitForExpression(InFrame, frozen=True, kw_only=True, tag="waitForExpression"):
    """Wait until a JavaScript expression is true. It is the user's own, and runs as the page's scripts do."""

    expression: str


class EmulateNetworkConditions(Step, frozen=True, kw_only=True, tag="emulateNetworkConditions"):
    """A slower network; not played."""


class Close(Step, frozen=True, kw_only=True, tag="close"):
    """Close a window."""


AnyStep = (
    Click
    | DoubleClick
    | Hover
    | Change
    | KeyDown
    | KeyUp
    | Navigate
    | Scroll
    | SetViewport
    | WaitForElement
    | WaitForExpression
    | EmulateNetworkConditions
    | Close
)


class Recording(Struct, frozen=True):
    """The steps. ``timeout``: milliseconds for each step that has none of its own."""

    steps: tuple[AnyStep, ...]
    title: str = ""
    timeout: float | None = None

    @property
    def values(self) -> str:
        """All that is typed or opened, for a look at the placeholders in it."""
        typed = (step.value for step in self.steps if isinstance(step, Change))
        return "\n".join((*typed, *(step.url for step in self.steps if isinstance(step, Navigate))))


class _Raw(Struct):
    steps: tuple[dict[str, Any], ...]
    title: str = ""
    timeout: float | None = None


def read_recording(path: str) -> Recording:
    """The recording in the file at ``path``.

    Raises:
        UsageError: it cannot be read, has no steps, or has one that cannot be played.
    """
    try:
        raw = msgspec.json.decode(Path(path).read_bytes(), type=_Raw)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise UsageError(f"the recording {path} cannot be read: {error}", _REMEDY) from error
    if not raw.steps:
        raise UsageError(f"the recording {path} has no steps", _REMEDY)
    steps = []
    for number, step in enumerate(raw.steps, 1):
        try:
            steps.append(msgspec.convert(step, AnyStep))
        except msgspec.ValidationError as error:
            kind = step.get("type", "without a type")
            raise UsageError(
                f"step {number} of the recording {path} ({kind}) cannot be played: {error}",
                "leave it out, or record it again with a present Chrome",
            ) from error
    return Recording(tuple(steps), raw.title, raw.timeout)
