"""Ways that need nothing but a page that is opened, time, and scrolling."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from crawl.maze_browser_way import Hidden, Ways

SCRIPT, JSON, STREAM = "text/javascript", "application/json", "text/event-stream"

LOAD: Ways = {
    "load-fetch": Hidden("", "ask('LEAF')"),
    "load-xhr": Hidden(
        "",
        "const x = new XMLHttpRequest(); x.open('GET', hidden('LEAF') + '?page=2'); x.send()",
        sends="page=2",
    ),
    "load-graphql": Hidden(
        "", "ask('LEAF', json('POST', {query: '{ me { name } }', variables: {}}))", "POST", "me { name }"
    ),
    "load-beacon": Hidden("", "navigator.sendBeacon(hidden('LEAF'), 'event=open')", "POST", "event=open"),
    "load-image": Hidden("", "add('img', {src: hidden('LEAF')})"),
    "load-script": Hidden("", "add('script', {src: hidden('LEAF')})"),
    "load-style": Hidden("", "add('link', {rel: 'stylesheet', href: hidden('LEAF')})"),
    "load-frame": Hidden("", "add('iframe', {src: hidden('LEAF')})"),
    "load-custom-element": Hidden(
        "<shop-news></shop-news>",
        "customElements.define('shop-news', class extends HTMLElement { connectedCallback() { ask('LEAF'); } })",
    ),
    "load-module": Hidden(
        "",
        "import(hidden('LEAF.js')).then(module => module.start())",
        serves={"LEAF.js": (SCRIPT, "export const start = () => fetch('GOAL');")},
    ),
    "load-after-json": Hidden(
        "",
        "ask('LEAF.json').then(answer => answer.json()).then(config => fetch(config.next))",
        serves={"LEAF.json": (JSON, '{"next": "GOAL"}')},
    ),
    "load-json-pages": Hidden(
        "",
        "const more = async url => { const page = await (await fetch(url)).json(); if (page.next) more(page.next) };"
        " more(hidden('LEAF.json'))",
        serves={"LEAF.json": (JSON, '{"items": [1], "next": "GOAL"}')},
    ),
    "load-meta-token": Hidden(
        "<meta name=csrf-token content=meta-731>",
        "const token = document.querySelector('meta[name=csrf-token]').content;"
        " ask('LEAF', {method: 'POST', headers: {'X-CSRF-Token': token}})",
        "POST",
        header=("X-CSRF-Token", "meta-731"),
    ),
    "load-cookie-token": Hidden(
        "",
        "const token = document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1];"
        " ask('LEAF', {method: 'POST', headers: {'X-XSRF-Token': token}})",
        "POST",
        header=("X-XSRF-Token", "cookie-842"),
    ),
    "load-script-cookie": Hidden(
        "", "document.cookie = 'beta=yes; path=/'; ask('LEAF')", header=("Cookie", "beta=yes")
    ),
}
"""While the page is being opened."""

CHANNELS: Ways = {
    "worker": Hidden(
        "",
        "new Worker(hidden('LEAF.js'))",
        serves={"LEAF.js": (SCRIPT, "fetch('GOAL');")},
    ),
    "worker-blob": Hidden(
        "",
        "const code = `fetch('${location.origin}${hidden('LEAF')}')`;"
        " new Worker(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})))",
    ),
    "worker-message": Hidden(
        "",
        "const worker = new Worker(hidden('LEAF.js')); worker.onmessage = e => fetch(e.data); worker.postMessage(1)",
        serves={"LEAF.js": (SCRIPT, "onmessage = () => postMessage('GOAL');")},
    ),
    "event-stream": Hidden(
        "",
        "const stream = new EventSource(hidden('LEAF.events'));"
        " stream.onmessage = e => { stream.close(); fetch(e.data) }",
        serves={"LEAF.events": (STREAM, "data: GOAL\n\n")},
    ),
    "event-stream-named": Hidden(
        "",
        "const stream = new EventSource(hidden('LEAF.events'));"
        " stream.addEventListener('order', e => { stream.close(); fetch(JSON.parse(e.data).url) })",
        serves={"LEAF.events": (STREAM, 'event: order\ndata: {"url": "GOAL"}\n\n')},
    ),
    "web-socket": Hidden(
        "",
        "const socket = new WebSocket(`ws://${location.host}${hidden('LEAF.socket')}`);"
        " socket.onmessage = e => { socket.close(); fetch(e.data) }",
        serves={"LEAF.socket": ("websocket", "GOAL")},
    ),
    "frame-message": Hidden(
        '<iframe srcdoc="<script>parent.postMessage(0b1001, `*`)</script>"></iframe>',
        "addEventListener('message', e => e.data === 9 && ask('LEAF'))",
    ),
    "mutation": Hidden(
        "<div id=LEAF></div>",
        "new MutationObserver(() => ask('LEAF')).observe(el('LEAF'), {childList: true});"
        " el('LEAF').append('here')",
    ),
    "later": Hidden("", "setTimeout(() => ask('LEAF'), 300)"),
    "later-button": Hidden(
        "<p id=LEAF></p>",
        "setTimeout(() => add('button', {textContent: 'Offers', onclick: () => ask('LEAF')}, el('LEAF')), 300)",
    ),
    "idle": Hidden("", "requestIdleCallback(() => ask('LEAF'))"),
    "polling": Hidden(
        "",
        "let round = 0; const timer = setInterval(() => { round += 1;"
        " ask('LEAF.json', {cache: 'no-store'}); if (round === 3) { clearInterval(timer); ask('LEAF') } }, 100)",
        serves={"LEAF.json": (JSON, '{"ready": false}')},
    ),
}
"""Over another channel than the page's own requests, or a little later."""

SCROLL: Ways = {
    "endless-list": Hidden(
        "<ul id=LEAF></ul><p id=LEAF-end>…</p>",
        "let batch = 0; const load = async () => { if (batch === 2) return; batch += 1;"
        " if (batch === 2) return ask('LEAF?page=2');"
        " const page = await (await ask('LEAF.json')).json();"
        " for (const item of page.items) add('li', {textContent: item, style: 'height: 300px'}, el('LEAF')) };"
        " new IntersectionObserver(seen => seen[0].isIntersecting && load(), {rootMargin: '50px'})"
        ".observe(el('LEAF-end')); load()",
        sends="page=2",
        serves={"LEAF.json": (JSON, '{"items": ["a", "b", "c", "d", "e"]}')},
    ),
    "seen-section": Hidden(
        "<div style='height: 2500px'></div><article id=LEAF style='height: 50px'>…</article>",
        "new IntersectionObserver(seen => seen[0].isIntersecting && ask('LEAF?part=1')).observe(el('LEAF'))",
        sends="part=1",
    ),
    "lazy-frame": Hidden(
        "<div style='height: 5000px'></div><p id=LEAF></p>",
        "add('iframe', {loading: 'lazy', src: hidden('LEAF')}, el('LEAF'))",
    ),
    "scroll-event": Hidden(
        "",
        "const far = () => { if (scrollY > 500) { removeEventListener('scroll', far); ask('LEAF') } };"
        " addEventListener('scroll', far)",
    ),
}
"""When the page is scrolled."""
