"""Pages that a framework in the browser compiles, with a value in them."""

import html as codec
import itertools
import json
import re

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support.site import Site, html

PLUGIN = "client_template_injection"
ANGULAR = '<script src="https://ajax.googleapis.com/ajax/libs/angularjs/1.8.3/angular.min.js"></script>'
VUE = '<script src="https://unpkg.com/vue@3/dist/vue.global.prod.js"></script>'
OWN_VUE = '<script src="/js/vue.min.js"></script>'
MODULE = (
    "<script type=module>import {createApp} from '/lib/vue.esm-browser.js'\n"
    "createApp({}).mount('#app')</script>"
)
MOUNT = "<script>Vue.createApp({data() { return {n: 1} }}).mount('#app')</script>"
PAGE = "<!doctype html><html><head><title>Shop</title>HEAD</head><body>BODY</body></html>"


def page(body: str, head: str = "", name: str = "q", write=codec.escape, status: int = 200):
    """A page with the value, encoded for HTML, at "@"."""

    def site(request: Request) -> Response:
        text = PAGE.replace("HEAD", head).replace("BODY", body)
        return html(text.replace("@", write(taken(request, name))), status)

    return lambda: site


def entities(value: str) -> str:
    """Every sign as an entity, which the parser undoes before the framework looks."""
    return "".join(f"&#{ord(char)};" for char in value)


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests or (ASK,))


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests or (ASK,))


def posted() -> Site:
    def site(request: Request) -> Response:
        if request.method == "POST":
            return html("", 303, location="/done?q=" + codec.escape(taken(request, "q")).replace("&", "%26"))
        return page(NG, ANGULAR)()(request)

    return site


def angular_html(request: Request) -> Response:
    text = f"<!doctype html><html ng-app='shop'><head>{ANGULAR}</head><body><h1>@</h1></body></html>"
    return html(text.replace("@", codec.escape(taken(request, "q"))))


ASK = query("/search", q="tea", page="1")
NG = "<div ng-app><p>Results for @</p></div>"
APP = "<div id='app'><p>Results for @</p></div>"
BRACKETS = "<script>angular.module('a',[]).config(p => p.startSymbol('[[').endSymbol(']]'))</script>"

VULNERABLE = [
    vulnerable("angularjs: text", page(NG, ANGULAR)),
    vulnerable("angularjs: the whole page", lambda: angular_html, ASK),
    vulnerable(
        "angularjs: data-ng-app, form",
        page(NG.replace("ng-app", "data-ng-app"), ANGULAR),
        form("/s", q="tea"),
    ),
    vulnerable("angularjs: attribute", page("<div ng-app><input name=q value='@'></div>", ANGULAR)),
    vulnerable(
        "angularjs: title attribute, double quotes",
        page('<div class="ng-app"><b title="@">x</b></div>', ANGULAR),
    ),
    vulnerable("angularjs: every sign an entity", page(NG, ANGULAR, write=entities)),
    vulnerable("angularjs: square brackets", page(NG, ANGULAR + BRACKETS)),
    vulnerable(
        "angularjs: bootstrapped",
        page("<p>@</p><script>angular.bootstrap(document, ['a'])</script>", ANGULAR),
    ),
    vulnerable("angularjs: own copy", page(NG, '<script src="/js/vendor/angular.js?v=12"></script>')),
    vulnerable(
        "angularjs: cdnjs",
        page(NG, '<script src="//cdnjs.com/libs/angular.js/1.5.8/angular.min.js"></script>'),
    ),
    vulnerable("angularjs: in a bundle", page(NG, '<script src="/assets/app.3f2a.js"></script>')),
    vulnerable(
        "angularjs: nested",
        page("<div ng-app><div ng-controller='c'><ul><li>@</li></ul></div></div>", ANGULAR),
    ),
    vulnerable(
        "angularjs: 404 page, path",
        page("<div ng-app>No @</div>", ANGULAR, "2", status=404),
        path("/p/tea-1"),
    ),
    vulnerable("angularjs: cookie", page(NG, ANGULAR, "city"), cookie("/", "city", "Rome")),
    vulnerable("angularjs: header", page(NG, ANGULAR, "X-City"), header("/", "X-City", "Rome")),
    vulnerable("angularjs: after a redirect", posted, form("/send", q="tea")),
    vulnerable("vue 3: text", page(APP + MOUNT, VUE)),
    vulnerable(
        "vue 2: el",
        page(APP + "<script>new Vue({el: '#app'})</script>", OWN_VUE),
    ),
    vulnerable(
        "vue 2: $mount",
        page(APP + "<script>new Vue({}).$mount('#app')</script>", OWN_VUE),
    ),
    vulnerable(
        "vue: newest of a cdn", page(APP + MOUNT, '<script src="https://cdn.jsdelivr.net/npm/vue"></script>')
    ),
    vulnerable(
        "vue: module",
        page(APP + MODULE),
    ),
    vulnerable(
        "vue: started elsewhere",
        page("<div id=app v-cloak><p>@</p><b v-if='n'>x</b></div><script src=/js/main.js></script>", VUE),
    ),
    vulnerable(
        "vue: own delimiters",
        page(
            APP + "<script>new Vue({el: '#app', delimiters: ['${', '}']})</script>",
            OWN_VUE,
        ),
    ),
    vulnerable("vue: multipart", page(APP + MOUNT, VUE), multipart("/search", q="tea", n="1")),
    vulnerable(
        "vue: JSON leaf, page", page(APP + MOUNT, VUE, "f.q"), json_body("/search", {"f": {"q": "tea"}})
    ),
    vulnerable("vue: XML, page", page(APP + MOUNT, VUE, "r.q"), xml("/search", q="tea")),
    vulnerable(
        "petite-vue",
        page("<div v-scope>@</div>", '<script src="https://unpkg.com/petite-vue" defer init></script>'),
    ),
]


