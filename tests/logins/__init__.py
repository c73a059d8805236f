"""Logins in the shapes that products give them: those found by themselves, and what is said of the rest."""
