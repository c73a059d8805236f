"""Logins that need no browser: how content managers, shops, consoles and portals make theirs.

Each is written after the habits of one kind of product, in markup of our own.
"""
# ruff: noqa: E501 -- a page's markup stands on one line

from logins.door import PASSWORD, USER, Door
from s2n.model import Request, Response
from support.members import cookies, redirect
from support.site import html

PLAIN = "<form method=post action=/login><input name=user><input type=password name=pass><button>Log in</button></form>"
SENT = {"user": USER, "pass": PASSWORD}


def link(text: str, href: str = "/area/42") -> str:
    return f"<nav><a href=/help>?</a> <a href={href}>{text}</a></nav>"


def form(
    user: str,
    password: str,
    more: str = "",
    *,
    action: str = "/login",
    button: str = "<button>Log in</button>",
) -> str:
    return (
        f"<form method=post action='{action}'><input name='{user}'><input type=password name='{password}'>"
        f"{more}{button}</form>"
    )


def hands_on(door: Door, request: Request, session: str) -> str:
    """The form of an identity provider, which a script sends back to the application."""
    del request
    door.ticket = session  # type: ignore[attr-defined]
    return f"<body onload='document.forms[0].submit()'><form method=post action=/back><input type=hidden name=code value={session}><noscript><input type=submit value=CONTINUE></noscript></form></body>"


def back(door: Door, request: Request) -> Response:
    code = door.sent(request).get("code", "")
    if code != getattr(door, "ticket", None):
        return html("no", 403)
    door.admit(code)
    return redirect("/", set_cookie=f"sid={code}; Path=/")


def half(text: str):
    """The cookie is good only once another page was asked for, to which ``text`` leads."""

    def answer(door: Door, request: Request, session: str) -> Response:
        del door, request
        return html(text, set_cookie=f"sid={session}; Path=/")

    return answer


def whole(door: Door, request: Request) -> Response:
    door.admit(door.session(request))
    return redirect("/")


def agreed(name: str, value: str):
    def answer(door: Door, request: Request) -> Response:
        if door.sent(request).get(name) != value:
            door.inside.discard(door.session(request))
            return redirect("/login")
        return whole(door, request)

    return answer


def impatient(door: Door, request: Request, session: str) -> Response:
    """Too early: once."""
    if door.tries == 1:
        return html("Too many requests", 429, retry_after="0")
    door.admit(session)
    return redirect("/", set_cookie=f"sid={session}; Path=/")


def identifier(door: Door, request: Request) -> Response:
    if request.method == "GET":
        return html(
            "<form method=post action=/signin><label>E-mail or phone <input type=email name=identifier></label><button>Next</button></form>"
        )
    known = door.sent(request).get("identifier") == USER
    return redirect("/signin/challenge?flow=f1") if known else html("unknown")


def challenge(door: Door, request: Request) -> Response:
    if request.method == "GET":
        return html(
            "<form method=post><input type=hidden name=flow value=f1><input type=password name=Passwd><button>Next</button></form>"
        )
    door.tries += 1
    if door.sent(request) != {"flow": "f1", "Passwd": PASSWORD}:
        return html("no", 403)
    door.admit("m1")
    return redirect("/", set_cookie="sid=m1; Path=/")


def only_with_test_cookie(door: Door, request: Request, session: str) -> Response:
    if "sid" not in cookies(request):
        return html("Cookies are blocked", 400)
    door.admit(session)
    return redirect("/", set_cookie=f"sid={session}; Path=/")


NEW_ACCOUNT = "<form action=/join method=post><input name=user placeholder='A name'><input type=password name=pass><button>Create account</button></form>"
GUEST = "<form method=post action=/login><input type=hidden name=user value=guest><input type=hidden name=pass value=guest><button>Access as a guest</button></form>"

