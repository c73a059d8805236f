from s2n.lab.session import LACKING, SITE_HEADERS, sessions


def test_every_label_is_shown(places):
    assert places(sessions, plugin="cookie_flags", flawed=True) == {("GET /basket", "session_id")}
    assert places(sessions, plugin="cookie_flags", flawed=False) == {("GET /wishlist", "auth_token")}
    assert {name for _, name in places(sessions, plugin="security_headers", flawed=True)} == set(LACKING)


def test_the_session_cookie_lacks_every_flag(visitor):
    cookie = (visitor.send("GET", "/basket").header("Set-Cookie") or "").lower()
    assert cookie.startswith("session_id=")
    assert not any(flag in cookie for flag in ("httponly", "secure", "samesite"))
    assert visitor.send("GET", "/basket", {"Cookie": "session_id=1"}).header("Set-Cookie") is None


def test_the_twin_has_every_flag(visitor):
    cookie = (visitor.send("GET", "/wishlist").header("Set-Cookie") or "").lower()
    assert cookie.startswith("auth_token=")
    assert all(flag in cookie for flag in ("httponly", "secure", "samesite=strict"))


def test_pages_send_what_the_labels_say(visitor):
    for path in ("/", "/teas", "/nowhere", "/hello?name=x"):
        page = visitor.send("GET", path)
        assert all(page.header(name) is None for name in LACKING)
        assert all(page.header(name) == value for name, value in SITE_HEADERS)
