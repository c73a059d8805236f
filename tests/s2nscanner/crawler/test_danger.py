"""What would end the session or destroy something is not followed; what only speaks of it is."""

import pytest

from s2n.model import Request
from s2n.s2nscanner.crawler.danger import body_endangers, button_endangers, endangers, url_endangers


@pytest.mark.parametrize(
    "url",
    [
        "http://site.test/logout",
        "http://site.test/log-out.php",
        "http://site.test/user/signOut?next=/",
        "http://site.test/?action=delete&id=3",
        "http://site.test/?delete=3",
        "http://site.test/items/3/remove",
        "http://site.test/admin/shut_down",
        "http://site.test/unsubscribe?u=1",
        "http://site.test/%6Cogout",
        "http://site.test/?do=toggle-enforce-ssl",
        "http://site.test/settings/disable",
        "http://site.test/set-up-database.php",
        "http://site.test/connect/endsession",
        "http://site.test/deconnexion",
        "http://site.test/salir",
        "http://site.test/?do=disconnect",
    ],
)
def test_dangerous_urls(url):
    assert url_endangers(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://logout.test/",
        "http://site.test/login",
        "http://site.test/deleted-scenes",
        "http://site.test/blog/how-to-delete-a-branch-in-git",
        "http://site.test/blog/how-to-log-out-of-git",
        "http://site.test/removed",
        "http://site.test/enabled",
        "http://site.test/setup",
        "http://site.test/catalogue?sign=in",
        "http://site.test/exit?url=http://a.test/",
        "http://site.test/connect",
        "http://site.test/",
    ],
)
def test_harmless_urls(url):
    assert not url_endangers(url)


@pytest.mark.parametrize(
    "text",
    [
        "Log out",
        "Sign off",
        "Delete",
        "btnLogout",
        "Remove this item",
        "로그아웃",
        "Or click here to logout.",
        *("Abmelden", "Ausloggen", "Se déconnecter", "Cerrar sesión", "Sair", "Esci", "Uitloggen"),
        *("Logga ut", "Wyloguj się", "ログアウト", "Выйти", "退出登录"),
    ],
)
def test_dangerous_texts(text):
    assert endangers(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Se connecter", "Iniciar sesión", "Anmeldung", "ログイン", "Войти", "登录"),
        *("", "Log in", "How to delete your account for good", "Dropdown", "Reset"),
        "What happens to the files on your disk when you log out",
    ],
)
def test_harmless_texts(text):
    assert not endangers(text)


def test_buttons_that_clear_or_reset():
    assert button_endangers("Clear guestbook")
    assert button_endangers("create_db", "Create / Reset Database")
    assert not button_endangers("Search", "go")


@pytest.mark.parametrize(
    ("kind", "body", "harmful"),
    [
        ("application/json", b'{"action": "delete", "id": 1}', True),
        ("application/json", b'{"item": {"remove": true}}', True),
        ("application/x-www-form-urlencoded", b"_method=DELETE", True),
        ("application/json", b'{"delete": false, "next": "/account/delete"}', False),
        ("application/json", b'{"text": "how to delete a branch of a tree"}', False),
        ("", b"", False),
    ],
)
def test_bodies(kind, body, harmful):
    request = Request.from_url("http://h/x", "POST", (("Content-Type", kind),), body)
    assert body_endangers(request) is harmful
