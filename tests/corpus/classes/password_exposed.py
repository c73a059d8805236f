"""Answers with passwords of users; traps are texts of a user interface, descriptions, masks and echoes."""

import json

from corpus.case import Case
from corpus.classes._members import reply
from s2n.model import Request

BCRYPT = "$2b$12$KIXQ1l5l8bY8m0vS3r3c0uW1o9o7r2mJbV0n4b8c5d6e7f8g9h0i1"


def answering(body, kind="application/json", status=200):
    def make():
        return lambda request: reply(body, status, kind)

    return make


def case(name, vulnerable, value, path="/api/users", **how):
    body = value if isinstance(value, str) else json.dumps(value)
    return Case(
        "password_exposed",
        name,
        vulnerable,
        answering(body, **how),
        (Request.from_url(f"http://site.test{path}"),),
    )


ANN = {"id": 1, "username": "ann", "email": "ann@site.test"}
BOB = {"id": 2, "username": "bob", "email": "bob@site.test"}


def both(**more):
    return [ANN | more, BOB | more]


CASES = [
    case("a list of users", True, {"users": [ANN | {"password": "pass1"}, BOB | {"password": "pass2"}]}),
    case(
        "names only",
        True,
        [{"username": "ann", "password": "tea4two"}, {"username": "bob", "password": "x9y8"}],
    ),
    case("hashes", True, {"data": {"items": both(password_hash=BCRYPT)}}),
    case("unsalted hashes", True, both(passwd="5f4dcc3b5aa765d61d8327deb882cf99")),
    case("a member of each", True, {"rows": [{"user": ANN | {"pwd": "letmein"}}]}),
    case("one's own record", True, {"data": ANN | {"password": "secret-tea"}}),
    case("camel case", True, both(passwordDigest=BCRYPT)),
    case("an API's own type", True, both(password="hunter2"), kind="application/vnd.api+json"),
    case("django", True, both(password="pbkdf2_sha256$600000$c2FsdA$aGFzaA=")),
    case("mongo", True, [{"_id": f"65a{n}", "userPassword": f"tea-{n}"} for n in range(3)]),
    case("one of many has none", True, [ANN | {"password": ""}, BOB | {"password": "x9y8z7"}]),
    case(
        "sha-1 with a salt",
        True,
        {"member": ANN | {"passwordHash": "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3:x1"}},
    ),
    # Traps.
    case("no password", False, {"users": [ANN, BOB]}),
    case(
        "texts of a page",
        False,
        {"login": {"username": "User name", "password": "Password", "email": "E-mail"}},
    ),
    case(
        "translations",
        False,
        {"de": {"id": "Nummer", "password": "Passwort"}, "fr": {"password": "Mot de passe"}},
    ),
    case("a description", False, {"openapi": "3.0.0", "x": both(password="pass1")}),
    case("an example", False, {"paths": {"/login": {"example": ANN | {"password": "pass1"}}}}),
    case("a schema", False, {"properties": {"id": {"type": "integer"}, "password": {"type": "string"}}}),
    case("masked", False, both(password="********")),
    case("filtered", False, both(password="[FILTERED]")),
    case("empty", False, both(password="")),
    case("null", False, both(password=None)),
    case("whether one is set", False, both(password=True)),
    case("rules", False, {"id": 1, "password_policy": "8 characters", "password_reset_url": "/reset"}),
    case("an echo", False, ANN | {"password": "secret-tea"}, path="/api/users?password=secret-tea"),
    case("a refusal", False, both(password="pass1"), status=401),
    case("a page", False, json.dumps(both(password="pass1")), kind="text/html"),
    case("torn", False, '{"users": [{"id": 1, "password": "pa'),
    case("deep", False, '{"password":' * 3000),
]
