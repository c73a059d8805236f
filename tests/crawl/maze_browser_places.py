"""Ways in places of their own: shadow trees, frames, windows, dialogs, downloads, routes."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from crawl.maze_browser_way import Hidden, Ways

SHADOW: Ways = {
    "shadow-open": Hidden(
        "<div id=LEAF></div>",
        "const root = el('LEAF').attachShadow({mode: 'open'}); root.innerHTML = '<button>Rate</button>';"
        " root.firstChild.onclick = () => ask('LEAF')",
    ),
    "shadow-closed": Hidden(
        "<div id=LEAF></div>",
        "const root = el('LEAF').attachShadow({mode: 'closed'}); root.innerHTML = '<button>Vote</button>';"
        " root.firstChild.onclick = () => ask('LEAF')",
    ),
    "shadow-nested": Hidden(
        "<div id=LEAF></div>",
        "const outer = el('LEAF').attachShadow({mode: 'open'}); outer.innerHTML = '<div></div>';"
        " const inner = outer.firstChild.attachShadow({mode: 'open'}); inner.innerHTML = '<span>Pick</span>';"
        " inner.firstChild.addEventListener('click', () => ask('LEAF'))",
    ),
    "shadow-slot": Hidden(
        "<div id=LEAF><i>Basket</i></div>",
        "el('LEAF').attachShadow({mode: 'open'}).innerHTML = '<p><slot></slot></p>';"
        " el('LEAF').shadowRoot.firstChild.addEventListener('click', () => ask('LEAF'))",
    ),
    "shadow-form": Hidden(
        "<shop-search></shop-search>",
        "customElements.define('shop-search', class extends HTMLElement { connectedCallback() {"
        " const root = this.attachShadow({mode: 'open'});"
        " root.innerHTML = '<form><input name=term required><button>Look up</button></form>';"
        " root.firstChild.onsubmit = e => { e.preventDefault();"
        " ask('LEAF', json('POST', {term: e.target.elements.term.value})) } } })",
        "POST",
        '"term":"[^"]',
    ),
    "shadow-declared": Hidden(
        "<div id=LEAF><template shadowrootmode=open><button>Compare</button></template></div>",
        "el('LEAF').shadowRoot.querySelector('button').onclick = () => ask('LEAF')",
    ),
    "shadow-menu": Hidden(
        "<shop-menu></shop-menu>",
        "customElements.define('shop-menu', class extends HTMLElement { connectedCallback() {"
        " const root = this.attachShadow({mode: 'open'}); root.innerHTML = '<button>Filter</button><p></p>';"
        " root.firstChild.onclick = () => { root.lastChild.innerHTML = '<button>Cheap</button>';"
        " root.lastChild.firstChild.onclick = () => ask('LEAF') } } })",
    ),
}
"""Inside custom elements."""

_INNER = (
    "<script src=/browser.js></script><button>SAYS</button>"
    "<script>document.querySelector('button').onclick = () => ask('LEAF')</script>"
)

FRAMES: Ways = {
    "frame-source": Hidden(
        "<div id=LEAF></div>",
        "add('iframe', {src: hidden('LEAF.html')}, el('LEAF'))",
        serves={"LEAF.html": ("text/html", _INNER.replace("SAYS", "Card"))},
    ),
    "frame-document": Hidden(f'<iframe srcdoc="{_INNER.replace("SAYS", "Bank")}"></iframe>', ""),
    "frame-sandboxed": Hidden(
        f'<iframe sandbox=allow-scripts srcdoc="{_INNER.replace("SAYS", "Cash")}"></iframe>', ""
    ),
    "frame-in-frame": Hidden(
        "<div id=LEAF></div>",
        "const outer = add('iframe', {srcdoc: '<body></body>'}, el('LEAF')); outer.onload = () => {"
        " outer.onload = null; const inner = outer.contentDocument.createElement('iframe');"
        " inner.src = hidden('LEAF.html'); outer.contentDocument.body.append(inner) }",
        serves={"LEAF.html": ("text/html", _INNER.replace("SAYS", "Coin"))},
    ),
    "frame-on-click": Hidden(
        "<button id=LEAF>Chat</button>",
        "on('LEAF', 'click', () => add('iframe', {src: hidden('LEAF.html')}))",
        serves={"LEAF.html": ("text/html", _INNER.replace("SAYS", "Begin"))},
    ),
    "frame-written": Hidden(
        "<iframe id=LEAF></iframe>",
        "const inner = el('LEAF').contentDocument; inner.open(); inner.write('<b>Gift</b>'); inner.close();"
        " inner.querySelector('b').onclick = () => ask('LEAF')",
    ),
}
"""Inside frames."""

WINDOWS: Ways = {
    "window-open": Hidden("<button id=LEAF>Help</button>", "on('LEAF', 'click', () => open(hidden('LEAF')))"),
    "window-link": Hidden(
        "<a id=LEAF target=_blank href=#>Manual</a>",
        "on('LEAF', 'mousedown', e => { e.target.href = hidden('LEAF') })",
    ),
    "window-written": Hidden(
        "<button id=LEAF>Receipt</button>",
        "on('LEAF', 'click', () => open('').document.write(`<a href='${hidden('LEAF')}'>receipt</a>`))",
    ),
    "window-script": Hidden(
        "<button id=LEAF>Player</button>",
        "on('LEAF', 'click', () => open(hidden('LEAF.html')))",
        serves={"LEAF.html": ("text/html", "<script>fetch('GOAL')</script>")},
    ),
    "window-location": Hidden(
        "<button id=LEAF>Checkout</button>", "on('LEAF', 'click', () => { location = hidden('LEAF') })"
    ),
    "window-alert": Hidden(
        "<button id=LEAF>Coupon</button>", "on('LEAF', 'click', () => { alert('One left'); ask('LEAF') })"
    ),
    "window-confirm": Hidden(
        "<button id=LEAF>Reserve</button>",
        "on('LEAF', 'click', () => confirm('Reserve it?') && ask('LEAF', json('POST', {sure: true})))",
        "POST",
        '"sure":true',
    ),
    "window-prompt": Hidden(
        "<button id=LEAF>Rename</button>",
        "on('LEAF', 'click', () => { const name = prompt('New name?');"
        " if (name) ask('LEAF', json('POST', {name})) })",
        "POST",
        '"name":"[^"]',
    ),
    "window-blob": Hidden(
        "<button id=LEAF>Export</button>",
        "on('LEAF', 'click', () => { const url = URL.createObjectURL(new Blob(['a,b']));"
        " add('a', {href: url, download: 'list.csv'}).click(); ask('LEAF') })",
    ),
    "window-download": Hidden(
        "<button id=LEAF>Backup</button>",
        "on('LEAF', 'click', () => add('a', {href: hidden('LEAF'), download: 'all.zip'}).click())",
    ),
    "window-attachment": Hidden(
        "<button id=LEAF>Statement</button>",
        "on('LEAF', 'click', () => { location = hidden('LEAF.bin'); ask('LEAF') })",
        serves={"LEAF.bin": ("application/octet-stream", "0")},
    ),
}
"""Windows, dialogs, downloads."""

LEAVE: Ways = {
    "leave-unload": Hidden(
        "<a href=/p/leave?left=1>Away</a>",
        "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'x';"
        " navigator.sendBeacon(hidden('LEAF'), 'left=1') })",
        "POST",
        "left=1",
    ),
    "leave-behind": Hidden("<button id=LEAF>Stay</button>", "on('LEAF', 'click', () => ask('LEAF'))"),
}
"""A page that does not want to be left."""

ROUTES: Ways = {
    "route-push": Hidden(
        "<button id=LEAF>Gallery</button><div id=LEAF-view></div>",
        "on('LEAF', 'click', () => { history.pushState({}, '', '?view=gallery');"
        " el('LEAF-view').innerHTML = '<button>Picture</button>' });"
        " on('LEAF-view', 'click', e => e.target.matches('button') && ask('LEAF'))",
    ),
    "route-back": Hidden(
        "<button id=LEAF>Open</button><div id=LEAF-view></div>",
        "on('LEAF', 'click', () => { history.pushState({opened: 1}, '', '?open=1');"
        " el('LEAF-view').innerHTML = '<button>Return</button>' });"
        " on('LEAF-view', 'click', () => history.back());"
        " addEventListener('popstate', () => el('LEAF-view').innerHTML && ask('LEAF'))",
    ),
    "route-hash": Hidden(
        "<a href=#/profile>Profile</a>",
        "const shown = () => location.hash === '#/profile' && ask('LEAF');"
        " addEventListener('hashchange', shown); shown()",
    ),
    "route-hash-deep": Hidden(
        "<a href=#/team>Team</a><div id=LEAF></div>",
        "const shown = () => { if (location.hash === '#/team') el('LEAF').innerHTML = '<a href=#/team/7>Seven</a>';"
        " if (location.hash === '#/team/7') ask('LEAF?member=7') }; addEventListener('hashchange', shown); shown()",
        sends="member=7",
    ),
    "route-link": Hidden(
        "<a href=?page=settings id=LEAF>Settings</a><div id=LEAF-view></div>",
        "on('LEAF', 'click', e => { e.preventDefault(); history.pushState({}, '', e.target.href);"
        " ask('LEAF', {headers: {Accept: 'application/json'}}) })",
    ),
}
"""Views with addresses of their own, drawn by a script."""

DRAWN: Ways = {
    "drawn-link": Hidden(
        "<div id=LEAF></div>",
        "add('a', {href: hidden('LEAF'), textContent: 'Archive'}, el('LEAF'))",
    ),
    "drawn-link-far": Hidden(
        "<button id=LEAF>Links</button><p id=LEAF-list></p>",
        "on('LEAF', 'click', () => add('a', {href: hidden('LEAF.html'), textContent: 'More'}, el('LEAF-list')))",
        serves={"LEAF.html": ("text/html", "<a href=GOAL>there</a>")},
    ),
    "drawn-form": Hidden(
        "<div id=LEAF></div>",
        "const made = add('form', {method: 'post', action: hidden('LEAF')}, el('LEAF'));"
        " add('input', {name: 'comment'}, made); add('button', {textContent: 'Post it'}, made)",
        "POST",
        "comment=[^&]",
    ),
}
"""Links and forms that only a script puts into the page."""
