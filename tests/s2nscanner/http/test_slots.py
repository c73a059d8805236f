from urllib.parse import parse_qsl, unquote, unquote_to_bytes

import pytest

from s2n.s2nscanner.http.slots import (
    Slot,
    cookie_slots,
    from_octets,
    header_slot,
    pair_slots,
    path_slots,
    query_slots,
    to_octets,
    unescape,
)

NASTY = "a'\"<>&=#+;, %41%zz/\\?\r\n\té漢\U0001f600"


def facts(slots):
    return [(slot.name, slot.value) for slot in slots]


def in_place(text, slot, value, **options):
    return text[: slot.start] + slot.lead + slot.written(value, **options) + text[slot.end :]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a&b=", [("a", ""), ("b", "")]),
        ("a=b=c", [("a", "b=c")]),
        ("&&a=1&", [("a", "1")]),
        ("=v", [("", "v")]),
        ("a%5B0%5D=x+y%2B", [("a[0]", "x y+")]),
        ("q=%E9", [("q", "é")]),
        ("q=%C3%A9", [("q", "é")]),
        ("q=%zz%4", [("q", "%zz%4")]),
        ("", []),
    ],
)
def test_pairs(query, expected):
    assert facts(pair_slots(query)) == expected


@pytest.mark.parametrize("query", ["a=1&b=2&c", "a=1&a=2", "x&y=%20&z=+", "=v&k="])
def test_a_pair_is_written_so_that_a_form_reader_gets_it_back(query):
    before = parse_qsl(query, keep_blank_values=True)
    for number, slot in enumerate(pair_slots(query)):
        after = parse_qsl(in_place(query, slot, NASTY), keep_blank_values=True)
        assert after == [(n, NASTY if i == number else v) for i, (n, v) in enumerate(before)]


def test_bytes_that_are_no_utf8_stay_in_their_encoding():
    (slot,) = pair_slots("q=caf%E9")
    assert slot.value == "café"
    assert slot.written("café'") == "caf%E9%27"
    assert slot.written("漢") == "%E6%BC%A2"


def test_a_bare_word_is_a_parameter_and_the_whole_query():
    assert facts(query_slots("/p?word")) == [("word", ""), ("?", "word")]
    named, whole = query_slots("/p?word")
    assert in_place("/p?word", named, "x y") == "/p?word=x%20y"
    assert in_place("/p?word", whole, "x y") == "/p?x%20y"


@pytest.mark.parametrize("target", ["/p", "/p?", "/p?a=1"])
def test_other_queries_are_no_bare_word(target):
    assert "?" not in [slot.name for slot in query_slots(target)]


def test_only_the_first_question_mark_begins_the_query():
    assert facts(query_slots("/p?a=b?c&d=1")) == [("a", "b?c"), ("d", "1")]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/user/17/edit", [("2", "17"), ("3", "edit")]),
        ("/a/550e8400-e29b-41d4-a716-446655440000", [("2", "550e8400-e29b-41d4-a716-446655440000")]),
        ("/mail/me@shop.example", [("2", "me@shop.example")]),
        ("//x//7/", [("4", "7")]),
        ("/tag/caf%C3%A9?id=3", [("2", "café")]),
        ("/files/%2e%2e%2fx", [("2", "../x")]),
        ("/blog/first-post", [("2", "first-post")]),
        ("/blog/first-post/", [("2", "first-post")]),
        ("/api/v1/users", [("3", "users")]),
    ],
)
def test_path_segments_that_look_like_values(target, expected):
    assert facts(path_slots(target)) == expected


@pytest.mark.parametrize(
    "target", ["/", "/about", "/about/", "/api/v1/", "/img/logo2.png", "/a/page2.php", "*", "http://h/x/1"]
)
def test_path_segments_that_do_not(target):
    assert path_slots(target) == []


@pytest.mark.parametrize("value", ["a/b", "../x", "..", ".", "a?b#c", "x y", NASTY])
def test_a_segment_stays_one_segment(value):
    target = "/user/17/edit?x=1"
    slot = path_slots(target)[0]
    path, _, query = in_place(target, slot, value).partition("?")
    assert query == "x=1"
    assert [unquote(part) for part in path.split("/")] == ["", "user", value, "edit"]
    assert path.split("/")[2] not in {".", ".."}


def test_raw_goes_out_as_it_stands():
    (slot,) = path_slots("/user/17")
    assert in_place("/user/17", slot, "../%2e\xff", raw=True) == "/user/../%2e\xff"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("a=1; b=2", [("a", "1"), ("b", "2")]),
        ("a=1;b=x=y", [("a", "1"), ("b", "x=y")]),
        ('a="q r"; b=', [("a", "q r"), ("b", "")]),
        ("flag; a=b%20c", [("a", "b c")]),
        ("a = 1 ; =x", [("a", "1")]),
    ],
)
def test_cookies(header, expected):
    assert facts(cookie_slots(header)) == expected


def test_a_cookie_value_cannot_break_out():
    header = 'x=1; s="abc"; y=2'
    slot = cookie_slots(header)[1]
    changed = in_place(header, slot, NASTY)
    assert facts(cookie_slots(changed)) == [("x", "1"), ("s", NASTY), ("y", "2")]
    assert changed.isascii()
    assert "'" in changed, "what may stand bare does: many servers do not decode"


def test_a_header_value_keeps_to_its_line():
    slot = header_slot("X", "old")
    assert slot.written("a\r\nb\x00\t'<é") == "a%0D%0Ab%00\t'<\xc3\xa9"
    assert slot.written("a\r\nb", raw=True) == "a\r\nb"


@pytest.mark.parametrize("value", ["plain", "é", "漢", "\udcff"])
def test_octets_are_bytes(value):
    assert to_octets(value).encode("latin-1") == value.encode("utf-8", "surrogatepass")


def test_octets_in_latin1_where_possible():
    assert to_octets("é", latin=True) == "\xe9"
    assert to_octets("漢", latin=True) == "漢".encode().decode("latin-1")
    assert from_octets("\xc3\xa9") == ("é", False)
    assert from_octets("\xe9") == ("\xe9", True)


def test_unescape_any_byte():
    for byte in range(256):
        text, latin = unescape(f"%{byte:02x}")
        assert text == chr(byte)
        assert latin is (byte > 127)
        assert unquote_to_bytes(Slot("", text, 0, 0, "url", latin=latin).written(text)) == bytes([byte])
