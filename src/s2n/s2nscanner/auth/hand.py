"""Types and clicks in a page, as a person would."""

from collections.abc import Iterable

from playwright.async_api import Error, Frame, Page

from s2n.s2nscanner.auth.controls import Shown, controls_of, element
from s2n.s2nscanner.auth.rendered import Described, sender_of

ACT_MS = 2000
"""Milliseconds that a control may take to be ready for a click or a key."""


async def fill(page: Page, frame: Frame, values: Iterable[tuple[Described | None, str]]) -> str:
    """Type each value into its field; returns what the browser says against one of them, if it does."""
    found = [(await element(frame, field), field, value) for field, value in values if field is not None]
    against = ""
    for handle, field, value in found:
        if handle is None:
            continue
        await handle.focus()
        if field.single:  # of a row of such fields: each passes the focus on
            await page.keyboard.type(value)
            continue
        await handle.fill("", timeout=ACT_MS, force=True)
        await handle.type(value)  # key by key: some pages listen for keys
        if await handle.input_value() != value:
            await handle.fill(value, timeout=ACT_MS, force=True)
        against = against or str(await handle.evaluate("field => field.validationMessage || ''"))
    return against


async def send(page: Page, shown: Shown) -> None:
    """Click the button of a step, or press Enter where there is none that can be clicked."""
    button = sender_of(await controls_of(shown.frame), shown.wanted)
    if button is None or button.disabled:
        await page.keyboard.press("Enter")
    else:
        await click(shown.frame, button)


async def click(frame: Frame, control: Described) -> None:
    """Click; where something lies over it, by its own script."""
    handle = await element(frame, control)
    if handle is None:
        return
    try:
        await handle.click(timeout=ACT_MS)
    except Error:
        await handle.evaluate("element => element.click()")
