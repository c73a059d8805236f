"""Consoles and status pages of many systems; traps answer everything, quote, or ask for a login."""

from corpus.classes._pages import load

CASES = load("debug_endpoint")
