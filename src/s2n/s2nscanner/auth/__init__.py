"""Logging in, and noticing that we are no longer logged in."""
