from s2n.s2nscanner.oracles.formfields import forms_of


def names(text):
    return [
        (form.attributes.get("action"), [field.get("name") for field in form.inputs])
        for form in forms_of(text)
    ]


def test_each_form_has_its_inputs():
    page = "<form action=/a><input name=x><p><input name=y></p></form><input name=z><form action=/b></form>"
    assert names(page) == [("/a", ["x", "y"]), ("/b", [])]


def test_a_form_that_a_table_tears_apart():
    page = "<table><form action=/in><tr><td><input name=user></td></tr><tr><td><input type=password name=pw>"
    assert names(page) == [("/in", ["user", "pw"])]


def test_a_form_in_a_form_is_none():
    assert names("<form action=/a><input name=x><form action=/b><input name=y>") == [("/a", ["x", "y"])]


def test_the_first_of_two_attributes_counts():
    (form,) = forms_of('<form action="/a" action="/b" novalidate>')
    assert form.attributes == {"action": "/a", "novalidate": ""}


def test_what_else_is_filled_in_and_what_buttons_say():
    (form,) = forms_of(
        "<form><select name=a><option>x</select><textarea>y</textarea><button>Yes, <b>go</b></button>no"
    )
    assert (form.others, [label for label in form.labels if label]) == (
        ["select", "textarea"],
        ["Yes,", "go"],
    )
