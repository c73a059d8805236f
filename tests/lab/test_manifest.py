import pytest

from s2n.lab.manifest import EITHER, FLAWS, PLUGINS, SAFE, label_of, score
from s2n.lab.site import ROUTES
from s2n.model import Finding, Place, Severity

CORE = {
    "xss", "sqlinjection", "oscommand", "path_traversal", "open_redirect", "security_headers", "cookie_flags",
    "sensitive_files",
}  # fmt: skip


def finding(label, **changed) -> Finding:
    path = label.path.replace("{}", label.sample).replace("*", "x")
    values = {
        "id": "1",
        "plugin": label.plugin,
        "severity": Severity.HIGH,
        "title": "t",
        "description": "d",
        "url": f"http://127.0.0.1:8000/{path.lstrip('/')}?other=1",
        "method": label.method,
        "parameter": label.parameter,
    }
    return Finding(**(values | changed))


def test_each_detection_has_flaws_and_twins():
    assert PLUGINS == CORE
    assert {label.plugin for label in FLAWS} == CORE == {label.plugin for label in SAFE}


def test_no_input_is_both_flawed_and_safe():
    places = [(label.plugin, label.method, label.path, label.parameter) for label in FLAWS + SAFE + EITHER]
    assert len(places) == len(set(places))


def test_every_label_explains_itself():
    assert all(label.variant and label.why.endswith(".") for label in FLAWS + SAFE + EITHER)


def test_every_label_has_its_page():
    assert all((label.method, label.path) in ROUTES for label in FLAWS + SAFE + EITHER if label.path != "*")


def test_finding_all_and_nothing_else_is_perfect():
    result = score([finding(label) for label in FLAWS] * 2)
    assert result.perfect
    assert result.found == FLAWS


def test_finding_nothing_misses_all():
    result = score([])
    assert (result.found, result.missed, result.false) == ((), FLAWS, ())
    assert not result.perfect


@pytest.mark.parametrize("label", SAFE, ids=lambda label: f"{label.plugin} {label.path}")
def test_a_finding_at_a_twin_is_false(label):
    false = finding(label)
    assert score([false]).false == (false,)
    assert label_of(false) == label


@pytest.mark.parametrize(
    "changed",
    [
        {"parameter": "nothing"},
        {"method": "POST"},
        {"url": "http://127.0.0.1:8000/item?id=1"},
        {"plugin": "xss"},
    ],
    ids=str,
)
def test_a_finding_somewhere_else_is_false(changed):
    flaw = next(label for label in FLAWS if label.path == "/product")
    result = score([finding(flaw, **changed)])
    assert not result.found
    assert len(result.false) == 1


@pytest.mark.parametrize("label", EITHER, ids=lambda label: f"{label.plugin} {label.path}")
def test_where_a_second_defence_holds_a_report_is_not_judged(label):
    result = score([finding(label)])
    assert (result.found, result.missed, result.false) == ((), FLAWS, ())
    assert label_of(finding(label)) == label


def test_only_the_plugins_that_ran_are_judged():
    mixed = [finding(label) for label in FLAWS if label.plugin in {"xss", "oscommand"}]
    result = score(mixed, plugins={"xss"})
    assert {label.plugin for label in result.found} == {"xss"}
    assert result.perfect


def test_detections_the_lab_knows_nothing_of_are_left_out():
    unknown = finding(FLAWS[0], plugin="custom_scan")
    assert score([unknown]).false == ()
    assert label_of(unknown) is None


@pytest.mark.parametrize("place", ["title", "evidence"])
def test_header_names_may_stand_in_the_text(place):
    missing = next(label for label in FLAWS if label.plugin == "security_headers")
    said = {"parameter": "", place: f"No {missing.parameter.lower()} header"}
    assert label_of(finding(missing, **said)) == missing


def test_a_finding_is_judged_at_each_of_its_places():
    first, second = [label for label in FLAWS if label.plugin == "xss"][:2]
    safe = next(label for label in SAFE if label.plugin == "xss")

    def at(label):
        told = finding(label)
        return Place(told.method, told.url)

    merged = finding(first, parameter=second.parameter, places=(at(second),))
    assert second in score([merged]).found
    assert [each.url for each in score([finding(first, places=(at(safe),), parameter=safe.parameter)]).false][
        -1
    ] == at(safe).url
