"""Puts what a login left in the browser's storage (tokens, mostly) where pages look for it."""

import json
from collections.abc import Callable

from playwright.async_api import BrowserContext

Storage = dict[str, dict[str, dict[str, str]]]
"""Origin → ``local`` or ``session`` → key → value."""

_PUT = """(() => {
  const number = %d, all = %s, mark = 's2n.storage';
  const own = Object.prototype.hasOwnProperty.call(all, location.origin) && all[location.origin];
  try {
    if (!own || sessionStorage.getItem(mark) >= number) return;
    for (const [kind, store] of [['local', localStorage], ['session', sessionStorage]]) {
      for (const [key, value] of Object.entries(own[kind])) {
        if (value === null) store.removeItem(key); else store.setItem(key, value);
      }
    }
    sessionStorage.setItem(mark, number);
  } catch (error) { /* a page that may store nothing has nothing to look for */ }
})()"""
"""Runs before a page's own scripts; once in each tab, so that what a page changes stays as it left it."""


class StorageMirror:
    """Keeps the pages of a context up to date with what ``now`` gives: something else after each login."""

    def __init__(self, now: Callable[[], Storage]) -> None:
        self._now = now
        self._number = 0
        self._context: BrowserContext | None = None
        self._put: Storage = {}
        self._ever: dict[str, dict[str, dict[str, str | None]]] = {}

    async def push(self, context: BrowserContext) -> None:
        """Let the pages that ``context`` opens from now on find it, and nothing of what was before."""
        storage = self._now()
        if context is self._context and storage == self._put:
            return
        for former in self._ever.values():  # a script cannot be taken back: the last clears up after others
            for kept in former.values():
                kept.update(dict.fromkeys(kept))
        for origin, kinds in storage.items():
            known = self._ever.setdefault(origin, {"local": {}, "session": {}})
            for kind, values in kinds.items():
                known[kind].update(values)
        self._context, self._put = context, storage
        if self._ever:
            self._number += 1
            script = json.dumps(self._ever).replace("<", "\\u003c")
            await context.add_init_script(_PUT % (self._number, script))
