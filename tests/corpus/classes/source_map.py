"""Maps of scripts and styles; traps have none, or only seem to."""

from corpus.classes._pages import load

CASES = load("source_map")
