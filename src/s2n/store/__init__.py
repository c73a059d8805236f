"""The scans this machine has made, in SQLite."""
