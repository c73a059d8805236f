"""The scans this machine has made, in SQLite."""

from s2n.store.database import Scan, Store, default_path

__all__ = ["Scan", "Store", "default_path"]
