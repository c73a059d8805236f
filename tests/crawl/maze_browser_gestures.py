"""Ways that need a gesture: something is dragged, swiped, turned, copied, opened by markup alone."""
# ruff: noqa: E501 -- a statement of a script stands on one line

from crawl.maze_browser_way import Hidden, Ways

GESTURES: Ways = {
    "drag-card": Hidden(
        "<p id=LEAF draggable=true>Card</p><div id=LEAF-lane style='height: 40px'>Done</div>",
        "on('LEAF', 'dragstart', e => e.dataTransfer.setData('text/plain', 'card-7'));"
        " on('LEAF-lane', 'dragover', e => e.preventDefault());"
        " on('LEAF-lane', 'drop', e => { e.preventDefault();"
        " ask('LEAF', json('POST', {card: e.dataTransfer.getData('text/plain')})) })",
        "POST",
        '"card":"card-7"',
    ),
    "drag-slider": Hidden(
        "<div id=LEAF style='width: 200px; height: 20px'><i>o</i></div>",
        "on('LEAF', 'pointerdown', e => { const from = e.clientX;"
        " const up = to => { removeEventListener('pointerup', up);"
        " if (to.clientX > from) ask('LEAF?by=' + Math.round(to.clientX - from)) }; addEventListener('pointerup', up) })",
        sends=r"by=\d",
    ),
    "touch": Hidden(
        "<p id=LEAF>Swipe</p>",
        "let begun = false; on('LEAF', 'touchstart', () => { begun = true });"
        " on('LEAF', 'touchend', () => begun && ask('LEAF'))",
    ),
    "wheel": Hidden(
        "<p id=LEAF style='height: 60px'>Zoom</p>", "on('LEAF', 'wheel', e => e.deltaY && ask('LEAF'))"
    ),
    "wheel-page": Hidden("", "addEventListener('wheel', () => ask('LEAF'))"),
    "paste": Hidden(
        "<div id=LEAF tabindex=0>Paste here</div>",
        "on('LEAF', 'paste', e => ask('LEAF?text=' + encodeURIComponent(e.clipboardData.getData('text/plain'))))",
        sends="text=.",
    ),
    "copy": Hidden("<p id=LEAF>Citation</p>", "on('LEAF', 'copy', () => ask('LEAF'))"),
    "paste-page": Hidden("", "document.addEventListener('paste', () => ask('LEAF'))"),
    "before-input": Hidden(
        "<input id=LEAF aria-label=Code>", "on('LEAF', 'beforeinput', e => e.data && ask('LEAF'))"
    ),
    "opened-details": Hidden(
        "<details id=LEAF><summary>Terms</summary>text</details>", "on('LEAF', 'toggle', () => ask('LEAF'))"
    ),
    "invoker-dialog": Hidden(
        "<button commandfor=LEAF command=show-modal>Report</button><dialog id=LEAF><button>Send</button></dialog>",
        "el('LEAF').querySelector('button').onclick = () => ask('LEAF', json('POST', {report: 1}))",
        "POST",
        '"report":1',
    ),
    "invoker-own": Hidden(
        "<button commandfor=LEAF command=--rotate>Rotate</button><div id=LEAF></div>",
        "on('LEAF', 'command', e => ask('LEAF?by=' + e.command))",
        sends="by=--rotate",
    ),
    "invoker-popover": Hidden(
        "<button popovertarget=LEAF>More</button><div popover id=LEAF>text</div>",
        "on('LEAF', 'beforetoggle', () => ask('LEAF'))",
    ),
    "page-show": Hidden("", "addEventListener('pageshow', () => ask('LEAF'))"),
    "page-hidden": Hidden(
        "",
        "document.addEventListener('visibilitychange', () => document.hidden &&"
        " navigator.sendBeacon(hidden('LEAF'), 'hidden=1'))",
        "POST",
        "hidden=1",
    ),
}
"""Something is done that is neither a click nor typing."""
