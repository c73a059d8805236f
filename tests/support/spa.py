"""A single-page application for members: nothing of its login can be read without running its script."""

import itertools
import json
from collections.abc import Callable
from typing import Any

from s2n.model import Request, Response
from s2n.s2nscanner.auth.totp import totp
from support.members import SECRET, as_json, cookies
from support.site import html

SHELL = "<!DOCTYPE html><html><title>App</title><body><div id=app></div><script src=/app.js></script>"

APP = """
const set = SETTINGS;
const app = document.getElementById('app');
const at = name => '/' + ['api', name].join('/');
let root = app;
const ask = (name, body) => fetch(at(name), {
  method: body ? 'POST' : 'GET',
  headers: Object.assign({'Content-Type': 'application/json'},
    localStorage.tok ? {[set.header]: set.prefix + localStorage.tok} : {}),
  body: body && JSON.stringify(body),
}).then(async r => ({status: r.status, data: await r.json()}));
const el = (tag, props, ...inside) => {
  const e = Object.assign(document.createElement(tag), props || {});
  e.append(...inside);
  return e;
};
const show = (...nodes) => {
  if (set.place === 'shadow') {
    app.innerHTML = '';
    const host = app.appendChild(document.createElement('div'));
    root = host.attachShadow({mode: 'open'});
  } else root = app;
  root.replaceChildren(...nodes);
};
const value = id => root.querySelector('#' + id).value;
const say = text => { root.querySelector('#said').textContent = text; };

function home() {
  if (set.keeps === 'token' && !localStorage.tok) return door();
  ask('me').then(({status, data}) => {
    if (status !== 200) return door();
    show(el('h1', {}, 'Hello ' + data.name), el('p', {}, 'Failed orders: 3'),
      el('button', {onclick: () => ask('notes').then(() => 0)}, 'Notes'));
  });
}
function door() {
  if (set.place === 'click') {
    show(el('p', {}, 'Welcome'), el('button', {onclick: () => alert('no')}, 'Sign up'),
      el('div', {className: 'btn', role: 'button', onclick: form}, 'Log in'));
  } else if (set.place === 'route' && location.hash !== '#/login') show(el('p', {}, 'Welcome'));
  else form();
}
function form() {
  if (set.changed) return show(el('p', {}, 'Please use our app'));
  const user = el('input', {id: 'u', type: set.type, placeholder: 'E-mail or user'});
  const password = el('input', {id: 'p', type: 'password'});
  const puzzle = set.captcha ? el('div', {className: 'g-recaptcha'}, 'I am no robot') : '';
  const go = el('button', {onclick: () => enter({who: value('u'), word: value('p')})}, 'Log in');
  go.disabled = set.captcha === 'first';
  const next = el('button', {onclick: () => second(value('u'))}, 'Next');
  const said = el('p', {id: 'said'});
  if (set.pages === 2) show(el('h2', {}, 'Log in'), user, next, said);
  else if (set.place === 'form') {
    const onsubmit = e => { e.preventDefault(); go.onclick(); };
    const all = el('form', {id: 'login', onsubmit}, user, password, el('button', {}, 'Log in'));
    show(el('input', {type: 'search'}), el('button', {}, 'Search'), all, puzzle, said);
  } else show(user, password, puzzle, go, said);
}
function second(who) {
  show(el('h2', {}, 'Welcome back'), el('input', {id: 'p', type: 'password'}), el('p', {id: 'said'}),
    el('button', {onclick: () => enter({who, word: value('p')})}, 'Continue'));
}
function code(half, said) {
  show(el('p', {id: 'said'}, said || ''), el('input', {id: 'c', autocomplete: 'one-time-code'}),
    el('button', {onclick: () => enter({half, code: value('c')})}, 'Verify'));
}
function enter(what) {
  if (set.captcha) return say('Please confirm that you are no robot');
  ask('entrance', what).then(({status, data}) => {
    if (data.half) return code(data.half, data.said);
    if (data.said) return say(data.said);
    if (data.pass) localStorage.tok = data.pass;
    if (data.tab) sessionStorage.tab = data.tab;
    location.hash = '#/home';
    home();
  });
}
home();
"""


