"""The script that tells when a page has come to rest."""

import json
from importlib.resources import files

QUIET_MS = 80
"""A page is at rest when its document has not changed for this long; two frames at 60 Hz are 33."""

FRAMES_MS = 50
"""Two frames of a page that is drawn come within this."""

NAME = "s2n rest"
"""The property of ``window`` behind which the script answers."""

_RULES = {
    # Changes of one node after which it counts as a clock, a ticker or an animation.
    "RESTLESS": 8,
    # Timers up to this are waited for: pages put off a search or a check by 200 to 500 ms.
    "SOON": 500,
    # Timers of one delay that are waited for after an action: more are a loop.
    "ALIKE": 3,
    # An answer that has not come after this time is not waited for.
    "PENDING": 10_000,
    # Dialogs that are opened after an action: what opens more asks nothing.
    "DIALOGS": 5,
    "NAME": NAME,
}


def _joined() -> str:
    rules = "\n".join(f"const {name} = {json.dumps(value)};" for name, value in _RULES.items())
    parts = [files(__package__).joinpath(name).read_text("utf-8") for name in ("quiet.js", "dialogs.js")]
    return "\n".join([rules, *parts])


WATCH = f'(() => {{\n"use strict";\nif (window["{NAME}"]) return;\n{_joined()}\n}})();'
"""Runs in each frame before its own scripts."""

MUTED = f'JSON.stringify(window["{NAME}"]?.muted() ?? [])'
"""JSON of what the page's dialogs said that were not opened."""


def left(*, first: bool, quiet: float, frames: float, spared: int) -> str:
    """An expression for the milliseconds until the page may be at rest (quiet.js); -1 where nobody knows."""
    given = json.dumps([first, quiet, frames, spared])[1:-1]
    return f'window["{NAME}"] ? window["{NAME}"].left({given}) : -1'
