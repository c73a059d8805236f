"""s2n: a web vulnerability scanner whose findings can be proved and replayed.

The public names are imported on first use, so that ``s2n --help`` stays as quick as Python itself.
"""

__version__ = "1.0.0"

_HOMES = {
    "Confidence": "s2n.model",
    "Finding": "s2n.model",
    "PluginInfo": "s2n.model",
    "ScanReport": "s2n.model",
    "Severity": "s2n.model",
    "ScanConfig": "s2n.protocol",
    "ScanRequest": "s2n.protocol",
    "Scanner": "s2n.s2nscanner.scan_engine",
}

__all__ = [  # noqa: PLE0604 -- exactly the keys above
    "__version__",
    *sorted(_HOMES),
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 's2n' has no attribute {name!r}")
    import importlib  # noqa: PLC0415 -- only when a public name is asked for

    value: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
