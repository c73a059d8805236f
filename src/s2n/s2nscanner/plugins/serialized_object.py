"""Serialised object in the client's hands: the application gives away, and takes back, its own objects."""

from collections.abc import Iterator
from urllib.parse import unquote

from s2n.s2nscanner.sdk import (
    Claim,
    Confidence,
    Exchange,
    PluginInfo,
    Severity,
    left_over_of_viewstate,
    parse_html,
    recognise_serialized,
    report,
)

_LANGUAGES = {"java": "Java", "php": "PHP", "python": "Python", "dotnet": ".NET", "ruby": "Ruby"}
_VIEWSTATE_VECTOR = ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N", 5.3)


class Plugin:
    """Reads cookies that are set and hidden fields."""

    info = PluginInfo(
        id="serialized_object",
        title="Serialised object in the client's hands",
        severity=Severity.LOW,
        cwe="CWE-642",
        owasp="A08:2021",
        wstg="WSTG-INPV-11",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
        cvss_score=3.7,
        what="A cookie or a hidden field holds an object of the application's language, unsigned as far as "
        "it can be seen.",
        why="Whoever changes it changes the application's state; if it is read back without a check, often "
        "runs code.",
        fix="Keep state on the server and give the client an identifier. Where it must travel, use JSON, "
        "and sign it; in ASP.NET leave EnableViewStateMac on.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/642.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """One finding for each cookie or field of a site."""
        for place, name, value in _values(exchange):
            if name == "__VIEWSTATE":
                if left_over_of_viewstate(value) == 0:
                    yield _viewstate(exchange)
                continue
            held = recognise_serialized(unquote(value))
            if held is not None and held.kind in _LANGUAGES:
                language = _LANGUAGES[held.kind]
                how = "" if held.encoding == "plain" else f" ({held.encoding})"
                yield report(
                    exchange,
                    f"The {place} {name} holds a serialised object of {language}{how}: {value[:60]}",
                    confidence=Confidence.TENTATIVE,
                    marker=value[:60],
                    parameter=name,
                    variant=name,
                    per_site=True,
                )


def _viewstate(exchange: Exchange) -> Claim:
    vector, score = _VIEWSTATE_VECTOR
    return report(
        exchange,
        "The ViewState ends with its last value: there is no code behind it that would show a change.",
        title="ViewState without a message authentication code",
        severity=Severity.MEDIUM,
        cvss_vector=vector,
        cvss_score=score,
        confidence=Confidence.FIRM,
        marker="__VIEWSTATE",
        parameter="__VIEWSTATE",
        variant="viewstate",
        per_site=True,
    )


def _values(exchange: Exchange) -> Iterator[tuple[str, str, str]]:
    """Kind, name and value of what the client is to send back."""
    for header in exchange.response.header_all("set-cookie"):
        name, _, value = header.partition(";")[0].partition("=")
        yield "cookie", name.strip(), value.strip().strip('"')
    if exchange.response.is_html and "hidden" in exchange.response.text:
        for field in parse_html(exchange.response.text).select('input[type="hidden"]'):
            yield "hidden field", field.attr("name") or "", field.attr("value") or ""
