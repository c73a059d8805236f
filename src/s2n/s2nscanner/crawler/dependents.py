"""What needs a value that the site has not shown yet: kept back until the rest was asked.

So what creates is asked before what reads, and a read is asked with the id that was created.
"""

from collections.abc import Sequence
from typing import NamedTuple

from s2n.s2nscanner.crawler.forms import Form
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.javascript.calls import Call
from s2n.s2nscanner.crawler.seenvalues import Need, SeenValues
from s2n.s2nscanner.http.urls import Base

MAX_HELD = 2000


class Held(NamedTuple):
    """A form, a script's call or a mere reference (the last two: a ``template``) on the page of ``entry``."""

    entry: Entry
    base: Base
    needs: tuple[Need, ...]
    template: str = ""
    call: Call | None = None
    form: Form | None = None


class Dependents:
    """Holds at most `MAX_HELD`; what does not fit is not worth waiting for."""

    def __init__(self) -> None:
        self._held: dict[tuple[object, ...], Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, held: Held) -> bool:
        """Keep ``held`` back, once however many pages have it; False where there is no room."""
        form = held.form and (repr(held.form.attributes), *(each.name for each in held.form.controls))
        key = (held.base.join(held.template), held.call, form)
        if len(self._held) >= MAX_HELD and key not in self._held:
            return False
        self._held.setdefault(key, held)
        return True

    def release(self, seen: SeenValues) -> Sequence[Held]:
        """Those whose needs are met by now; where there are none, those with the fewest needs."""
        met = {key: sum(seen.find(need) is None for need in each.needs) for key, each in self._held.items()}
        least = min(met.values(), default=0)
        return [self._held.pop(key) for key, missing in met.items() if missing == least]
