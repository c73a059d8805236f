"""One handler under many paths: what follows a script's name is input, its mirrors show the same flaw."""

from s2n.model import Location
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.sdk import Claim

NOT_FOUND = 404

_Key = tuple[str, str, str, int]


class Mirrors:
    """Knows which handlers a flaw in the path has been reported for.

    Two paths are of one handler if they begin alike and their pages, without the attack, are made of the same
    markup. Pages without a form or a link are too alike by nature to be told apart, so each counts; but where
    made-up paths are not found, one handler says so for all of an origin.
    """

    def __init__(self) -> None:
        self._reported: set[_Key] = set()

    def knows(self, plugin: str, claim: Claim) -> bool:
        """Is ``claim`` the flaw of a handler that has been reported already?"""
        key = _key(plugin, claim)
        return key is not None and key in self._reported

    def add(self, plugin: str, claim: Claim) -> None:
        """``claim`` has been reported."""
        key = _key(plugin, claim)
        if key is not None:
            self._reported.add(key)


def _key(plugin: str, claim: Claim) -> _Key | None:
    if claim.point is None or claim.point.location is not Location.PATH or claim.control is None:
        return None
    response = claim.control.response
    if not response.is_html:
        return None
    page = read_page(response.text)
    request = claim.point.request
    if response.status == NOT_FOUND:
        return plugin, str(request.origin), "", page.skeleton
    if not page.links and not page.forms:
        return None
    return plugin, str(request.origin), request.path.split("/")[1], page.skeleton
