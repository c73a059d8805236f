"""Logins that scripts make: what is typed is sent, changed or shown by them."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from collections.abc import Callable

from logins.door import PASSWORD, USER, Answer, Door
from logins.shapes import PLAIN, SENT, agreed, form, half, link
from s2n.model import Request, Response
from support.members import as_json
from support.site import html


def sets_cookie(door: Door, request: Request, session: str) -> Response:
    """Nothing but a script does it."""
    del request
    door.admit(session)
    return html(f"<script>document.cookie = 'sid={session}; path=/'; location.href = '/'</script>")


def by_json(door: Door, request: Request, session: str) -> Response:
    del request
    door.admit(session)
    headers = (("Content-Type", "application/json"), ("Set-Cookie", f"sid={session}; Path=/"))
    return Response(200, "", headers, b"{}")


SENDS = """fetch('/api/' + 'enter', {method: 'POST', headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({user: user.value, pass: pass.value})}).then(r => { if (r.ok) location = '/'; else said.textContent = 'Wrong user or password'; })"""

STEPS = """<form name=f method=post action=/login><div id=v></div></form><script>
v.innerHTML = '<input type=email name=who placeholder="E-mail or phone"><input type=submit value=Next>';
let step = 1;
f.onsubmit = e => { if (step === 2) return; e.preventDefault(); step = 2; const who = f.who.value;
  setTimeout(() => { v.innerHTML = '<input type=hidden name=user><input name=pass type=password><input type=submit value="Sign in">'; f.user.value = who; }, 200); };
</script>"""

APP = "<div id=app>{}</div><p id=said></p><script>const form = () => {{ app.innerHTML = '<input id=user placeholder=User><input id=pass type=password placeholder=Password><button>Log in</button>'; app.lastChild.onclick = () => {{ {} }} }}; {}</script>"


def app(start: str = "", then: str = "form()", sends: str = SENDS) -> Door:
    """An application whose form is shown by ``then``; ``start``: what is there before."""
    return Door(
        "",
        SENT,
        path="/none",
        action="/api/enter",
        front=APP.format(start, sends, then),
        as_json=True,
        lets_in=by_json,
        wrong=("no", 401),
    )


def hands_token(door: Door, request: Request, session: str) -> Response:
    del request
    door.admit(session)
    return as_json({"jwt": session})


def with_token() -> Door:
    """The token is nowhere but in the page's memory."""
    door = app(
        sends=SENDS.replace(
            "if (r.ok) location = '/'",
            "if (r.ok) r.json().then(j => fetch('/orders', {headers: {Authorization: 'Bearer ' + j.jwt}})).then(() => { app.textContent = 'Hello' })",
        )
    )
    door.lets_in = hands_token
    door.session = lambda request: (request.header("authorization") or "").removeprefix("Bearer ")  # type: ignore[method-assign]
    return door


SCRIPTED: dict[str, Callable[[], Door]] = {
    "the script scrambles the password": lambda: Door(
        form("user", "pass").replace("<form", "<form onsubmit='return scramble(this)'")
        + "<script>function scramble(f) { f.pass.value = [...f.pass.value].reverse().join(''); return true }</script>",
        {"user": USER, "pass": PASSWORD[::-1]},
    ),
    "the script sets the cookie": lambda: Door(PLAIN, SENT, lets_in=sets_cookie),
    "two steps on one page, and a question after it": lambda: Door(
        STEPS,
        SENT,
        lets_in=half(
            "<h1>Stay signed in?</h1><form method=post action=/kmsi><input type=checkbox name=quiet><input type=button value=No><input type=submit name=act value=Yes></form>"
        ),
        pages={"/kmsi": agreed("act", "Yes")},
    ),
    "behind a consent that covers it": lambda: Door(
        "<div id=over style='position:fixed;inset:0;background:#000;z-index:9'><button onclick='over.remove()'>Accept all</button></div><div id=app></div><script>app.innerHTML = '<form><input id=user><input id=pass type=password><button>Log in</button></form><p id=said></p>'; app.firstChild.onsubmit = e => { e.preventDefault(); "
        + SENDS
        + " }</script>",
        SENT,
        action="/api/enter",
        as_json=True,
        lets_in=by_json,
        wrong=("no", 401),
    ),
    "components without a form": lambda: Door(
        "<x-in id=a></x-in><x-in id=b kind=password></x-in><x-go id=c></x-go><p id=said></p><script>customElements.define('x-in', class extends HTMLElement { connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = `<input type=${this.getAttribute('kind') || 'text'} placeholder=User>` } }); customElements.define('x-go', class extends HTMLElement { connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<button>Sign in</button>' } }); c.onclick = () => { const user = a.shadowRoot.firstChild, pass = b.shadowRoot.firstChild; "
        + SENDS
        + " }</script>",
        SENT,
        action="/api/enter",
        as_json=True,
        lets_in=by_json,
        wrong=("no", 401),
    ),
    "a form that takes its time": lambda: app(then="setTimeout(form, 1200)"),
    "behind a menu": lambda: app(
        "<button aria-label='Account menu' id=menu>☰</button>",
        "menu.onclick = () => { app.innerHTML = '<a href=\"#\" id=way>Sign in</a>'; way.onclick = e => { e.preventDefault(); form() } }",
    ),
    "behind a word that is neither link nor button": lambda: app(
        "<div id=way>Log in</div>", "way.onclick = form"
    ),
    "a password in a field of another type": lambda: app(then="form(); pass.type = 'text'"),
    "a token that only the page remembers": with_token,
}
"""Name → a site whose login takes a browser."""

SHUT: dict[str, tuple[Callable[[Door, Request], Answer], tuple[str, ...]]] = {
    "a passkey, asked for by a script": (
        lambda door, request: (
            html(
                "<h1>Log in</h1><button id=b>Log in</button><script>b.onclick = () => navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)}})</script>"
            )
            if request.path == "/login"
            else html(link("Log in", "/login"))
        ),
        ("/login wants a passkey", "--cookie"),
    ),
    "a link by mail, asked for by a script": (
        lambda door, request: (
            as_json({})
            if request.method == "POST"
            else html(
                "<div id=a></div><script>a.innerHTML = '<h1>Log in</h1><input type=email id=e placeholder=E-mail><button>Continue</button>'; a.querySelector('button').onclick = () => fetch('/x', {method: 'POST', body: e.value}).then(() => { a.textContent = 'Check your inbox' })</script>"
            )
        ),
        ("sends a link by mail", "--cookie"),
    ),
    "sent elsewhere by a script": (
        lambda door, request: html(
            "<div id=root></div><script>location.href = 'http://id.example.test/authorize?x=1'</script>"
        ),
        ("http://id.example.test/authorize, which is not in the scope", "--allow-host id.example.test"),
    ),
}
"""Name → how a site answers, and what is said of it."""