def api(request: Request) -> Response:
    body = json.dumps({"html": NG + ANGULAR, "q": taken(request, "q")})
    return Response(200, "", (("Content-Type", "application/json"),), body.encode())


def firewall(request: Request) -> Response:
    if "{{" in taken(request, "q"):
        return html(PAGE.replace("BODY", NG).replace("HEAD", ANGULAR).replace("@", taken(request, "q")), 403)
    return page(NG, ANGULAR)()(request)


def counted() -> Site:
    numbers = itertools.count(1)
    return lambda request: html(
        PAGE.replace("HEAD", ANGULAR).replace("BODY", NG).replace("@", f"{next(numbers)} hits")
    )


SAFE = [
    safe("no framework", page("<p>Results for @</p>")),
    safe("angularjs without a root", page("<p>@</p>", ANGULAR)),
    safe("a root without a framework", page(NG)),
    safe("angularjs: outside of the root", page("<p>@</p><div ng-app><p>{{1}}</p></div>", ANGULAR)),
    safe(
        "angularjs: ng-non-bindable", page("<div ng-app><p ng-non-bindable>Results for @</p></div>", ANGULAR)
    ),
    safe(
        "angularjs: in a script",
        page("<div ng-app></div><script>var q = '@';</script>", ANGULAR, write=lambda v: json.dumps(v)[1:-1]),
    ),
    safe("angularjs: braces are removed", page(NG, ANGULAR, write=lambda v: re.sub(r"[{}]", "", v))),
    safe(
        "angularjs: braces are set apart",
        page(NG, ANGULAR, write=lambda v: codec.escape(v).replace("{{", "{ {")),
    ),
    safe(
        "angularjs: a joiner between braces", page(NG, ANGULAR, write=lambda v: v.replace("{{", "{&zwnj;{"))
    ),
    safe(
        "angularjs: percent-encoded",
        page(
            "<div ng-app><a href='/s?q=@'>next</a></div>",
            ANGULAR,
            write=lambda v: v.replace("{", "%7B").replace("}", "%7D"),
        ),
    ),
    safe(
        "angularjs: other delimiters than ours",
        page(NG, ANGULAR + BRACKETS, write=lambda v: v.replace("[", "")),
    ),
    safe("angularjs: as data", page("<div ng-app ng-init='q=1'><p ng-bind='q'></p></div>", ANGULAR)),
    safe(
        "angular 17: compiled ahead",
        page(
            "<app-root>@</app-root><script src='/polyfills.js'></script>", "<script src='/main.js'></script>"
        ),
    ),
    safe("vue: v-pre", page("<div id='app'><p v-pre>Results for @</p></div>" + MOUNT, VUE)),
    safe("vue: in an attribute", page("<div id='app'><input value='@'></div>" + MOUNT, VUE)),
    safe("vue: outside of the root", page("<p>@</p><div id='app'></div>" + MOUNT, VUE)),
    safe("vue: runtime only", page(APP + MOUNT, VUE.replace("vue.global", "vue.runtime.global"))),
    safe(
        "vue: a template of its own",
        page(APP + "<script>Vue.createApp({template: '<b>x</b>'}).mount('#app')</script>", VUE),
    ),
    safe("vue-router alone", page(APP, "<script src='/js/vue-router.js'></script>")),
    safe("vue: replaced by v-text", page("<div id='app'><p v-text='n'>@</p></div>" + MOUNT, VUE)),
    safe("an API", lambda: api),
    safe("a firewall's page", lambda: firewall),
    safe("the value is not shown", counted),
    safe("an article about angular", page("<p>ng-app starts angular.js. You asked for @</p>")),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
