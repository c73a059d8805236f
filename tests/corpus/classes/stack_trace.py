"""Error pages of many languages; traps quote such errors, or fail without showing anything."""

from corpus.classes._pages import load

CASES = load("stack_trace")
