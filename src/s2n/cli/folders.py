"""The folder of the user's own plugins."""

import os
from collections.abc import Mapping
from pathlib import Path

from s2n.errors import UsageError


def plugin_folder(named: str, env: Mapping[str, str], cwd: Path) -> Path | None:
    """The folder that was named, else ``./s2n-plugins``, else ``plugins`` in s2n's config folder, else None.

    Raises:
        UsageError: the named one is missing, no folder, or cannot be read.
    """
    if named:
        folder = (cwd / Path(named).expanduser()).resolve()
        _must_be_readable(folder)
        return folder
    config = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".config")
    for folder in (cwd / "s2n-plugins", Path(config) / "s2n" / "plugins"):
        if folder.is_dir():
            _must_be_readable(folder)
            return folder.resolve()
    return None


def _must_be_readable(folder: Path) -> None:
    if not folder.exists():
        raise UsageError(
            f"there is no plugin folder {folder}", "create it, or name another with --plugin-dir"
        )
    if not folder.is_dir():
        raise UsageError(
            f"the plugin folder {folder} is a file", "name the folder that it is in with --plugin-dir"
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError(f"the plugin folder {folder} cannot be read by this user", f"chmod u+rx {folder}")
