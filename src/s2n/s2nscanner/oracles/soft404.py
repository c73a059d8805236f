"""Is a resource really there? A site may answer 200 to everything."""

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.probe import Sender


class SoftNotFound:
    """Learns, per directory and suffix, how the site answers what does not exist."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def exists(self, request: Request, sender: Sender | None = None) -> Exchange | None:
        """The exchange if ``request`` gets an answer that a random sibling does not get, else None."""
        raise NotImplementedError
