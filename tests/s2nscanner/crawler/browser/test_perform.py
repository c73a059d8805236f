"""Actions as a person does them; each page asks for what it has noticed."""
# ruff: noqa: E501 -- a statement of a script stands on one line

import pytest

from support.browser import needs_browser
from support.walks import walks

pytestmark = [needs_browser, pytest.mark.timeout(300)]
"""One walk over all pages, which a busy machine may stretch."""

TRUSTED = "const say = name => e => fetch(name + (e.isTrusted ? '' : '-script'), {method: 'POST'});"
"""Asks for a name when something happens, with a mark where it came from a script."""

PAGES = {
    "mouse": """<p id=a>a</p><p id=b>b</p><p id=c>c</p><p id=d>d</p><script>SAY
        a.onclick = say('click'); b.onmouseenter = say('enter'); c.ondblclick = say('double');
        d.oncontextmenu = say('menu')</script>""",
    "hidden": "<button id=a hidden>a</button><script>SAY a.onclick = say('click')</script>",
    "covered": """<button id=a>a</button><div style="position: fixed; inset: 0"></div>
        <script>SAY a.onclick = say('click')</script>""",
    "far": """<div style="height: 3000px"></div><button id=a>a</button>
        <script>SAY a.onclick = say('click')</script>""",
    "frame": """<div style="height: 90px"></div><iframe srcdoc="<button>a</button><script>
        document.querySelector('button').onclick = e => parent.say('click')(e)</script>"></iframe>
        <script>SAY window.say = say</script>""",
    "typed": """<input id=a type=email><script>SAY a.addEventListener('change', e => fetch('mail=' + a.value));
        a.onkeydown = e => { if (e.key === 'Enter') say('enter')(e) }</script>""",
    "area": """<textarea id=a minlength=60></textarea><div id=b contenteditable></div><script>
        a.oninput = () => a.value.length >= 60 && fetch('long'); b.oninput = () => fetch('edited')</script>""",
    "picked": """<input type=date id=a><input type=range id=b value=0 max=9><input type=color id=c><script>
        a.onchange = () => fetch('date=' + a.value); b.oninput = () => fetch('range=' + b.value);
        c.oninput = () => fetch('colour')</script>""",
    "chosen": """<select id=a><option value="">-<option value=x>X<option value=y>Y</select>
        <input type=checkbox id=b><script>a.onchange = () => fetch('option=' + a.value);
        b.onchange = () => fetch('ticked=' + b.checked)</script>""",
    "keys": """<script>addEventListener('keydown', e => { if (e.key === 'g') fetch('g');
        if (e.key === 'Delete') fetch('delete') })</script>""",
    "anykey": "<script>document.onkeydown = e => { fetch('key-' + e.key) }</script>",
    "form": """<form id=f><input name=n required pattern="[a-z]{3}[0-9]"><select name=s><option value=""><option>b
        </select><input type=radio name=r value=1><input type=checkbox name=c><button name=go value=1>Go</button>
        </form><script>f.onsubmit = e => { e.preventDefault();
        fetch('form?' + new URLSearchParams(new FormData(f, e.submitter))) }</script>""",
    "picky": """<form id=f><input name=n pattern="(?=x).(?!y)" required><button>Go</button></form><script>
        f.onsubmit = e => { e.preventDefault(); fetch('sent') }</script>""",
    "buttonless": """<form id=f><input name=n><input name=m></form><script>
        f.onsubmit = e => { e.preventDefault(); fetch('sent=' + f.n.value) }</script>""",
    "formless": """<div><input id=a><button id=b>Go</button></div><script>
        b.onclick = () => fetch('sent=' + a.value)</script>""",
    "scrolled": """<div style="height: 4000px"></div><p id=a>a</p><div style="height: 4000px"></div><p id=b>b</p>
        <script>for (const p of [a, b]) new IntersectionObserver(seen => seen[0].isIntersecting && fetch(p.id))
        .observe(p)</script>""",
    "inner": """<div style="height: 99px; overflow: auto" id=a><div style="height: 900px"></div></div><script>
        a.onscroll = () => a.scrollTop > 700 && fetch('end')</script>""",
    "slid": """<div id=a style="width: 99px">a</div><script>SAY a.onpointerdown = () => {
        onpointermove = e => e.buttons && e.clientX > 70 && say('slid')(e) }</script>""",
    "carried": """<p id=a draggable=true>a</p><div id=b>b</div><script>a.ondragstart = e =>
        e.dataTransfer.setData('x', 'card'); b.ondrop = e => fetch('drop=' + e.dataTransfer.getData('x'))</script>""",
    "trash": """<p id=a draggable=true>a</p><div id=b>Delete</div><script>b.ondrop = () => fetch('drop')</script>""",
    "file": """<p id=a>Drop files here</p><script>a.ondrop = e =>
        fetch('file?n=' + e.dataTransfer.files.length); a.ondragover = e => e.preventDefault()</script>""",
    "swiped": """<p id=a>a</p><script>a.addEventListener('touchstart', () => fetch('touched'))</script>""",
    "turned": """<p id=a>a</p><script>a.addEventListener('wheel', () => fetch('turned'))</script>""",
    "pasted": """<p id=a>a</p><script>a.addEventListener('paste', e =>
        fetch('text=' + e.clipboardData.getData('text/plain')))</script>""",
    "alerts": """<button id=a>a</button><script>SAY a.onclick = say('click');
        setInterval(() => alert(1), 150)</script>""",
}


@pytest.fixture(scope="module")
def walked():
    return walks({name: page.replace("SAY", TRUSTED) for name, page in PAGES.items()})


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("mouse", {"POST click", "POST enter", "POST double", "POST menu"}),
        ("hidden", {"POST click-script"}),
        ("covered", {"POST click-script"}),
        ("far", {"POST click"}),
        ("frame", {"POST click"}),
        ("typed", {"POST enter", "GET mail=s2n@example.com"}),
        ("area", {"GET long", "GET edited"}),
        ("picked", {"GET date=2026-01-15", "GET range=1", "GET colour"}),
        ("chosen", {"GET option=x", "GET option=y", "GET ticked=true"}),
        ("keys", {"GET g"}),
        ("anykey", {"GET key-Enter", "GET key-ArrowRight", "GET key-ArrowDown", "GET key-a"}),
        ("form", {"GET form?n=aaa0&s=b&r=1&c=on&go=1"}),
        ("picky", {"GET sent"}),
        ("buttonless", {"GET sent=s2n"}),
        ("formless", {"GET sent=s2n"}),
        ("scrolled", {"GET a", "GET b"}),
        ("inner", {"GET end"}),
        ("slid", {"POST slid"}),
        ("carried", {"GET drop=card"}),
        ("trash", set()),
        ("file", {"GET file?n=1"}),
        ("swiped", {"GET touched"}),
        ("turned", {"GET turned"}),
        ("pasted", {"GET text=s2n"}),
    ],
)
def test_the_page_notices(walked, page, asked):
    assert set(walked[page].asked) == asked


def test_what_a_dialog_came_before_is_done_by_script(walked):
    found = walked["alerts"]
    assert {each.removesuffix("-script") for each in found.asked} == {"POST click"}, found.notes
