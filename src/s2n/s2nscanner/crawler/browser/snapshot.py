"""What a page's own document tells of its state, and of what can be done on it (snapshot.js)."""

from msgspec import Struct
from msgspec.structs import replace


class Control(Struct, frozen=True):
    """A field as it stands in the page. ``kind``: an input's type, ``select``, ``textarea``, another tag."""

    ref: int
    kind: str
    name: str
    attributes: dict[str, str]
    options: tuple[str, ...]
    value: str


class Group(Struct, frozen=True):
    """A form (``real``), or the fields beside a button that serve as one.

    ``sensitive``: a password or a file is among them.
    """

    ref: int
    path: int
    real: bool
    sensitive: bool
    method: str
    action: str
    texts: tuple[str, ...]
    controls: tuple[Control, ...]


class Candidate(Struct, frozen=True):
    """An element and one way to act on it.

    ``kind``: ``click``, ``submit``, ``link`` (an anchor to another document that a script may handle),
    ``hover``, ``dblclick``, ``contextmenu``, ``type``, ``check``, ``select`` or ``key``. ``path`` names its
    place in whichever state of the page, ``label`` what a person would call it, ``nth`` tells apart those
    with the same of both. ``code`` is a hash of its listeners, ``does`` one of its label and attributes as
    well. ``presses``: it is a button. ``texts`` and ``url`` are what it says of danger. ``frame``: which
    frame it is in.
    """

    ref: int
    kind: str
    path: int
    label: str
    nth: int
    code: int
    does: int
    hidden: bool
    presses: bool
    group: int
    texts: tuple[str, ...]
    url: str
    control: Control | None
    keys: tuple[str, ...]
    frame: int = 0


class Snapshot(Struct, frozen=True):
    """A page's state. ``born`` tells one document from the next.

    ``looks`` and ``fines`` are hashes of its structure without and with the classes; ``words`` and ``offers``
    of its headings and of what its elements do, each with the place where; ``content`` of all its text (see
    snapshot.js). ``step``: its place in the tab's history, -1 where nobody knows. ``foreign``: frames of
    another origin are in it. ``cut``: it has more elements than were looked at. ``secret``: a password or a
    file is asked for outside of forms.
    """

    url: str
    born: float
    looks: frozenset[int]
    fines: frozenset[int]
    words: frozenset[tuple[int, int]]
    offers: frozenset[tuple[int, int]]
    content: int
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    scrolls: bool
    foreign: bool
    cut: bool
    secret: bool
    step: int = -1

    @property
    def is_web(self) -> bool:
        """Is it a document of a site, and not the browser's own?"""
        return self.url.startswith(("http://", "https://"))

    def joined(self, inner: "Snapshot", frame: int) -> "Snapshot":
        """With what stands in one more frame, which is number ``frame``."""
        first = len(self.groups)
        candidates = tuple(
            replace(each, frame=frame, group=each.group + first if each.group >= 0 else -1)
            for each in inner.candidates
        )
        return replace(
            self,
            looks=self.looks | inner.looks,
            fines=self.fines | inner.fines,
            words=self.words | inner.words,
            offers=self.offers | inner.offers,
            candidates=self.candidates + candidates,
            groups=self.groups + inner.groups,
            cut=self.cut or inner.cut,
        )
