"""Ways to hide a URL or a request in scripts. ``GOAL`` is the hidden endpoint, ``/found/LEAF``."""

SCRIPTS = {
    "js-string": "var u = 'GOAL';",
    "js-escaped": r"var u = '\x2ffound\u002fLEAF';",
    "js-concatenation": "go('/found' + '/' + 'LEAF');",
    "js-constant": "const API = '/found'; go(API + '/LEAF');",
    "js-constant-object": "const paths = {base: '/found', leaf: 'LEAF'}; go(paths.base + '/' + paths.leaf);",
    "js-template": "const API = '/found'; go(`${API}/LEAF`);",
    "js-template-value": "go(`GOAL?id=${id}&n=${n}`);",
    "js-concat-method": "go('/found'.concat('/', 'LEAF'));",
    "js-join": "go(['', 'found', 'LEAF'].join('/'));",
    "js-base64": "go(atob('BASE64'));",
    "js-this-field": "class A { base = '/found'; load() { go(this.base + '/LEAF'); } }",
    "js-origin": "go(location.origin + 'GOAL');",
    "js-host": "go(location.protocol + '//' + location.host + 'GOAL');",
    "js-new-url": "go(new URL('LEAF', '/found/'), new URL('GOAL', location.origin));",
    "js-fallback": "const base = window.BASE || '/found'; go(base + '/LEAF');",
    "js-eval": "eval(\"go('/found/' + 'LEAF')\");",
    "js-timeout-text": "setTimeout(\"location = '/found' + '/LEAF'\", 10);",
    "js-written-markup": "document.write('<a href=\"/found/' + 'LEAF\">t</a>');",
    "js-inner-html": 'el.innerHTML = `<form action="GOAL"><input name=a></form>`;',
    "fetch": "fetch('/found' + '/LEAF').then(r => r.json());",
    "fetch-relative": "fetch('../../found/LEAF');",
    "fetch-request": "fetch(new Request('/found/' + 'LEAF'));",
    "xhr-get": "const x = new XMLHttpRequest(); x.open('GET', '/found/' + 'LEAF'); x.send();",
    "axios-get": "axios.get('/found/' + 'LEAF');",
    "axios-base-url": "const api = axios.create({baseURL: '/found'}); api.get('LEAF');",
    "axios-defaults": "axios.defaults.baseURL = '/found'; axios.get('/LEAF');",
    "axios-config": "axios({url: '/LEAF', baseURL: '/found'});",
    "ky-prefix": "const client = ky.create({prefixUrl: '/found'}); client.get('LEAF');",
    "jquery-ajax": "$.ajax({url: '/found' + '/LEAF', dataType: 'json'});",
    "jquery-load": "$('#x').load('/found/' + 'LEAF');",
    "angular-http": "class S { constructor(http) {} get() { return this.http.get('/found' + '/LEAF'); } }",
    "web-socket": "new WebSocket('ws://' + location.host + '/found/' + 'LEAF');",
    "event-source": "new EventSource('/found' + '/LEAF');",
    "worker": "new Worker('/found' + '/LEAF');",
    "service-worker": "navigator.serviceWorker.register('/found' + '/LEAF');",
    "import-scripts": "importScripts('/lib.js', '/found/' + 'LEAF');",
    "cache-list": "caches.open('v1').then(cache => cache.addAll(['/', '/found/' + 'LEAF']));",
    "precache-manifest": "precacheAndRoute([{url: '/found/' + 'LEAF', revision: '1'}]);",
    "window-open": "window.open('/found' + '/LEAF');",
    "location-assign": "location.assign('/found' + '/LEAF');",
    "history-push": "history.pushState({}, '', '/found' + '/LEAF');",
    "router-push": "router.push({path: '/found' + '/LEAF'});",
    "import-dynamic": "button.onclick = () => import('/found/LEAF');",
    "import-static": "import {a} from '../../found/LEAF'; a();",
    "export-from": "export {a} from '/found/LEAF';",
    "vite-preload": "const A = () => __vitePreload(() => import('../../found/LEAF'), ['assets/a.css']);",
    "react-routes": "createBrowserRouter([{path: '/found', children: [{path: 'LEAF', element: h(P)}]}]);",
    "react-route-element": "h(Route, {path: '/found', children: [{path: 'LEAF', element: h(P)}]});",
    "react-route-jsx": "const r = <Routes><Route path='GOAL' element={<P/>}/></Routes>;",
    "react-link-jsx": "const r = <Link to='GOAL'>t</Link>;",
    "vue-routes": "createRouter({routes: [{path: '/found', name: a, children: [{path: 'LEAF'}]}]});",
    "angular-routes": "const routes = [{path: 'found', children: [{path: 'LEAF', component: C}]}];",
    "angularjs-when": "$routeProvider.when('/found/' + 'LEAF', {templateUrl: 'x.html'});",
    "js-comment": "// It was at http://HOSTGOAL, long ago\ngo();",
    "js-comment-call": "/*\n * fetch('GOAL?all=1')\n */ go();",
    "withheld-address": "axios.delete('/found' + '/LEAF');",
    "route-basename": "h(Router, {basename: '/found'}); h(Route, {path: '/LEAF', component: C});",
    "function-computes": (
        "const at = name => '/found' + '/' + name; fetch(url('LEAF')); function url(x) { return at(x); }"
    ),
    "method-first": "transport.submit('GET', '/found' + '/LEAF', done);",
    "page-of-name": "function openPage(name) { window.open('/found/' + name); } openPage('LEAF');",
    "json-parsed": 'const s = JSON.parse(\'{"a": {"url": "../../found/LEAF"}}\');',
    "navigate-array": "this.router.navigate(['/found', 'LEAF'], {queryParams: {a: 1}});",
    "route-parameter": "const routes = [{path: 'GOAL/:id', component: C}];",
    "next-manifest": "self.__BUILD_MANIFEST = {'GOAL': ['static/chunks/pages/x.js'], sortedPages: ['/']};",
    "webpack-chunks": "r.p = '/found/'; r.u = e => '' + ({7: 'LEAF'}[e] || e) + '.' + {7: 'abc'}[e] + '.js';",
    "name-in-function": "function a() { let t = '/no'; } function b() { let t = '/found'; go(t + '/LEAF'); }",
    "field-of-class": (
        "class A { host = '/no'; } class B { constructor(http) { this.http = http; this.host = '/found'; }"
        " get() { return this.http.get(`${this.host}/LEAF`); } }"
    ),
    "field-compiled": "class A { constructor() { f(this, 'base', '/found'); fetch(this.base + '/LEAF'); } }",
    "other-branch": "fetch('/found' + (own ? '/no' : '/LEAF'));",
    "wrapper-function": "function api(path, options) { fetch('/found' + path, options); } api('/LEAF');",
    "wrapper-promise": (
        "const load = path => new Promise(done => { const x = new XMLHttpRequest();"
        " x.open('GET', `/found${path}`); x.send(); }); load('/LEAF').then(show);"
    ),
    "wrapper-pattern": "const call = ({path, query = {}}) => fetch(`/found/${path}`); call({path: 'LEAF'});",
    "wrapper-method": (
        "class A { base = '/found'; request(path) { const url = this.base + path; return fetch(url); }"
        " list() { return this.request('/LEAF'); } }"
    ),
    "wrapper-twice": (
        "const ask = (path, options) => fetch('/found' + path, options);"
        " const agent = {get: path => ask(path, {method: 'GET'})}; agent.get('/LEAF');"
    ),
    "request-object": "n({headers: h, baseURL: '/found', url: 'LEAF'});",
    "interceptor": "this.http.get('/LEAF'); const add = (t, next) => next(t.clone({url: `/found${t.url}`}));",
    "interceptor-axios": "t.get('/LEAF'); t.interceptors.request.use(e => (e.url = '/found' + e.url, e));",
}
"""Read in the page and, another time, in a file of its own."""

