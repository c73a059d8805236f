"""Which controls order something to be destroyed, whatever is chosen."""

import pytest

from s2n.s2nscanner.crawler.controls import Control, Form, Option, destroys, is_order, option_value, orders


def control(kind, name, value=None, *options):
    attributes = {} if value is None else {"value": value}
    return Control(kind, name, attributes, options=[Option(each) for each in options])


@pytest.mark.parametrize(
    "made",
    [
        control("hidden", "_method", "DELETE"),
        control("hidden", "action", "remove"),
        control("hidden", "delete", "17"),
        control("select", "do", None, "delete", "wipe"),
    ],
)
def test_orders(made):
    assert orders(made)


@pytest.mark.parametrize(
    "made",
    [
        control("hidden", "_method", "PUT"),
        control("hidden", "delete", "0"),
        control("hidden", "delete"),
        control("hidden", "next", "/account/delete"),
        control("text", "q", "delete"),
        control("checkbox", "delete"),
        control("select", "do", None, "delete", "copy"),
        control("select", "do"),
    ],
)
def test_no_orders(made):
    assert not orders(made)


def test_choices():
    assert destroys(control("checkbox", "remove_picture"))
    assert not destroys(control("checkbox", "remember"))
    assert is_order(Option("3", text="Delete"))
    assert not is_order(Option("3", text="Copy"))
    assert option_value(Option(None, text=" two  words ")) == "two words"


def test_forms_look_alike_by_their_fields_and_choices():
    def form(action, *options, kind="select"):
        choices = [Option(None, text=text) for text in options]
        return Form({"action": action}, [Control(kind, "lang", {}, options=choices)]).look

    assert form("/a", "en", "de") == form("/b", "en", " de ")
    assert len({form("/a", "en", "de"), form("/a", "en"), form("/a", "en", "de", kind="text")}) == 3