FORMS = {
    "content manager": lambda: Door(
        form(
            "log",
            "pwd",
            "<input type=checkbox name=rememberme value=forever><input type=hidden name=testcookie value=1>",
            action="/enter.php",
            button="<input type=submit name=wp value='Log In'>",
        ),
        {"log": USER, "pwd": PASSWORD, "wp": "Log In", "testcookie": "1"},
        path="/enter.php",
        lets_in=only_with_test_cookie,
        front="<form action=/><input type=search name=s><button>Search</button></form><form action=/say method=post><input name=author><input type=email name=email><textarea name=text></textarea><button>Post</button></form>"
        + link("Log in", "/enter.php"),
    ),
    "admin with a token and a next page": lambda: Door(
        form(
            "username",
            "password",
            "<input type=hidden name=mw value={token}><input type=hidden name=next value=/>",
            action="/admin/login/?next=/register/",
            button="<input type=submit value='Log in'>",
        ),
        {"username": USER, "password": PASSWORD},
        path="/admin/login/",
        action="/admin/login/?next=/register/",
        token="mw",
    ),
    "nested names and a hidden twin of a box": lambda: Door(
        form(
            "user[email]",
            "user[password]",
            "<input type=hidden name=authenticity_token value={token}><input type=hidden name='user[remember]' value=0><input type=checkbox name='user[remember]' value=1>",
        ),
        {"user[email]": USER, "user[password]": PASSWORD},
        token="authenticity_token",
        wrong=("Invalid Email or password.", 422),
        out="<a data-method=delete href=/logout>Sign out</a>",
    ),
    "the button is part of it": lambda: Door(
        form(
            "name",
            "pw",
            "<input type=submit name=find value=Search>",
            button="<input type=submit name=op value='Log in'>",
        ),
        {"name": USER, "pw": PASSWORD, "op": "Log in"},
    ),
    "view state": lambda: Door(
        form(
            "ctl00$M$Login$UserName",
            "ctl00$M$Login$Password",
            "<input type=hidden name=__VIEWSTATE value={token}><input type=hidden name=__EVENTTARGET>",
            button="<input type=submit name='ctl00$M$Login$Go' value='Log In'>",
        ),
        {
            "ctl00$M$Login$UserName": USER,
            "ctl00$M$Login$Password": PASSWORD,
            "ctl00$M$Login$Go": "Log In",
            "__EVENTTARGET": "",
        },
        token="__VIEWSTATE",
    ),
    "guests may enter, too": lambda: Door(GUEST + PLAIN, SENT, path="/login"),
    "task in the query": lambda: Door(
        form("_user", "_pass", "<input type=hidden name=_task value=login>", action="./?_task=login"),
        {"_user": USER, "_pass": PASSWORD, "_task": "login"},
        path="/mail/",
        action="/mail/?_task=login",
        front=link("Webmail", "/mail/"),
    ),
    "frames": lambda: Door(
        PLAIN,
        SENT,
        path="/portal/door",
        action="/login",
        front="<frameset rows='80,*'><frame src=/top><frame src='/portal/door'></frameset>",
    ),
    "an inner frame": lambda: Door(
        PLAIN, SENT, path="/inner", action="/login", front="<h1>Portal</h1><iframe src='/inner'></iframe>"
    ),
    "user first, on two pages": lambda: Door(
        "",
        {"-": "-"},
        path="/signin",
        front=link("Sign in", "/signin"),
        pages={"/signin": identifier, "/signin/challenge": challenge},
    ),
    "sign-up beside it": lambda: Door(
        NEW_ACCOUNT + PLAIN + NEW_ACCOUNT, SENT, path="/area/42", action="/login", front=link("My account")
    ),
    "odd names": lambda: Door(
        "<form method=post action=/login.do><table><tr><td>Kennung<td><input name=usr_nm><tr><td>PIN<td><input name=secret type=password></table><input type=image src=/go.gif alt=OK></form>",
        {"usr_nm": USER, "secret": PASSWORD},
        path="/area/42",
        action="/login.do",
        front=link("Zum Portal"),
    ),
    "a PIN in plain": lambda: Door(
        "<form method=post action=/login><input name=user><input name=pin><button>Log in</button></form>",
        {"user": USER, "pin": PASSWORD},
    ),
    "by autocomplete alone": lambda: Door(
        "<form method=post action=/p><input name=f0 value=ACME><input name=f1 autocomplete='section-a username'><input name=f2 type=password autocomplete=current-password><button>→</button></form>",
        {"f0": "ACME", "f1": USER, "f2": PASSWORD},
        path="/p",
        front=link("Members", "/p"),
    ),
    "no word of a login": lambda: Door(
        form("a", "b", action="/x/1", button="<button>→</button>"),
        {"a": USER, "b": PASSWORD},
        path="/x/1",
        front=link("⚙", "/x/1"),
    ),
    "a link on the second page": lambda: Door(
        PLAIN,
        SENT,
        path="/deep",
        action="/login",
        front=link("My account"),
        pages={"/area/42": lambda door, request: html("Please <a href=/deep>sign in</a>")},
    ),
    "German": lambda: Door(
        form("benutzer", "kennwort", action="/konto", button="<button>Einloggen</button>"),
        {"benutzer": USER, "kennwort": PASSWORD},
        path="/konto",
        front=link("Mein Konto", "/konto"),
        out="<a href=/ende>Abmelden</a>",
    ),
    "French": lambda: Door(
        form("identifiant", "motdepasse", action="/ec", button="<input type=submit value=Connexion>"),
        {"identifiant": USER, "motdepasse": PASSWORD},
        path="/ec",
        front=link("Espace client", "/ec"),
        out="<a href=/deco>Se déconnecter</a>",
    ),
    "Spanish": lambda: Door(
        form("usuario", "clave", action="/acceso", button="<button>Entrar</button>"),
        {"usuario": USER, "clave": PASSWORD},
        path="/acceso",
        front=link("Iniciar sesión", "/acceso"),
        out="<a href=/salir>Cerrar sesión</a>",
    ),
    "Japanese": lambda: Door(
        form("kaiin_no", "anshou", action="/kaiin", button="<button>ログイン</button>"),
        {"kaiin_no": USER, "anshou": PASSWORD},
        path="/kaiin",
        front=link("マイページ", "/kaiin"),
        out="<a href=/out>ログアウト</a>",
    ),
    "an identity provider posts back": lambda: Door(PLAIN, SENT, lets_in=hands_on, pages={"/back": back}),
    "a refresh after it": lambda: Door(
        PLAIN,
        SENT,
        lets_in=half("<meta http-equiv=refresh content='1; url=/welcome?s=1'>Please wait"),
        pages={"/welcome": whole},
    ),
    "a script that goes on": lambda: Door(
        PLAIN, SENT, lets_in=half("<script>window.location = '/welcome';</script>"), pages={"/welcome": whole}
    ),
    "stay signed in?": lambda: Door(
        PLAIN,
        SENT,
        lets_in=half(
            "<h1>Stay signed in?</h1><form method=post action=/kmsi><input type=checkbox name=quiet><button name=act value=no>No</button><button name=act value=yes>Yes</button></form>"
        ),
        pages={"/kmsi": agreed("act", "yes")},
    ),
    "continue here?": lambda: Door(
        PLAIN,
        SENT,
        lets_in=half(
            "<p>You are logged in elsewhere.</p><form method=post action=/take><button name=a value=1>Cancel</button><button name=a value=2>Continue here</button></form>"
        ),
        pages={"/take": agreed("a", "2")},
    ),
    "choose a role": lambda: Door(
        PLAIN,
        SENT,
        lets_in=half(
            "<form method=post action=/role><select name=role><option>clerk<option>chief</select><button>Continue</button></form>"
        ),
        pages={"/role": agreed("role", "clerk")},
    ),
    "terms to accept": lambda: Door(
        form("user", "pass", "<input type=checkbox name=agree value=1 required>"), {**SENT, "agree": "1"}
    ),
    "a tenant to choose": lambda: Door(
        form(
            "user",
            "pass",
            "<select name=tenant required><option value=''>choose<option value=t1>Main</select>",
        ),
        {**SENT, "tenant": "t1"},
    ),
    "too early": lambda: Door(PLAIN, SENT, lets_in=impatient),
    "the form comes with a 403": lambda: Door(
        "",
        SENT,
        path="/login",
        front=" ",
        pages={
            "/": lambda door, request: (
                html(f"<h1>Hello</h1>{door.out}")
                if door.session(request) in door.inside
                else html(
                    "<script>location.replace('/login')</script><meta http-equiv=refresh content='1;url=/gate'>",
                    403,
                )
            ),
            "/login": lambda door, request: (
                door._try(request) if request.method == "POST" else html(PLAIN, 403)
            ),
        },
    ),
}
"""Name → a site whose login is found and made without a browser."""

