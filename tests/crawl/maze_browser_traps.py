"""Applications without an end, each with one button, ``Goal``, whose request a browser must still see."""

from crawl.maze_browser import SCRIPT, path_of
from s2n.model import Request
from support.site import Site, html

GOAL = path_of("goal")

_NOISE = "const noise = () => 'x' + Math.random().toString(36).slice(2, 10);"

TRAPS = {
    # Ids and classes that nobody has seen before, on every load and after every click.
    "random-ids": _NOISE + " const draw = () => { box.innerHTML = [1, 2, 3, 4].map(n =>"
    " `<div class=${noise()} id=${noise()}><button id=${noise()} data-k=${noise()}>Item</button></div>`"
    ").join('') }; draw(); box.addEventListener('click', draw)",
    # A feed that is longer whenever its end is seen.
    "endless-feed": "let last = 0; const more = async () => { await fetch('/feed?after=' + last);"
    " for (let n = 0; n < 10; n += 1) { last += 1; add('p', {textContent: 'entry ' + last,"
    " style: 'height: 200px', onclick: () => fetch('/entry?n=1')}, box) } };"
    " const end = add('i', {textContent: '.'}); new IntersectionObserver(seen =>"
    " seen[0].isIntersecting && more()).observe(end)",
    # Each press makes a structure that is like no other before.
    "grown-structure": "const tags = ['p', 'div', 'b', 'section', 'ul', 'em', 'nav'];"
    " const grow = parent => { for (let n = 0; n < 5; n += 1) parent ="
    " add(tags[Math.floor(Math.random() * 7)], {}, parent); add('button', {textContent: 'Grow'}, parent) };"
    " grow(box); box.addEventListener('click', () => { box.replaceChildren();"
    " for (let n = Math.random() * 4; n > -1; n -= 1) grow(box) })",
    "alerts": "setInterval(() => alert('Hello'), 60)",
    "alerts-on-click": "box.innerHTML = '<button>Win</button>';"
    " box.onclick = () => { for (let n = 0; n < 1e6; n += 1) alert('Again') }",
    "busy-on-click": "box.innerHTML = '<button>Count</button>'; box.onclick = () => { for (;;); }",
    "polling": "let n = 0; setInterval(() => { n += 1; fetch('/poll?n=' + n).catch(() => 0) }, 80)",
    "clock": "setInterval(() => { box.textContent = performance.now() }, 50)",
    "many-items": "for (let n = 0; n < 5000; n += 1) add('li', {textContent: 'Row ' + n,"
    " onclick: () => fetch('/row?n=' + n)}, box)",
    "reloads": "setTimeout(() => location.reload(), 700)",
    "moves-on": "setTimeout(() => { location = '/?at=' + Math.random() }, 700)",
    "flips": "let dark = false; const draw = () => { dark = !dark; box.innerHTML ="
    " dark ? '<p><button>Dark</button></p>' : '<ul><li><button>Light</button></ul>' };"
    " draw(); box.addEventListener('click', draw)",
    "calendar": "let month = 0; const draw = () => { box.innerHTML ="
    " `<h2>${month}</h2><button data-by=-1>‹</button><button data-by=1>›</button>`"
    " + Array.from({length: 28 + (month & 3)}, (_, day) => `<b class=day>${day + 1}</b>`).join('') }; draw();"
    " box.addEventListener('click', e => { month += +(e.target.dataset.by ?? 0); draw() })",
    "windows": "box.innerHTML = '<button>Open</button>'; box.onclick = () => open('/?n=' + Math.random())",
    # A page inside itself, each time at another address: a handful of times, as each may take its clicks.
    "frames": "const depth = +(new URLSearchParams(location.search).get('depth') ?? 0) + 1;"
    " if (depth < 6) add('iframe', {src: '/?depth=' + depth}, box)",
    "history": "let n = 0; setInterval(() => { n += 1; history.pushState({}, '', '/?step=' + n) }, 80)",
    "leaving": "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'x' });"
    " box.innerHTML = '<a href=/?again=1>On</a>'",
}
"""Name → script of the page; ``box`` is the part of the page that it fills."""


def trap(name: str) -> Site:
    """The site of one trap: every address shows the same page."""
    page = html(
        f"<!doctype html><title>{name}</title><body><script>{SCRIPT}</script>"
        "<div id=box></div><button id=goal>Goal</button>"
        f"<script>{{ on('goal', 'click', () => ask('goal')); {TRAPS[name]} }}</script>"
    )

    def serve(request: Request) -> object:
        return page if request.path == "/" else "<p>here</p>"

    return serve
