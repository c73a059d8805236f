"""Ordinary sites without a flaw: no active finding may come of them."""
