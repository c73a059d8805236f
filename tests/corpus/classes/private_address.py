"""Internal addresses, hosts and paths; traps are versions, networks, and quotations."""

from corpus.classes._pages import load

CASES = load("private_address")
