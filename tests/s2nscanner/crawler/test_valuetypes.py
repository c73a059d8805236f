import pytest

from s2n.model.site import ValueType
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.valuetypes import MAX_CHOICES, Hint, hints_of, type_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("17", ValueType.INTEGER),
        ("-3", ValueType.INTEGER),
        ("0", ValueType.INTEGER),
        ("007", ValueType.STRING),
        ("1.5", ValueType.NUMBER),
        ("1.", ValueType.STRING),
        ("12345678901234567890", ValueType.STRING),
        ("true", ValueType.BOOLEAN),
        ("True", ValueType.STRING),
        ("2026-01-31", ValueType.DATE),
        ("2026-13-01", ValueType.STRING),
        ("2026-01-31T10:00:00Z", ValueType.DATE_TIME),
        ("2026-01-31 10:00", ValueType.DATE_TIME),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", ValueType.UUID),
        ("0f8fad5b-d9cb-469f-a165", ValueType.STRING),
        ("ann@site.test", ValueType.EMAIL),
        ("ann@site", ValueType.STRING),
        ("https://site.test/a?b", ValueType.URL),
        ("ftp://site.test/", ValueType.STRING),
        ("tea", ValueType.STRING),
        ("", ValueType.STRING),
    ],
)
def test_the_type_of_a_value(value, kind):
    assert type_of(value) is kind


@pytest.mark.parametrize(("value", "kind"), [("17", ValueType.STRING), ("true", ValueType.STRING)])
def test_a_number_in_quotes_is_a_text(value, kind):
    assert type_of(value, quoted=True) is kind
    assert type_of("2026-01-31", quoted=True) is ValueType.DATE


def hints(markup):
    (form,) = read_page(f"<form>{markup}</form>").forms
    return hints_of(form)


def choice(*choices, required=False):
    return Hint(ValueType.ENUM, choices, required)


@pytest.mark.parametrize(
    ("markup", "hint"),
    [
        ("<input name=a>", Hint()),
        ("<input name=a required>", Hint(required=True)),
        ("<input name=a type=number>", Hint(ValueType.INTEGER)),
        ("<input name=a type=range step=5>", Hint(ValueType.INTEGER)),
        ("<input name=a type=number step=0.01>", Hint(ValueType.NUMBER)),
        ("<input name=a type=number step=any>", Hint(ValueType.NUMBER)),
        ("<input name=a type=date>", Hint(ValueType.DATE)),
        ("<input name=a type=datetime-local>", Hint(ValueType.DATE_TIME)),
        ("<input name=a type=email>", Hint(ValueType.EMAIL)),
        ("<input name=a type=url>", Hint(ValueType.URL)),
        ("<input name=a type=password required>", Hint(ValueType.PASSWORD, required=True)),
        ("<input name=a type=file>", Hint(ValueType.FILE)),
        ("<input name=a type=checkbox>", Hint(ValueType.BOOLEAN)),
        ("<input name=a type=checkbox value=Yes>", Hint(ValueType.BOOLEAN)),
        ("<input name=a type=checkbox value=tea>", Hint(ValueType.ENUM, ("tea",))),
        ("<input name=a type=checkbox value=1><input name=a type=checkbox value=2>", choice("1", "2")),
        (
            "<input name=a type=radio value=x required><input name=a type=radio value=y>",
            choice("x", "y", required=True),
        ),
        ("<select name=a><option value=''>Choose<option value=x>X<option>Y</select>", choice("x", "Y")),
        ("<select name=a><option value=x disabled>X</select>", Hint()),
        ("<select name=a></select>", Hint()),
        ("<textarea name=a></textarea>", Hint()),
    ],
)
def test_what_a_control_says(markup, hint):
    assert hints(markup) == {"a": hint}


def test_a_long_list_is_no_choice():
    options = "".join(f"<option>{n}" for n in range(MAX_CHOICES + 1))
    assert hints(f"<select name=a>{options}</select>") == {"a": Hint()}
    fewer = "".join(f"<option>{n}" for n in range(MAX_CHOICES))
    assert hints(f"<select name=a>{fewer}</select>")["a"].type is ValueType.ENUM


def test_controls_without_a_name_say_nothing():
    assert hints("<input type=email><button>Go</button>") == {}
