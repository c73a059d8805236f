"""One cause, one finding: what another finding at the same place explains is told with it."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from s2n.model import Finding, PluginInfo, split_url


def merged(findings: Sequence[Finding], infos: Mapping[str, PluginInfo]) -> list[Finding]:
    """``findings`` without mere consequences of others (`PluginInfo.implies`), which name them instead."""
    causes = [each for each in findings if each.plugin in infos and infos[each.plugin].implies]
    explained: dict[int, Finding] = {}
    for finding in findings:
        for cause in causes:
            if finding.plugin in infos[cause.plugin].implies and _same_place(cause, finding):
                explained[id(finding)] = cause
                break
    told: dict[int, list[str]] = {}
    for finding in findings:
        if id(finding) in explained:
            text = f"{finding.title} ({finding.plugin}, {finding.severity.value})"
            told.setdefault(id(explained[id(finding)]), []).append(text)
    return [
        replace(each, consequences=tuple(told[id(each)])) if id(each) in told else each
        for each in findings
        if id(each) not in explained
    ]


def _same_place(one: Finding, other: Finding) -> bool:
    """The same input; where both concern the whole origin, their pages are only examples."""
    if (one.parameter.lower(), one.location) != (other.parameter.lower(), other.location):
        return False
    (origin, target), (its_origin, its_target) = split_url(one.url), split_url(other.url)
    if origin != its_origin:
        return False
    if one.per_site and other.per_site:
        return bool(one.parameter)
    return (one.method, target.partition("?")[0]) == (other.method, its_target.partition("?")[0])
