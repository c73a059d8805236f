"""Measurements against the physical limit and against peers, in the same run: ``python -m bench``."""
