"""Lists of URLs."""

from support.apis import imported, lines


def test_urls_paths_methods_and_comments():
    text = "# mine\nhttp://site.test/a\n\n/b?x=1\nPOST http://site.test/c\nhttp://site.test/a\n"
    assert lines(imported(text)) == [
        "GET http://site.test/a",
        "GET http://site.test/b?x=1",
        "POST http://site.test/c",
    ]


def test_lines_that_are_none_and_other_sites_are_named():
    found = imported("http://site.test/a\nnot a url\nmailto:x@y\nhttp://other.test/z\n")
    assert lines(found) == ["GET http://site.test/a"]
    assert [name for name, _ in found.left_out] == ["line 2", "line 3", "GET /z"]
