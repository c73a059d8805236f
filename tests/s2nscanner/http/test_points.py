import pytest
from msgspec.structs import replace

from s2n.model import Location, Request
from s2n.s2nscanner.http.points import (
    PLAUSIBLE_HEADERS,
    InputPoint,
    append,
    extend_name,
    header_points,
    inject,
    points_of,
    replace_literal,
)

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
MULTIPART = (("Content-Type", "multipart/form-data; boundary=B0"),)
PARTS = (
    b'--B0\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n'
    b'--B0\r\nContent-Disposition: form-data; name="up"; filename="f.txt"\r\n\r\nDATA\r\n--B0--\r\n'
)


def get(target, headers=()):
    return replace(Request.from_url("http://h/", headers=headers), target=target)


def post(headers, body):
    return Request.from_url("http://h/p?q=1", "POST", headers, body)


REQUESTS = {
    "query": get("/a/../%2e/x?a=1&b&a=%E9+%zz&c="),
    "odd target": get("/ü?<a>=\"'&&=;b&x=\xff"),
    "bare": get("/?word"),
    "path": get("/u/17/%41b1/.."),
    "cookies": get("/", (("X-Id", "7"), ("cookie", 'a=1; b="x y"; c=%2F'), ("Cookie", "a=2"))),
    "form": post(FORM, b"a=1&b=%26&a=+&\xff=\xfe"),
    "json": post(JSON, b' {"a" : 1, "b":["x", {"c.d" : null}], "a":"\\u00e9\\n" }'),
    "json scalar": post(JSON, b'"x"'),
    "xml": post((("content-type", "text/xml"),), b"<a b='1'><c>&lt;&e;</c><c/><c></c></a>"),
    "multipart": post(MULTIPART, PARTS),
}
VALUES = [
    "",
    "x",
    "7",
    "a b",
    "'\"<>&=#+;,%",
    "é漢",
    "\r\n\x00\t",
    "--B0",
    "\r\n--B0--\r\n",
    "../..",
    "]]>",
    "\\",
]


def facts(request):
    return [(p.location, p.name, p.value, p.index) for p in points_of(request)]


def every_point(without=""):
    return [
        pytest.param(point, id=f"{name}-{point.name}-{point.index}")
        for name, request in REQUESTS.items()
        if name != without
        for point in points_of(request)
    ]


@pytest.mark.parametrize("point", every_point())
def test_the_same_value_leaves_every_byte(point):
    assert inject(point, point.value) == point.request


# (a bare word is a parameter and the whole query at once: that changes what the other one is)
@pytest.mark.parametrize("point", every_point(without="bare"))
@pytest.mark.parametrize("value", VALUES)
def test_an_injected_value_is_found_again_and_nothing_else_changes(point, value):
    changed = inject(point, value)
    before, after = facts(point.request), facts(changed)
    place = before.index((point.location, point.name, point.value, point.index))
    if point.location is Location.PATH and value in {"", "x", "../..", "]]>", "\\", "--B0"}:
        del before[place]  # no longer looks like a value
        assert [f for f in after if f[0] is not Location.PATH] == [
            f for f in before if f[0] is not Location.PATH
        ]
        return
    expected = value
    if point.location is Location.HEADER:
        expected = value.replace("\r", "%0D").replace("\n", "%0A").replace("\x00", "%00")
    if point.location is Location.FILENAME:
        expected = value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    assert after[place][2] == expected
    assert after[:place] + after[place + 1 :] == before[:place] + before[place + 1 :]


@pytest.mark.parametrize("point", every_point())
@pytest.mark.parametrize("value", ["x y", "\xff\x00%", "漢"])
def test_raw_stands_as_it_is(point, value):
    changed = inject(point, value, raw=True)
    try:
        octets = value.encode("latin-1")
    except UnicodeEncodeError:
        octets = value.encode()
    wire = changed.target + "".join(v for _, v in changed.headers) + changed.body.decode("latin-1")
    assert octets.decode("latin-1") in wire


@pytest.mark.parametrize("point", every_point())
def test_append_keeps_the_bytes_that_are_there(point):
    changed = append(point, "9")
    assert (point.value + "9") in [p.value for p in points_of(changed)] + [changed.target.partition("?")[2]]
    texts = [
        (point.request.target, changed.target),
        (point.request.body.decode("latin-1"), changed.body.decode("latin-1")),
        *((a[1], b[1]) for a, b in zip(point.request.headers, changed.headers, strict=True)),
    ]
    ((old, new),) = [pair for pair in texts if pair[0] != pair[1]]
    assert len(new) - len(old) in {1, 2, 3}, "the suffix alone, its = or a null's quotes"


