"""Old libraries by address and by code; traps are new versions and mere mentions."""

from corpus.classes._pages import load

CASES = load("vulnerable_library")
