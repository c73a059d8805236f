"""Ways that need a pointer, a key or a value: what people do to one element."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from crawl.maze_browser_way import Hidden, Ways

CLICK: Ways = {
    "click": Hidden("<button id=LEAF>Details</button>", "on('LEAF', 'click', () => ask('LEAF'))"),
    "click-twice": Hidden("<p id=LEAF>Zoom</p>", "on('LEAF', 'dblclick', () => ask('LEAF'))"),
    "click-context": Hidden(
        "<p id=LEAF>File</p>", "on('LEAF', 'contextmenu', e => { e.preventDefault(); ask('LEAF') })"
    ),
    "click-mouse-down": Hidden("<span id=LEAF>Press</span>", "on('LEAF', 'mousedown', () => ask('LEAF'))"),
    "click-pointer-up": Hidden("<span id=LEAF>Draw</span>", "on('LEAF', 'pointerup', () => ask('LEAF'))"),
    "click-property": Hidden(
        "<div id=LEAF style='cursor: pointer'>Card</div>", "el('LEAF').onclick = () => ask('LEAF')"
    ),
    "click-attribute": Hidden("<b id=LEAF onclick='pressed()'>Row</b>", "window.pressed = () => ask('LEAF')"),
    "click-role": Hidden(
        "<div id=LEAF role=button tabindex=0>Shelf</div>", "on('LEAF', 'click', () => ask('LEAF'))"
    ),
    "click-javascript-url": Hidden(
        "<a href='javascript:goThere()'>Basket</a>", "window.goThere = () => { ask('LEAF') }"
    ),
    "click-empty-link": Hidden(
        "<a href=# id=LEAF>Prices</a>", "on('LEAF', 'click', e => { e.preventDefault(); ask('LEAF') })"
    ),
    "click-drawing": Hidden(
        "<svg width=60 height=60><circle id=LEAF cx=30 cy=30 r=28 /></svg>",
        "on('LEAF', 'click', () => ask('LEAF'))",
    ),
    "click-image": Hidden(
        "<img id=LEAF alt=Map width=50 height=50>", "on('LEAF', 'click', () => ask('LEAF'))"
    ),
    "click-icon": Hidden(
        "<button id=LEAF aria-label=Share><svg width=20 height=20></svg></button>",
        "on('LEAF', 'click', () => ask('LEAF'))",
    ),
}
"""One press of an element, found by its nature, its look or its listener."""

APP: Ways = {
    "delegated-data": Hidden(
        "<div id=LEAF><p data-act=open>Orders</p></div>",
        "on('LEAF', 'click', e => e.target.dataset.act === 'open' && ask('LEAF'))",
    ),
    "delegated-closest": Hidden(
        "<ul id=LEAF><li class=js-open><b>Bills</b></li></ul>",
        "on('LEAF', 'click', e => e.target.closest('.js-open') && ask('LEAF'))",
    ),
    "delegated-react": Hidden(
        "<div id=LEAF><div><span>Profile</span></div></div>",
        # The root listens for all; what each node does stands in a property of the node.
        "const key = '__reactProps$' + tail('LEAF').slice(0, 6);"
        " el('LEAF').querySelector('span')[key] = {onClick: () => ask('LEAF')};"
        " on('LEAF', 'click', e => { for (let n = e.target; n; n = n.parentNode) n[key]?.onClick?.(e) })",
    ),
    "invoker-vue": Hidden(
        "<section id=LEAF><em>Wishes</em></section>",
        "const node = el('LEAF').firstElementChild; node._vei = {onClick: () => ask('LEAF')};"
        " node.addEventListener('click', e => node._vei.onClick(e))",
    ),
    "rendered-anew": Hidden(
        "<div id=LEAF></div>",
        # The whole part is drawn again after each step, as small frameworks do: no node outlives a click.
        "let step = 'list'; const steps = {list: ['Article 7', 'item'], item: ['Edit', 'edit'],"
        " edit: ['Save', 'saved'], saved: ['Back', 'list']};"
        " const draw = () => { const [label, next] = steps[step]; el('LEAF').innerHTML ="
        " `<h2>${step}</h2><button>${label}</button>`; el('LEAF').querySelector('button').onclick = () => {"
        " step = next; if (step === 'saved') ask('LEAF', json('POST', {title: 'Article 7'})); draw() } }; draw()",
        "POST",
        '"title":"Article 7"',
    ),
    "store-driven": Hidden(
        "<div id=LEAF><button>Add to basket</button><output></output></div>",
        "const state = new Proxy({count: 0}, {set(store, name, value) { store[name] = value;"
        " el('LEAF').querySelector('output').innerHTML = `<button>Pay ${value}</button>`; return true }});"
        " on('LEAF', 'click', e => { if (e.target.textContent.startsWith('Add')) state.count += 1;"
        " else if (e.target.textContent.startsWith('Pay')) ask('LEAF', json('POST', {count: state.count})) })",
        "POST",
        '"count":\\d',
    ),
    "local-storage": Hidden(
        "<button id=LEAF>Try the new look</button>",
        "on('LEAF', 'click', () => { localStorage.look = 'new'; location.reload() });"
        " if (localStorage.look === 'new') ask('LEAF')",
    ),
}
"""Listeners far from what is pressed, and views that are drawn anew."""

HOVER: Ways = {
    "hover-enter": Hidden("<p id=LEAF>Rating</p>", "on('LEAF', 'mouseenter', () => ask('LEAF'))"),
    "hover-over": Hidden("<p id=LEAF>Author</p>", "on('LEAF', 'mouseover', () => ask('LEAF'))"),
    "hover-pointer": Hidden("<p id=LEAF>Chart</p>", "on('LEAF', 'pointerenter', () => ask('LEAF'))"),
    "hover-menu": Hidden(
        "<nav id=LEAF>Shop<div></div></nav>",
        "on('LEAF', 'mouseenter', () => { el('LEAF').lastElementChild.innerHTML = '<button>Hats</button>' });"
        " on('LEAF', 'click', e => e.target.textContent === 'Hats' && ask('LEAF'))",
    ),
    "hover-style": Hidden(
        "<style>#LEAF > button { display: none } #LEAF:hover > button { display: block }</style>"
        "<div id=LEAF>Service<button>Repairs</button></div>",
        "el('LEAF').querySelector('button').onclick = () => ask('LEAF')",
    ),
    "hover-prefetch": Hidden(
        "<a href=/p/hover id=LEAF>Next</a>",
        "on('LEAF', 'mouseover', () => ask('LEAF?early=1'))",
        sends="early=1",
    ),
    "focus": Hidden("<input id=LEAF aria-label=City>", "on('LEAF', 'focus', () => ask('LEAF'))"),
}
"""The pointer rests on something."""

TYPE: Ways = {
    "type-input": Hidden(
        "<input id=LEAF type=search aria-label=Search>",
        "on('LEAF', 'input', e => e.target.value && ask('LEAF?q=' + encodeURIComponent(e.target.value)))",
        sends="q=[^&]",
    ),
    "type-debounced": Hidden(
        "<input id=LEAF placeholder=Street>",
        "let timer; on('LEAF', 'keyup', e => { clearTimeout(timer);"
        " timer = setTimeout(() => ask('LEAF?street=' + encodeURIComponent(e.target.value)), 150) })",
        sends="street=[^&]",
    ),
    "type-enter": Hidden(
        "<input id=LEAF placeholder='New task'>",
        "on('LEAF', 'keydown', e => e.key === 'Enter' && e.target.value &&"
        " ask('LEAF', json('POST', {task: e.target.value})))",
        "POST",
        '"task":"[^"]',
    ),
    "type-change": Hidden(
        "<input id=LEAF name=nick>",
        "on('LEAF', 'change', e => ask('LEAF', form('POST', {nick: e.target.value})))",
        "POST",
        "nick=[^&]",
    ),
    "type-blur": Hidden(
        "<input id=LEAF name=zip>",
        "on('LEAF', 'blur', e => e.target.value && ask('LEAF?zip=' + e.target.value))",
        sends="zip=[^&]",
    ),
    "type-editable": Hidden(
        "<div id=LEAF contenteditable=true>Text</div>",
        "on('LEAF', 'input', e => ask('LEAF', json('POST', {html: e.target.innerHTML})))",
        "POST",
        '"html":"',
    ),
    "type-long-text": Hidden(
        "<textarea id=LEAF minlength=10 aria-label=Review></textarea><button id=LEAF-send disabled>Publish</button>",
        "on('LEAF', 'input', e => { el('LEAF-send').disabled = e.target.value.length < 10 });"
        " on('LEAF-send', 'click', () => ask('LEAF', json('POST', {review: el('LEAF').value})))",
        "POST",
        '"review":".{10}',
    ),
}
"""Text goes into a field, and the page reacts to it."""

CHOOSE: Ways = {
    "choose-option": Hidden(
        "<select id=LEAF><option value=''>Sort by</option><option value=price>Price</option></select>",
        "on('LEAF', 'change', e => ask('LEAF?sort=' + e.target.value))",
        sends="sort=price",
    ),
    "choose-checkbox": Hidden(
        "<label><input type=checkbox id=LEAF> In stock</label>",
        "on('LEAF', 'change', e => e.target.checked && ask('LEAF?stock=1'))",
        sends="stock=1",
    ),
    "choose-hidden-checkbox": Hidden(
        "<input type=checkbox id=LEAF style='display: none'><label for=LEAF>Only new</label>",
        "on('LEAF', 'change', () => ask('LEAF'))",
    ),
    "choose-radio": Hidden(
        "<label><input type=radio name=LEAF value=gift checked> Gift</label>"
        "<label><input type=radio name=LEAF value=post> Post</label>",
        "document.querySelectorAll('[name=LEAF]').forEach(each =>"
        " each.addEventListener('change', () => ask('LEAF?by=' + each.value)))",
        sends="by=post",
    ),
    "choose-range": Hidden(
        "<input type=range min=0 max=90 value=0 id=LEAF>",
        "on('LEAF', 'input', e => e.target.value > 0 && ask('LEAF?most=' + e.target.value))",
        sends="most=[1-9]",
    ),
    "choose-date": Hidden(
        "<input type=date id=LEAF>",
        "on('LEAF', 'change', e => ask('LEAF?day=' + e.target.value))",
        sends=r"day=\d{4}-\d\d-\d\d",
    ),
    "choose-stepper": Hidden(
        "<input id=LEAF value=1 readonly aria-label=Amount><button id=LEAF-more>+</button>",
        "on('LEAF-more', 'click', () => { el('LEAF').value = +el('LEAF').value + 1;"
        " ask('LEAF?amount=' + el('LEAF').value) })",
        sends="amount=[2-9]",
    ),
}
"""Something is picked."""

CHAIN: Ways = {
    "click-again": Hidden(
        "<button id=LEAF>Older</button>",
        "let page = 0; on('LEAF', 'click', () => { page += 1; add('p', {textContent: `page ${page}`});"
        " if (page === 2) ask('LEAF') })",
    ),
    "choose-dependent": Hidden(
        "<select id=LEAF><option value=''>Country</option><option value=kr>Korea</option></select>"
        "<select id=LEAF-town disabled></select>",
        "on('LEAF', 'change', async () => { const towns = await (await ask('LEAF.json')).json();"
        " el('LEAF-town').replaceChildren(...['', ...towns].map(town => new Option(town, town)));"
        " el('LEAF-town').disabled = false });"
        " on('LEAF-town', 'change', () => ask(`LEAF?country=${el('LEAF').value}&town=${el('LEAF-town').value}`))",
        sends="country=kr&town=Seoul",
        serves={"LEAF.json": ("application/json", '["Seoul"]')},
    ),
    "choose-day": Hidden(
        "<button id=LEAF>When?</button><div id=LEAF-days></div>",
        "on('LEAF', 'click', () => { el('LEAF-days').innerHTML = [1, 2, 3].map(day =>"
        " `<span data-day='2031-05-0${day}'>${day}</span>`).join(' ') });"
        " on('LEAF-days', 'click', e => e.target.dataset.day && ask('LEAF?day=' + e.target.dataset.day))",
        sends="day=2031-05-0",
    ),
    "choose-custom": Hidden(
        "<div id=LEAF role=combobox tabindex=0>Colour</div><ul id=LEAF-list hidden><li role=option>Red</ul>",
        "on('LEAF', 'click', () => { el('LEAF-list').hidden = false });"
        " on('LEAF-list', 'click', e => ask('LEAF?colour=' + e.target.textContent.trim()))",
        sends="colour=Red",
    ),
}
"""Only after a first step on the same page."""
