"""Search filters with a value in them, escaped or not."""

import html as codec
import itertools
import json
import re
from collections.abc import Callable

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support import ldap
from support.ldap import FilterError
from support.site import Site, html

PLUGIN = "ldap_injection"
FAILED = "<h1>Internal Server Error</h1>"


def listing(entries) -> Response:
    rows = "".join(f"<li>{entry['cn']}</li>" for entry in entries)
    return html(f"<!doctype html><h1>People</h1><ul>{rows}</ul>" if rows else "<p>Nobody found.</p>")


def directory(text: str, name: str = "u", *, write=str, c_text=False, error=FAILED, show=listing):
    """Searches by ``text``, in which "@" is the value, and shows what is found."""

    def site(request: Request) -> Response:
        filled = text.replace("@", write(taken(request, name)))
        try:
            return show(ldap.search(filled, c_text=c_text))
        except FilterError as failed:
            return html(error.replace("@", f"{failed} {codec.escape(filled)}"), 500)

    return lambda: site


def first(entries) -> Response:
    return html(f"<p>Welcome, {entries[0]['cn']}</p>") if entries else html("<p>Unknown user.</p>", 404)


def nothing(_) -> Response:
    return html("<p>Thank you.</p>")


def as_json(entries) -> Response:
    body = json.dumps({"people": [entry["mail"] for entry in entries]}).encode()
    return Response(200, "", (("Content-Type", "application/json"),), body)


def login(write=str) -> Callable[[], Site]:
    """The filter compares the password as well."""

    def site(request: Request) -> Response:
        user, password = (write(taken(request, name)) for name in ("user", "password"))
        try:
            found = ldap.search(f"(&(uid={user})(pass={password}))", c_text=True)
        except FilterError:
            found = []
        return html("", 302, location="/home") if found else html("<p>Wrong user or password.</p>")

    return lambda: site


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests or (ADA,))


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests or (ADA,))


ADA = query("/people", u="ada")
NOBODY = query("/people", u="nobody")
PHP = "Warning: ldap_search(): Search: @ in /var/www/people.php on line 12"
JNDI = "javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis; remaining name ''"
BOTH = "(&(objectClass=person)(uid=@))"

VULNERABLE = [
    vulnerable("php: alone", directory("(uid=@)")),
    vulnerable("php: warning shown", directory("(uid=@)", error=f"<b>{PHP}</b>", show=nothing)),
    vulnerable("java: exception shown", directory(BOTH, error=f"<pre>{JNDI}</pre>", show=nothing)),
    vulnerable(
        "python-ldap: error shown",
        directory("(uid=@)", error="ldap.FILTER_ERROR: {'desc': 'Bad search filter'}", show=nothing),
        form("/people", u="ada"),
    ),
    vulnerable(
        "asp.net: filter shown", directory(BOTH, error="The @ search filter is invalid.", show=nothing), ADA
    ),
    vulnerable(
        "go: error shown",
        directory(
            BOTH, error='LDAP Result Code 201 "Filter Compile Error": ldap: finished compiling', show=nothing
        ),
    ),
    vulnerable("java: and, class first", directory(BOTH)),
    vulnerable("java: and, value first", directory("(&(uid=@)(objectClass=person))")),
    vulnerable("php: or", directory("(|(uid=@)(cn=@))")),
    vulnerable("php: substring", directory("(cn=*@*)"), query("/people", u="Lovelace")),
    vulnerable("php: prefix", directory("(&(cn=@*)(objectClass=person))"), query("/people", u="Ada")),
    vulnerable("an address", directory("(mail=@)"), query("/people", u="ada@site.test")),
    vulnerable("java: nobody, and", directory(BOTH), NOBODY),
    vulnerable("php: nobody, or", directory("(|(uid=@)(cn=@))"), NOBODY),
    vulnerable("php: first only", directory(BOTH, show=first)),
    vulnerable("php: login, filter cut by NUL", login(), form("/login", user="eve", password="pw")),
    vulnerable(
        "express: JSON leaf",
        directory(BOTH, "who.uid", show=as_json),
        json_body("/w", {"who": {"uid": "ada"}}),
    ),
    vulnerable("rails: form", directory(BOTH), form("/people", u="bob", go="1")),
    vulnerable("spring: multipart", directory(BOTH), multipart("/people", u="bob", go="1")),
    vulnerable("soap style: XML", directory(BOTH, "r.uid"), xml("/ws", uid="ada")),
    vulnerable("cookie", directory(BOTH, "uid"), cookie("/me", "uid", "ada")),
    vulnerable("header", directory(BOTH, "X-Remote-User"), header("/me", "X-Remote-User", "ada")),
    vulnerable("path segment", directory(BOTH, "2"), path("/people/ada")),
    vulnerable("parentheses are removed", directory("(uid=@)", write=lambda v: re.sub(r"[()]", "", v))),
    vulnerable("backslashes are removed", directory(BOTH, write=lambda v: v.replace("\\", ""))),
]


