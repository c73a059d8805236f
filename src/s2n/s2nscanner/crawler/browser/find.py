"""Is there a browser to drive? Knows without importing Playwright."""

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "S2N_CHROMIUM"
"""Names the Chromium to use: a path, or a command on PATH."""

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_REMEDY = (
    "pip install 's2n[browser]' and install Chromium (Debian: apt install chromium), "
    "or use the image with the browser"
)


def chromium(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """The path of the Chromium (or Chrome) to use; empty if there is none."""
    path = environ.get("PATH", os.defpath)
    if named := environ.get(VARIABLE, ""):
        return shutil.which(named, path=path) or ""
    for command in _COMMANDS:
        if found := shutil.which(command, path=path):
            return found
    if platform == "darwin":
        return next((app for app in _MAC_APPS if os.access(app, os.X_OK) and Path(app).is_file()), "")
    return ""


def why_not(environ: Mapping[str, str] = os.environ) -> str:
    """Why no page can be opened in a browser here, and the remedy; empty if one can."""
    missing = [] if find_spec("playwright") else ["Playwright is not installed"]
    if not chromium(environ):
        named = environ.get(VARIABLE, "")
        missing.append(
            f"{VARIABLE} names {named}, which cannot be run" if named else "there is no Chromium on PATH"
        )
    return f"{' and '.join(missing)}: {_REMEDY}" if missing else ""
