"""Forms, control by control, as a browser would send them."""

from urllib.parse import parse_qsl

import pytest

from s2n.s2nscanner.crawler.forms import MAX_OPTIONS, MAX_TEXT, needs_of_form, show, submissions
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.seenvalues import Need, SeenValues
from s2n.s2nscanner.http.urls import Base

PAGE = "http://site.test/dir/page?old=1"


def sent(html):
    page = read_page(html)
    base = Base(Base(PAGE).join(page.base) if page.base else PAGE)
    out = []
    for form in page.forms:
        made, _ = submissions(form, base, PAGE, "BOUND", SeenValues())
        out += made
    return out


def fields(html):
    (made,) = sent(f"<form method=post>{html}</form>")
    return parse_qsl(made.body.decode(), keep_blank_values=True)


@pytest.mark.parametrize(
    ("controls", "data"),
    [
        ("<input name=a value=1>", [("a", "1")]),
        ("<input name=a>", [("a", "s2n")]),
        ("<input name=a type=nonsense>", [("a", "s2n")]),
        ("<input>", []),
        ("<input name=a type=hidden>", [("a", "")]),
        ("<input name=csrf type=hidden value='t&amp;k'>", [("csrf", "t&k")]),
        ("<input name=_charset_ type=hidden>", [("_charset_", "UTF-8")]),
        ("<input name=a disabled value=1>", []),
        ("<fieldset disabled><input name=a></fieldset><input name=b>", [("b", "s2n")]),
        ("<input name=a type=checkbox>", [("a", "on")]),
        ("<input name=a type=checkbox value=x checked>", [("a", "x")]),
        ("<input name=a type=radio value=1><input name=a type=radio value=2>", [("a", "1")]),
        ("<input name=a type=radio value=1><input name=a type=radio value=2 checked>", [("a", "2")]),
        ("<textarea name=a>\nx<b></textarea>", [("a", "x<b>")]),
        ("<textarea name=a></textarea>", [("a", "s2n")]),
        ("<select name=a><option value=1>A<option value=2 selected>B</select>", [("a", "2")]),
        ("<select name=a><option value=''>choose<option> Two  words </select>", [("a", "Two words")]),
        ("<select name=a><option disabled>1<option>2</select>", [("a", "2")]),
        ("<select name=a><optgroup disabled><option>1</optgroup><option>2</select>", [("a", "2")]),
        ("<select name=a><option selected>1<option selected>2</select>", [("a", "2")]),
        (
            "<select name=a multiple><option selected>1<option selected>2<option>3</select>",
            [("a", "1"), ("a", "2")],
        ),
        ("<select name=a></select>", []),
        ("<input name=a list=l><datalist id=l><option value=blue></datalist>", [("a", "blue")]),
        ("<input type=reset name=a value=x><button type=button name=b>", []),
        ("<input name=a value=x dirname=a.dir>", [("a", "x"), ("a.dir", "ltr")]),
        ("<input type=image name=go src=x>", [("go.x", "1"), ("go.y", "1")]),
        ("<input type=image src=x>", [("x", "1"), ("y", "1")]),
        ("<input type=submit name=go>", [("go", "Submit")]),
        ("<button name=go value=1>Go</button>", [("go", "1")]),
    ],
)
def test_controls(controls, data):
    assert fields(controls) == data


def test_repeated_passwords_agree():
    (_, first), (_, second) = fields("<input type=password name=a><input type=password name=b>")
    assert first == second


@pytest.mark.parametrize(
    ("html", "requests"),
    [
        ("<form action=/x><input name=a value=1></form>", [("GET", "http://site.test/x?a=1")]),
        ("<form action='/x?old=2#f'><input name=a value=1></form>", [("GET", "http://site.test/x?a=1")]),
        ("<form><input name=a value=1></form>", [("GET", "http://site.test/dir/page?a=1")]),
        ("<form action=''><input name=a value=1></form>", [("GET", "http://site.test/dir/page?a=1")]),
        ("<form action=/x></form>", [("GET", "http://site.test/x")]),
        ("<form method=POST action='x?k=1'><input name=a></form>", [("POST", "http://site.test/dir/x?k=1")]),
        ("<form method=post></form>", [("POST", PAGE)]),
        (
            "<form method=nonsense action=/x><input name=a value=1></form>",
            [("GET", "http://site.test/x?a=1")],
        ),
        ("<form method=dialog><input name=a></form>", []),
        ("<form action='javascript:go()'><input name=a></form>", []),
        ("<form action='mailto:a@b.test'><input name=a></form>", []),
        ("<base href=/other/><form action=x></form>", [("GET", "http://site.test/other/x")]),
        (
            "<form action=/x><input type=submit name=go value=A><input type=submit name=go value=B></form>",
            [("GET", "http://site.test/x?go=A"), ("GET", "http://site.test/x?go=B")],
        ),
        (
            "<form action=/x><button>One</button><button formaction=/y formmethod=post>Two</button></form>",
            [("GET", "http://site.test/x"), ("POST", "http://site.test/y")],
        ),
        (
            "<form id=f action=/x></form><input name=a value=1 form=f><input name=b form=other>",
            [("GET", "http://site.test/x?a=1")],
        ),
        ("<input name=lonely>", []),
        (
            "<table><form action=/x><tr><td><input name=a value=1></td></tr></form></table><input name=b>",
            [("GET", "http://site.test/x?a=1")],
        ),
        (
            "<div><form action=/x><input name=a value=1></div><input name=b value=2></form>",
            [("GET", "http://site.test/x?a=1&b=2")],
        ),
        (
            "<form action=/x><form action=/y><input name=a value=1></form>",
            [("GET", "http://site.test/x?a=1")],
        ),
        ("<!-- <form action=/x></form> -->", []),
    ],
)
def test_requests(html, requests):
    assert [(made.method, made.url) for made in sent(html)] == requests


