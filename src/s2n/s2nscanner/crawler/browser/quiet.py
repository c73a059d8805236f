"""Scripts that tell when a page has come to rest, and what it shows then."""

from importlib.resources import files

QUIET_MS = 80
"""A page is at rest when its document has not changed for this long; two frames at 60 Hz are 33."""

_RESTLESS = 8
"""Changes of one node after which it counts as a clock, a ticker or an animation."""

_SOON_MS = 500
"""Timers up to this are waited for: pages put off a search or a check by 200 to 500 ms."""

_ALIKE = 3
"""Timers of one delay that are waited for after an action: more are a loop."""

_PATIENCE_MS = 50
"""Frames of a page that is drawn come within this."""

_SCRIPT = files(__package__).joinpath("quiet.js").read_text("utf-8").rstrip()

WATCH = f"{_SCRIPT}({_RESTLESS}, {_SOON_MS}, {_ALIKE}, {_PATIENCE_MS});"
"""Runs in each frame before its own scripts."""

AT_REST = """([quiet, limit]) => {
  const watch = window[Symbol.for('s2n.watch')];
  return watch ? watch.atRest(quiet, limit) : true;
}"""
"""Resolves to true when the page is at rest, and to false after ``limit`` milliseconds."""

MARKUP = """() => {
  const roots = [];
  const find = within => {
    for (const {shadowRoot} of within.querySelectorAll('*')) {
      if (shadowRoot) {
        roots.push(shadowRoot);
        find(shadowRoot);
      }
    }
  };
  find(document);
  return `<html>${document.documentElement.getHTML({shadowRoots: roots})}</html>`;
}"""
"""The document as it stands, with its open shadow roots."""
