import pytest

from s2n.model import Location, Request
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.http.uploads import File, file_at, with_file

BODY = (
    '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nA cat\r\n'
    '--b\r\nContent-Disposition: form-data; name="pic"; filename="cat.png"\r\n'
    "Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\nxx\r\n"
    '--b\r\nContent-Disposition: form-data; name="pic"; filename="dog.png"\r\n\r\nwoof\r\n'
    "--b--\r\n"
)
REQUEST = Request.from_url(
    "http://site.test/up",
    "POST",
    (("Content-Type", "multipart/form-data; boundary=b"),),
    BODY.encode("latin-1"),
)
CAT, DOG = (point for point in points_of(REQUEST) if point.location is Location.FILENAME)


def test_the_file_of_a_point():
    assert file_at(CAT) == File("cat.png", "image/png", b"\x89PNG\r\n\r\nxx")
    assert file_at(DOG) == File("dog.png", "", b"woof")


@pytest.mark.parametrize("point", [CAT, DOG])
def test_another_file_and_nothing_else(point):
    file = File('a"b.php', "text/x", b"<?php\r\n\r\n?>\xff")
    changed = with_file(point, file)
    files = [file_at(found) for found in points_of(changed) if found.location is Location.FILENAME]
    read = File("a%22b.php", "text/x", file.content)
    assert files == [read if other is point else file_at(other) for other in (CAT, DOG)]
    assert [found.value for found in points_of(changed) if found.name == "title"] == ["A cat"]
    assert changed.headers == REQUEST.headers


def test_the_same_file_is_the_same_request():
    assert with_file(CAT, file_at(CAT)) == REQUEST


def test_only_file_names_hold_files():
    title = next(point for point in points_of(REQUEST) if point.name == "title")
    with pytest.raises(ValueError, match="names no file"):
        file_at(title)
    with pytest.raises(ValueError, match="boundary"):
        with_file(CAT, File("x", "y", b"\r\n--b--"))