class Spa:
    """``anna`` with password ``s3cret`` may enter; ``/api/me`` and ``/api/notes`` are for her alone.

    ``place``: where the form is: ``open``, ``form`` (a real one), ``click`` (behind a button), ``route``
    (``#/login``), ``shadow`` (in a shadow root), ``frame``. ``keeps``: a ``token`` in the browser, or a
    ``cookie``. ``polite``: refusals are a 200 with words. ``lifetime``: requests until a session ends.
    """

    def __init__(
        self,
        place: str = "open",
        keeps: str = "token",
        *,
        pages: int = 1,
        type_: str = "text",
        header: str = "Authorization",
        prefix: str = "Bearer ",
        code: Callable[[], float] | None = None,
        captcha: str = "",
        lock_after: int = 100,
        polite: bool = False,
        lifetime: int = 10**9,
        changed: bool = False,
    ) -> None:
        self.place = place
        self.keeps = keeps
        self.settings: dict[str, Any] = {
            "place": place,
            "keeps": keeps,
            "pages": pages,
            "type": type_,
            "header": header,
            "prefix": prefix,
            "captcha": captcha,
        }
        self.code = code
        self.lock_after = lock_after
        self.polite = polite
        self.lifetime = lifetime
        self.changed = changed
        self.logins = 0
        self.wrong = 0
        self.inside: dict[str, int] = {}
        self._half: set[str] = set()
        self._number = itertools.count(1)

    def __call__(self, request: Request) -> Response:
        match request.method, request.path:
            case "GET", "/":
                frame = "<p>Our app</p><iframe src='/app' width=600 height=400></iframe>"
                return html(frame if self.place == "frame" else SHELL)
            case "GET", "/app":
                return html(SHELL)
            case "GET", "/app.js":
                settings = json.dumps(self.settings | {"changed": self.changed and self.logins > 0})
                script = APP.replace("SETTINGS", settings).encode()
                return Response(200, "", (("Content-Type", "text/javascript"),), script)
            case "POST", "/api/entrance":
                return self._enter(json.loads(request.body))
            case "GET", "/api/me" | "/api/notes":
                if not self._is_in(request):
                    return as_json({"said": "log in first"}, 401)
                return as_json({"name": "anna"} if request.path == "/api/me" else ["milk"])
        return html("nothing here", 404)

    def _is_in(self, request: Request) -> bool:
        sent = request.header(str(self.settings["header"])) or ""
        given = sent.removeprefix(str(self.settings["prefix"])) if self.keeps == "token" else ""
        given = given or cookies(request).get("sid", "")
        if given not in self.inside:
            return False
        self.inside[given] += 1
        if self.inside[given] > self.lifetime:
            del self.inside[given]
            return False
        return True

    def _enter(self, sent: dict[str, str]) -> Response:
        if sent.get("half") in self._half:
            assert self.code is not None
            if sent.get("code") != totp(SECRET, self.code()):
                self.wrong += 1
                return as_json({"half": sent["half"], "said": "Wrong code"}, 200 if self.polite else 401)
        elif self.wrong >= self.lock_after:
            return as_json({"said": "Your account is locked"}, 200 if self.polite else 423)
        elif (sent.get("who"), sent.get("word")) != ("anna", "s3cret"):
            self.wrong += 1
            return as_json({"said": "Invalid user or password"}, 200 if self.polite else 401)
        elif self.code is not None:
            self._half.add(f"h{len(self._half)}")
            return as_json({"half": f"h{len(self._half) - 1}"})
        self.logins += 1
        new = f"t{next(self._number)}k"
        self.inside[new] = 0
        if self.keeps == "cookie":
            answer = as_json({})
            return Response(200, "", (*answer.headers, ("Set-Cookie", f"sid={new}; Path=/")), answer.body)
        return as_json({"pass": new, "tab": "one"})
