"""Files of curl commands."""

import pytest

from support.apis import imported, lines

URL = "http://site.test/a"


def one(command):
    (made,) = imported(f"curl {command}").operations
    return made.request


@pytest.mark.parametrize(
    ("command", "method", "target", "body"),
    [
        (f"{URL}", "GET", "/a", b""),
        (f"-sSkL --compressed -o /dev/null {URL}", "GET", "/a", b""),
        (f"-X PUT {URL}", "PUT", "/a", b""),
        (f"-XPATCH {URL}", "PATCH", "/a", b""),
        (f"-I {URL}", "HEAD", "/a", b""),
        (f"--url {URL} -d a=1 -d b=2", "POST", "/a", b"a=1&b=2"),
        (f"--url={URL} --data=a=1", "POST", "/a", b"a=1"),
        (f"-G {URL}?z=0 -d a=1", "GET", "/a?z=0&a=1", b""),
        (f"{URL} --data-urlencode 'q=a b&c'", "POST", "/a", b"q=a%20b%26c"),
        (f'{URL} --data-raw $\'{{"a":"it\\\'s"}}\'', "POST", "/a", b'{"a":"it\'s"}'),
        (f"{URL} --data-raw '@me'", "POST", "/a", b"@me"),
        (f"{URL} -d 'a\nb'", "POST", "/a", b"ab"),
        (f"{URL} --data-binary 'a\nb'", "POST", "/a", b"a\nb"),
        ("site.test/b", "GET", "/b", b""),
        (f"-m 5 --retry 2 -x http://proxy:1 {URL}", "GET", "/a", b""),
    ],
)
def test_commands(command, method, target, body):
    request = one(command)
    assert (request.method, request.target, request.body) == (method, target, body)


@pytest.mark.parametrize(
    ("command", "headers"),
    [
        (f"{URL} -H 'X-A: 1' -H 'Host: other' -H 'Empty:'", {"X-A": "1"}),
        (f"{URL} -u me:pw", {"Authorization": "Basic bWU6cHc="}),
        (f"{URL} --oauth2-bearer T", {"Authorization": "Bearer T"}),
        (f"{URL} -b 's=1; t=2'", {"Cookie": "s=1; t=2"}),
        (f"{URL} -b jar.txt", {}),
        (f"{URL} -e http://r.test/", {"Referer": "http://r.test/"}),
        (f"{URL} -d a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        (f"{URL} -d '{{}}' -H 'content-type: application/json'", {"content-type": "application/json"}),
        (f"{URL} --json '{{}}'", {"Content-Type": "application/json", "Accept": "application/json"}),
    ],
)
def test_headers(command, headers):
    assert dict(one(command).headers) == headers


def test_a_form():
    request = one(f"{URL} -F 'note=x;type=text/plain' -F 'pic=@a.png;type=image/png' --form-string 's=@x'")
    assert request.method == "POST"
    assert request.header("content-type").startswith("multipart/form-data; boundary=")
    assert b'name="note"\r\n\r\nx\r\n' in request.body
    assert b'name="pic"; filename="s2n.png"\r\nContent-Type: image/png' in request.body
    assert b'name="s"\r\n\r\n@x\r\n' in request.body


def test_many_commands_and_other_ones():
    text = f"# requests\ncurl {URL}\n$ curl '{URL}?b' \\\n  -H 'X: 1'\necho hi | curl.exe {URL}?c {URL}?d\n"
    assert lines(imported(text)) == [f"GET {URL}", f"GET {URL}?b", f"GET {URL}?c", f"GET {URL}?d"]


def test_what_is_left_out_names_its_line():
    found = imported(f"curl {URL}\ncurl -d @body.json {URL}\ncurl -X GET\ncurl ftp://site.test/")
    assert lines(found) == [f"GET {URL}"]
    assert [name for name, _ in found.left_out] == ["line 2", "line 3", "line 4"]
    assert "'body.json', which is not at hand" in found.omissions()
