"""Values for the fields of a page."""

import pytest

from s2n.s2nscanner.crawler.browser.filling import filled, value_of
from support.walks import control, group


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (control("email", name="who"), "s2n@example.com"),
        (control("number", attributes={"min": "18"}), "18"),
        (control("text", attributes={"pattern": "[0-9]{4}"}), "0000"),
        (control("text", name="", attributes={"aria-label": "E-mail"}), "s2n@example.com"),
        (control("text", value="as it is"), "as it is"),
        (control("textarea", attributes={"minlength": "10"}), "s2nnnnnnnn"),
        (control("select", options=("", "one", "two")), "one"),
        (control("select", options=("one", "two"), value="two"), "two"),
        (control("select"), ""),
        (control("range", value="50", attributes={"min": "0", "max": "90"}), "1"),
        (control("range", value="1", attributes={"min": "1", "max": "9", "step": "2"}), "3"),
        (control("range", value="0", attributes={"min": "0", "step": "any"}), "1"),
        (control("date", attributes={"min": "2030-01-01"}), "2030-01-01"),
    ],
)
def test_a_field_gets_a_value_that_it_takes(field, value):
    assert value_of(field) == value


def test_all_that_is_empty_is_filled_in():
    form = group(
        control("text", ref=1),
        control("text", ref=2, value="kept"),
        control("select", ref=3, options=("", "a")),
        control("checkbox", ref=4, value="on"),
        control("textarea", ref=5),
    )
    assert [ref for ref, _ in filled(form)] == [1, 3, 4, 5]


def test_the_pages_own_fields_and_files_are_left_alone():
    form = group(
        control("hidden", ref=1),
        control("file", ref=2),
        control("text", ref=3, attributes={"readonly": ""}),
        control("text", ref=4, attributes={"disabled": ""}),
    )
    assert filled(form) == []


def test_one_of_the_radio_buttons_of_a_name_is_chosen():
    red = control("radio", name="colour", value="red", ref=1)
    blue = control("radio", name="colour", value="blue", ref=2)
    chosen = control("radio", name="size", value="s", ref=3)
    checked = control("radio", name="size", value="l", ref=4, attributes={"checked": ""})
    assert filled(group(red, blue, chosen, checked)) == [(1, "red")]
