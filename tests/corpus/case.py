"""What a case of the corpus is."""

from collections.abc import Callable
from dataclasses import dataclass

from s2n.model import Request
from support.site import Site


@dataclass(frozen=True)
class Case:
    """A site, and whether it has the flaw that the plugin is after."""

    plugin: str
    """The plugin's id: the class of the corpus."""

    name: str
    """Unique in its class; names style and place: "express: JSON leaf, error hidden"."""

    vulnerable: bool
    """False: a safe twin or a trap."""

    make: Callable[[], Site]
    """A fresh site for each run."""

    requests: tuple[Request, ...]
    """Valid requests. An active plugin attacks their input points, a passive one reads their exchanges, a
    site plugin has them as its endpoints."""

    latency: Callable[[Request], float] | None = None
    """How long the site takes, in virtual seconds, where that matters."""

    callbacks: bool = False
    """Is there a listener that the site can call (`support.callbacks.call`)?"""
