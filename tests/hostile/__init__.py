"""A server that means harm to whoever scans it."""