def test_multipart_carries_a_file():
    (made,) = sent(
        "<form method=post enctype=multipart/form-data><input type=file name=f><input name=a></form>"
    )
    assert made.content_type == "multipart/form-data; boundary=BOUND"
    assert b'name="f"; filename="s2n.txt"' in made.body
    assert made.sensitive


def test_text_plain():
    (made,) = sent("<form method=post enctype=text/plain><input name=a value='1 2'></form>")
    assert (made.content_type, made.body) == ("text/plain", b"a=1 2\r\n")


@pytest.mark.parametrize(
    "html",
    [
        "<form action=/logout method=post><button>Go</button></form>",
        "<form method=post><button name=delete value=1>x</button></form>",
        "<form method=post><button>Delete</button></form>",
        "<form method=post action='/do?action=remove'><button>Go</button></form>",
        "<form id=delete-account method=post><button>Go</button></form>",
        "<form method=post><input type=submit value='Clear guestbook'></form>",
        "<form method=post><input type=hidden name=_method value=DELETE><button>x</button></form>",
        "<form method=post><input type=hidden name=action value=remove><button>x</button></form>",
        "<form method=post><input type=hidden name=delete value=1><button>x</button></form>",
        "<form><select name=do><option>Delete<option value=wipe>x</select><button>x</button></form>",
    ],
)
def test_what_destroys_is_left_out_and_counted(html):
    (form,) = read_page(html).forms
    made, left_out = submissions(form, Base(PAGE), PAGE, "B", SeenValues())
    assert (made, len(left_out)) == ([], 1)


def test_the_harmless_button_beside_it_is_pressed():
    (form,) = read_page(
        "<form><button name=b value=save>Save</button><button name=b>Delete</button></form>"
    ).forms
    made, left_out = submissions(form, Base(PAGE), PAGE, "B", SeenValues())
    assert ([each.button for each in made], len(left_out)) == (["save"], 1)


@pytest.mark.parametrize(
    ("controls", "data"),
    [
        ("<select name=a><option>Delete<option>Copy</select>", [("a", "Copy")]),
        ("<select name=a><option value=1 selected>Remove<option value=2>Copy</select>", [("a", "2")]),
        ("<input type=radio name=a value=delete checked><input type=radio name=a value=b>", [("a", "b")]),
        ("<input type=checkbox name=delete_account><input name=b value=1>", [("b", "1")]),
        ("<input type=hidden name=next value=/account/delete>", [("next", "/account/delete")]),
        ("<input type=hidden name=delete value=0>", [("delete", "0")]),
    ],
)
def test_what_destroys_is_not_chosen(controls, data):
    assert fields(controls) == data


def test_a_page_full_of_forms_is_bounded():
    page = read_page("<form><input name=a></form>" * 1000)
    assert len(page.forms) == 200


def test_fields_without_a_value_get_one_that_the_site_uses():
    seen = SeenValues()
    seen.see_url("/items/77?colour=red")
    html = (
        "<form method=post action=/items/edit><input type=hidden name=id><input type=hidden name=note>"
        "<input name=colour><input name=size value=9><select name=colour2><option>blue</select></form>"
    )
    (form,) = read_page(html).forms
    ((made,), _) = submissions(form, Base(PAGE), PAGE, "B", seen)
    assert parse_qsl(made.body.decode(), keep_blank_values=True) == [
        ("id", "77"),
        ("note", ""),
        ("colour", "red"),
        ("size", "9"),
        ("colour2", "blue"),
    ]


def test_what_a_form_shows_and_what_it_needs():
    seen = SeenValues()
    html = (
        "<form action=/orders/pay><input type=hidden name=shop_id value=5><input type=password name=p>"
        "<select name=way><option value=''>?<option value=post></select><input name=customer_id></form>"
    )
    (form,) = read_page(html).forms
    show(form, Base(PAGE), PAGE, seen)
    assert seen.find(Need("shop_id", "")) == "5"
    assert seen.find(Need("way", "")) == "post"
    assert seen.find(Need("p", "")) is None
    assert needs_of_form(form, Base(PAGE), PAGE, seen) == [Need("customer_id", "orders/pay")]
    seen.see_url("/customers/8")
    assert needs_of_form(form, Base(PAGE), PAGE, seen) == []


def test_a_disabled_fieldset_ends_with_its_tag():
    page = "<fieldset disabled><fieldset><input name=a></fieldset></fieldset><input name=b value=1>"
    assert fields(page) == [("b", "1")]


def test_lists_and_texts_have_an_end():
    (form,) = read_page(
        f"<form><select name=a>{'<option>x' * (MAX_OPTIONS + 9)}</select><textarea name=b>{'<b>' * MAX_TEXT}"
    ).forms
    assert (len(form.controls[0].options), len(form.controls[1].text)) == (MAX_OPTIONS, MAX_TEXT)
