"""What a scan of the lab should find, what it must not, and how well one did."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace

from s2n.lab.app import ANY_PATH, Label
from s2n.lab.site import FAMILIES
from s2n.model import Finding, split_url

_LABELS = tuple(label for family in FAMILIES for label in family.labels)

FLAWS: tuple[Label, ...] = tuple(label for label in _LABELS if label.flawed)
"""Every planted flaw."""

SAFE: tuple[Label, ...] = tuple(label for label in _LABELS if label.flawed is False)
"""Every twin and trap: a finding there is false."""

EITHER: tuple[Label, ...] = tuple(label for label in _LABELS if label.flawed is None)
"""Where a report is as right as silence: neither found, nor missed, nor false."""

PLUGINS: frozenset[str] = frozenset(label.plugin for label in FLAWS + SAFE)
"""The detections the lab can judge."""


class Score(Struct, frozen=True):
    """Planted flaws ``found`` and ``missed``, and the findings that no planted flaw explains."""

    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    false: tuple[Finding, ...]

    @property
    def perfect(self) -> bool:
        """Everything was found, and nothing else."""
        return not self.missed and not self.false


def matches(label: Label, finding: Finding) -> bool:
    """Is ``finding`` about ``label``: same plugin, method, path, and parameter where the label has one?"""
    if label.plugin != finding.plugin:
        return False
    path = split_url(finding.url)[1].partition("?")[0]
    if not label.covers(finding.method, path):
        return False
    if label.path == ANY_PATH or label.location is None:
        return label.parameter.lower() in f"{finding.parameter} {finding.title} {finding.evidence}".lower()
    return label.parameter.lower() == finding.parameter.lower()


def label_of(finding: Finding) -> Label | None:
    """What is known of the input (or page, or site) that ``finding`` is about."""
    return next((label for label in _LABELS if matches(label, finding)), None)


def _at_each_place(finding: Finding) -> list[Finding]:
    return [finding, *(replace(finding, method=each.method, url=each.url) for each in finding.places)]


def score(findings: Iterable[Finding], plugins: Collection[str] = PLUGINS) -> Score:
    """Hold ``findings`` against the planted flaws of ``plugins``; other plugins' findings are left out."""
    judged = [
        each
        for finding in findings
        if finding.plugin in PLUGINS and finding.plugin in plugins
        for each in _at_each_place(finding)
    ]
    wanted = [label for label in FLAWS if label.plugin in plugins]
    found = tuple(label for label in wanted if any(matches(label, finding) for finding in judged))
    return Score(
        found=found,
        missed=tuple(label for label in wanted if label not in found),
        false=tuple(
            finding for finding in judged if not any(matches(label, finding) for label in FLAWS + EITHER)
        ),
    )