def wildcards(request: Request) -> Response:
    """A search in which * is meant to be used."""
    pattern = ".*".join(re.escape(part) for part in taken(request, "u").split("*"))
    return listing([entry for entry in ldap.PEOPLE if re.fullmatch(pattern, entry["uid"])])


def words(request: Request) -> Response:
    asked = set(re.findall(r"\w+", taken(request, "u").lower()))
    return listing(
        [e for e in ldap.PEOPLE if asked & set(re.findall(r"\w+", f"{e['uid']} {e['cn']}".lower()))]
    )


def firewall(request: Request) -> Response:
    if re.search(r"[()*\\]", taken(request, "u")):
        return html("<h1>Forbidden</h1>", 403)
    return listing(ldap.search(f"(uid={taken(request, 'u')})"))


def validated(request: Request) -> Response:
    value = taken(request, "u")
    if not re.fullmatch(r"[\w@.]+", value):
        return html("<p>Invalid user name: unbalanced or odd signs.</p>", 400)
    return listing(ldap.search(f"(uid={value})"))


def always_warns(request: Request) -> Response:
    return html(f"<b>{PHP.replace('@', 'Bad search filter')}</b><p>{codec.escape(taken(request, 'u'))}</p>")


def warns_at_length(request: Request) -> Response:
    """The library complains of long values, whatever is in them."""
    if len(taken(request, "u")) > 8:
        return html("LDAPException: size limit exceeded", 500)
    return html("ok")


def random_people() -> Site:
    numbers = itertools.count(3, 7919)
    return lambda request: html("".join(f"<li>person {next(numbers)}</li>" for _ in range(6)))


def shown(write):
    return lambda: lambda request: html(f"<p>{write(taken(request, 'u'))}</p>")


SAFE = [
    safe("php: ldap_escape", directory("(uid=@)", write=ldap.escaped)),
    safe("java: escaped, and", directory(BOTH, write=ldap.escaped)),
    safe("php: escaped, or", directory("(|(uid=@)(cn=@))", write=ldap.escaped)),
    safe("escaped, substring", directory("(cn=*@*)", write=ldap.escaped), query("/people", u="Lovelace")),
    safe("escaped, nobody", directory(BOTH, write=ldap.escaped), NOBODY),
    safe("escaped, form", directory(BOTH, write=ldap.escaped), form("/people", u="bob")),
    safe(
        "escaped, JSON", directory(BOTH, "u", write=ldap.escaped, show=as_json), json_body("/w", {"u": "ada"})
    ),
    safe("escaped, cookie", directory(BOTH, "uid", write=ldap.escaped), cookie("/me", "uid", "ada")),
    safe("escaped, path", directory(BOTH, "2", write=ldap.escaped), path("/people/ada")),
    safe("letters and digits only", directory(BOTH, write=lambda v: re.sub(r"\W", "", v))),
    safe("login, escaped", login(ldap.escaped), form("/login", user="eve", password="pw")),
    safe("a search with wildcards", lambda: wildcards),
    safe("a search with wildcards, nobody", lambda: wildcards, NOBODY),
    safe("a search for words", lambda: words),
    safe("a firewall", lambda: firewall),
    safe("a validator that speaks of parentheses", lambda: validated),
    safe("a page that always shows the warning", lambda: always_warns),
    safe("an error at long values", lambda: warns_at_length, query("/people", u="ad")),
    safe("random people", random_people),
    safe("echo", shown(str)),
    safe("echo, escaped", shown(codec.escape), NOBODY),
    safe("backslash escapes undone, as in CSS", shown(lambda v: re.sub(r"\\([0-9a-f]{2})", r"&#x\1;", v))),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
