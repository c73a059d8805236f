"""Versions in headers and tags; traps name products or protocols only."""

from corpus.classes._pages import load

CASES = load("server_banner")
