"""The labelled corpus: sites with one flaw each, and safe ones that look like them. ``make corpus``."""
