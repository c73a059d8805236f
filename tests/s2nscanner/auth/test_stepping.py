from s2n.model import Request, Response
from support.browser import needs_browser
from support.logins import log_in, refused
from support.site import html
from support.spa import Spa
from support.webserver import serving

pytestmark = needs_browser


def test_a_form_that_the_browser_will_not_send_says_why() -> None:
    site = Spa("form", type_="email")
    error = refused(site)
    assert "filled in, but not sent: the browser says: Please include an '@'" in str(error)
    assert site.wrong == 0


def test_nothing_typed_leaves_for_another_origin() -> None:
    seen: list[Request] = []

    def other(request: Request) -> Response:
        seen.append(request)
        return html("taken")

    with serving(other) as elsewhere:

        def site(request: Request) -> Response | str:
            to = f"fetch('{elsewhere.url}', {{method: 'POST', body: p.value}})"
            return (
                "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
                f'<button onclick="{to}">Log in</button>`</script>'
            )

        error = refused(site)
        assert f"is sent to {elsewhere.url}, which is not in the scope" in str(error)
    assert "--allow-host" in error.remedy
    assert seen == []


def built(script: str) -> str:
    """A page with a login whose button runs ``script``."""
    return (
        "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
        f'<button onclick="{script}">Log in</button><p id=said></p>`</script>'
    )


def test_a_request_that_must_not_be_made_is_named_with_what_allows_it() -> None:
    def site(request: Request) -> Response | str:
        if request.method == "PUT":
            return html("", set_cookie="sid=1")
        return built("fetch('/session', {method: 'PUT', body: p.value}).then(() => { a.innerText = 'Hi'; })")

    error = refused(site)
    assert "is filled in, but PUT http://127.0.0.1" in str(error)
    assert "session is not sent: it changes what exists" in str(error)
    assert "-y" in error.remedy
    assert log_in(site, accept_risk=True)[1] == {"sid": "1"}


def test_a_button_that_does_nothing() -> None:
    assert "not sent: its button does nothing" in str(refused(lambda _: built("1")))


def test_a_page_that_is_slow_to_say_no_is_waited_for() -> None:
    def site(request: Request) -> Response | str:
        if request.method == "POST":
            return html("{}")
        late = "setTimeout(() => { said.innerText = 'Wrong password'; }, 1700)"
        return built(f"fetch('/in', {{method: 'POST', body: 'hidden'}}).then(() => {{ {late}; }})")

    assert "“Wrong password" in str(refused(site))