def test_append_leaves_odd_encodings_alone():
    (point,) = points_of(get("/?a=%7e+%zz"))
    assert append(point, "'").target == "/?a=%7e+%zz%27"
    assert append(point, "%27", raw=True).target == "/?a=%7e+%zz%27"


def test_points_come_in_wire_order():
    request = Request.from_url("http://h/u/5?a=1", "POST", (("X-One", "1"), ("Cookie", "c=2"), *FORM), b"f=3")
    assert facts(request) == [
        ("path", "2", "5", 0),
        ("query", "a", "1", 0),
        ("header", "X-One", "1", 0),
        ("cookie", "c", "2", 0),
        ("form", "f", "3", 0),
    ]


def test_same_names_are_told_apart():
    first, second = points_of(get("/?a=1&a=2"))
    assert (first.index, second.index) == (0, 1)
    assert inject(first, "x").target == "/?a=x&a=2"
    assert inject(second, "x").target == "/?a=1&a=x"


def test_cookies_of_two_headers_are_told_apart():
    points = [p for p in points_of(REQUESTS["cookies"]) if p.name == "a"]
    assert inject(points[1], "z").headers[2] == ("Cookie", "a=z")


def test_framing_and_session_headers_are_no_points():
    names = ["Host", "content-length", "Content-Type", "Connection", "Transfer-Encoding", "Authorization"]
    assert points_of(get("/", tuple((name, "1") for name in names))) == []


def test_plausible_headers_are_points_only_when_asked_for():
    request = get("/", (("referer", "http://h/"),))
    assert facts(request) == [("header", "referer", "http://h/", 0)]
    points = header_points(request)
    assert [p.name for p in points] == [n for n in PLAUSIBLE_HEADERS if n != "Referer"]
    assert inject(points[0], "x\r\ny").headers[-1] == (points[0].name, "x%0D%0Ay")
    assert inject(points[0], "") == request
    assert append(points[0], "x").headers[-1] == (points[0].name, "x")


def test_a_json_value_can_change_its_type():
    points = {p.name: p for p in points_of(post(JSON, b'{"u": "x", "n": 1}'))}
    assert replace_literal(points["u"], '{"$ne": null}').body == b'{"u": {"$ne": null}, "n": 1}'
    assert replace_literal(points["n"], "[2]").body == b'{"u": "x", "n": [2]}'


def test_a_value_with_the_boundary_gets_a_new_boundary():
    point = next(p for p in points_of(REQUESTS["multipart"]) if p.name == "a")
    changed = inject(point, "x\r\n--B0\r\ny")
    assert changed.header("content-type") == "multipart/form-data; boundary=B0x"
    assert [p.value for p in points_of(changed)] == ["1", "x\r\n--B0\r\ny", "f.txt"]
    assert changed.body.endswith(b"DATA\r\n--B0x--\r\n")


def test_a_harmless_value_keeps_the_boundary():
    point = next(p for p in points_of(REQUESTS["multipart"]) if p.name == "a")
    assert inject(point, "B0").headers == REQUESTS["multipart"].headers


@pytest.mark.parametrize("body", [b"{", b'{"a":}', b"\xff\xfe", b""])
def test_an_unreadable_body_has_no_points(body):
    assert [p.location for p in points_of(post(JSON, body))] == [Location.QUERY]


def test_a_point_that_is_not_there():
    with pytest.raises(ValueError, match="no query point 'zz'"):
        inject(InputPoint(get("/?a=1"), Location.QUERY, "zz"), "x")
    with pytest.raises(ValueError, match="number 1"):
        inject(InputPoint(get("/?a=1"), Location.QUERY, "a", index=1), "x")


def test_a_name_can_be_extended():
    query = {p.name: p for p in points_of(get("/?a=1&b=2&c"))}
    assert extend_name(query["a"], {"[$ne]": "x y"}).target == "/?a[$ne]=x%20y&b=2&c"
    assert extend_name(query["c"], {"[$ne]": "3"}).target == "/?a=1&b=2&c[$ne]=3"
    form = points_of(post((("Content-Type", "application/x-www-form-urlencoded"),), b"a=1&a=2"))
    second = next(p for p in form if p.location is Location.FORM and p.index == 1)
    assert extend_name(second, {"[]": "z", "[x]": "y"}).body == b"a=1&a[]=z&a[x]=y"


def test_only_names_of_pairs_can_be_extended():
    json_point = next(p for p in points_of(post(JSON, b'{"u": "x"}')) if p.name == "u")
    bare = points_of(get("/?word"))[-1]
    for point in (json_point, bare):
        with pytest.raises(ValueError, match="cannot be extended"):
            extend_name(point, {"[$ne]": "x"})