CLOSED = {
    "basic authentication before it": (
        lambda door, request: html("no", 401, www_authenticate='Basic realm="staging"'),
        ("asks for HTTP authentication", "--auth basic"),
    ),
    "on another host": (
        lambda door, request: html(link("Sign in with your company account", "http://sso.example.test/adfs")),
        ("http://sso.example.test/adfs, which is not in the scope", "--allow-host sso.example.test"),
    ),
    "behind a button to another host": (
        lambda door, request: (
            redirect("http://id.example.test/authorize?x=1")
            if request.path == "/auth/x"
            else html(link("Log in", "/auth/x"))
        ),
        ("http://id.example.test/authorize, which is not in the scope", "--login-url"),
    ),
    "a link by mail": (
        lambda door, request: (
            html("Check your inbox: we have sent you a link.")
            if request.method == "POST"
            else html(
                "<h1>Log in</h1><form method=post action=/login><input type=email name=email><button>Log in</button></form>"
            )
        ),
        ("sends a link by mail", "--cookie"),
    ),
    "a passkey": (
        lambda door, request: html("<h1>Log in</h1><button>Sign in with a passkey</button>"),
        ("wants a passkey", "--cookie"),
    ),
    "a new password first": (
        lambda door, request: (
            html(
                "Your password has expired. <form method=post action=/change><input type=password name=a><input type=password name=b></form>"
            )
            if request.method == "POST"
            else html(PLAIN)
        ),
        ("wants a new one", "set it by hand"),
    ),
    "wait a quarter of an hour": (
        lambda door, request: (
            html("Too many requests", 429, retry_after="900") if request.method == "POST" else html(PLAIN)
        ),
        ("slows logins down", "it asks to wait 900 s", "wait, or unlock it"),
    ),
    "no login at all": (
        lambda door, request: html("<h1>Hello</h1>") if request.path == "/" else html("no", 404),
        ("no login form was found", "--login-url"),
    ),
}
"""Name → how a site answers, and what is said of it."""