GOALS = {
    "fetch-relative": "/found/LEAF",
    "route-parameter": "/found/LEAF/1",
    "webpack-chunks": "/found/LEAF.abc.js",
}
"""Where the endpoint's path is another than ``/found/LEAF``."""

REQUESTS = {
    "fetch-post-json": (
        (
            "fetch('GOAL', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({user: name, age: 3, deep: {ok: true}})});"
        ),
        ("POST", '{"user": "s2n", "age": 3, "deep": {"ok": true}}'),
    ),
    "fetch-put-form": (
        "fetch('/found/' + 'LEAF', {method: 'PUT', body: new URLSearchParams({q: term})});",
        ("PUT", "q=s2n"),
    ),
    "fetch-post-form-data": (
        (
            "const form = new FormData(); form.append('title', t); form.append('kind', 'a');"
            " fetch('GOAL', {method: 'POST', body: form});"
        ),
        ("POST", 'name="title"'),
    ),
    "fetch-post-request": (
        "fetch(new Request('GOAL', {method: 'POST', body: 'a=1'}));",
        ("POST", "a=1"),
    ),
    "fetch-post-variable": (
        "const options = {method: 'POST', body: JSON.stringify({id: 1})}; fetch('GOAL', options);",
        ("POST", '{"id": 1}'),
    ),
    "fetch-post-empty": ("fetch('GOAL', {method: 'POST'});", ("POST", "")),
    "xhr-post": (
        (
            "var x = new XMLHttpRequest(); x.open('POST', 'GOAL');"
            " x.setRequestHeader('Content-Type', 'application/json'); x.send(JSON.stringify({a: b}));"
        ),
        ("POST", '{"a": "s2n"}'),
    ),
    "axios-post": (
        "axios.post('/found/' + 'LEAF', {name: n, on: true});",
        ("POST", '{"name": "s2n", "on": true}'),
    ),
    "axios-instance-patch": (
        "const api = axios.create({baseURL: '/found'}); api.patch('/LEAF', {x: 1});",
        ("PATCH", '{"x": 1}'),
    ),
    "axios-config-post": ("axios({method: 'post', url: 'GOAL', data: {x: 1}});", ("POST", '{"x": 1}')),
    "axios-params": ("axios.get('GOAL', {params: {page: p, size: 10}});", ("GET", "page=1&size=10")),
    "jquery-post": ("$.post('GOAL', {a: 1, b: $('#b').val()});", ("POST", "a=1&b=s2n")),
    "jquery-ajax-post": (
        "$.ajax({type: 'POST', url: 'GOAL', contentType: 'application/json', data: JSON.stringify({a: 1})});",
        ("POST", '{"a": 1}'),
    ),
    "jquery-get-data": ("$.get('GOAL', {q: value});", ("GET", "q=1")),
    "angular-post": (
        "class S { f() { return this.http.post('GOAL', {a: this.a}); } }",
        ("POST", '{"a": "s2n"}'),
    ),
    "beacon": ("navigator.sendBeacon('GOAL', JSON.stringify({event: e}));", ("POST", '{"event": "s2n"}')),
    "wrapper-post": (
        (
            "const send = (at, body) => fetch('/found' + at, {method: 'POST', body: JSON.stringify(body)});"
            " send('/LEAF', {a: 1, b: c});"
        ),
        ("POST", '{"a": 1, "b": "s2n"}'),
    ),
    "request-object-post": (
        "n({method: on ? 'DELETE' : 'POST', url: `/found/${'LEAF'}`, data: {a: 1}});",
        ("POST", '{"a": 1}'),
    ),
    "request-object-generated": (
        (
            "class C { add = body => this.request({path: '/LEAF', method: 'PUT', body: {a: body}}); }"
            " new C({baseUrl: '/found'});"
        ),
        ("PUT", '{"a": "s2n"}'),
    ),
    "options-behind-url": (
        "u('/found' + '/LEAF', {method: 'PATCH', body: JSON.stringify({a: 1})});",
        ("PATCH", '{"a": 1}'),
    ),
    "search-parameters": (
        "const p = new URLSearchParams({page: 2, q: q}); fetch('GOAL?' + p.toString());",
        ("GET", "page=2"),
    ),
    "body-unknown": ("this.http.post('/found' + '/LEAF', value);", ("POST", "{}")),
}
"""Name → the script, and method and body (or query) of the request it makes."""
