"""Keys in pages, scripts and answers (made up, all of them); traps are placeholders and public keys."""

from corpus.classes._pages import load

CASES = load("secret_leak")
