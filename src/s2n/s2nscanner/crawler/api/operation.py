"""What a description or a recording names: requests ready to be sent, and what of it cannot be."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from s2n.model import Request, split_url
from s2n.s2nscanner.crawler.api.access import Access

MAX_NAMED = 5
"""Operations that a message names one by one."""


class Operation(Struct, frozen=True, kw_only=True):
    """A named request with valid values.

    ``template`` is its path with ``{name}`` where ``values`` stand; those of ``guessed`` were made up, so
    that an id the target hands out is the better value. ``harmful``: it deletes, or ends the session.
    ``reads``: it promises to change nothing. ``source`` is where it is described, ``page`` the page with
    the form that makes it.
    """

    name: str
    request: Request
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    harmful: bool = False
    reads: bool = False
    source: str = ""
    page: Request | None = None

    def filled(self, values: Mapping[str, str]) -> "Operation":
        """This operation with other ``values`` in its path."""
        both = {**self.values, **values}
        path = expand(self.template, both)
        _, mark, query = self.request.target.partition("?")
        request = replace(self.request, target=f"{path}{mark}{query}")
        return replace(self, request=request, values=both, guessed=self.guessed - values.keys())


class Imported(Struct):
    """The operations of one source; ``left_out`` gives the reason for each that cannot be asked."""

    operations: list[Operation] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say ``text`` once."""
        if text not in self.notes:
            self.notes.append(text)

    def omissions(self) -> str:
        """What was left out and why, by reason, for a message; empty when nothing was."""
        by_reason: dict[str, list[str]] = {}
        for name, reason in self.left_out:
            by_reason.setdefault(reason, []).append(name)
        parts = []
        for reason, names in by_reason.items():
            more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
            parts.append(f"{', '.join(names[:MAX_NAMED])}{more}: {reason}")
        return "; ".join(parts)


class Ground(Struct, frozen=True, kw_only=True):
    """Where a source is read.

    ``location``: the URL it came from, empty for a file. ``shelf``: the URL in whose place a file stands, if
    others came with it.
    """

    target: Request
    allows: Callable[[Request | str], bool]
    access: Access = Access()
    location: str = ""
    shelf: str = ""

    @property
    def place(self) -> str:
        """What references to other documents are resolved against; empty where there are none."""
        return self.location or self.shelf

    @property
    def base(self) -> str:
        """What relative URLs are resolved against."""
        return self.location or self.target.url

    def keep(self, imported: Imported, operation: Operation) -> None:
        """Take ``operation``, if it may be asked."""
        if self.allows(operation.request):
            imported.operations.append(operation)
        else:
            origin = operation.request.origin
            reason = (
                "--exclude or --scope rules it out"
                if self.allows(f"{origin}/")
                else f"{origin} is out of scope"
            )
            imported.left_out.append((operation.name, reason))

    def inside(self, url: str, imported: Imported, what: str) -> str:
        """``url`` if it is in scope, else its path on the target's origin, which ``imported`` notes."""
        if self.allows(url):
            return url
        origin, path = split_url(url)
        imported.note(f"the {what} {origin} is out of scope: its requests go to {self.target.origin} instead")
        return f"{self.target.origin}{path}"


def expand(template: str, values: Mapping[str, str]) -> str:
    """``/a/{id}`` → ``/a/17``, percent-encoded; what has no value stays."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def segment(value: str) -> str:
    """``value`` as one path segment."""
    return quote(value, safe="!$&'()*+,;=:@~-._")
