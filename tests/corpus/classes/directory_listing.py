"""Listings of many servers; traps are pages about files, and sites that list anything."""

from corpus.classes._pages import load

CASES = load("directory_listing")
