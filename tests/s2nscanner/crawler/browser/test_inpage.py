"""What the script in the page tells of its state, and of what can be done on it."""

import pytest

from s2n.s2nscanner.crawler.browser.states import unchanged
from support.browser import in_browser, needs_browser
from support.walks import looked_at

pytestmark = needs_browser

ROW = "<li id={0}><b class='name x{0}'>Row {0}</b> <a href=#{0}>more</a></li>"
ROWS = "<h1>Rows</h1><form name=find><input name=q></form><ul>{}</ul><p hidden>none</p>"


def rows(*numbers: int) -> str:
    return ROWS.format("".join(ROW.format(number) for number in numbers))


RANDOM = """<script>
const noise = () => 'x' + Math.random().toString(36).slice(2, 9);
for (let n = 0; n < 5; n += 1) {
  document.body.insertAdjacentHTML('beforeend',
    `<div id=${noise()} class="card css-${noise()}" data-k=${noise()}><p>${noise()}</p></div>`);
}
</script>"""

HOSTILE = """<script>
Object.prototype.toJSON = () => 'no'; JSON.stringify = () => 'no'; RegExp.prototype.test = () => true;
Document.prototype.querySelector = Element.prototype.getAttribute = String.prototype.replace = () => null;
EventTarget.prototype.addEventListener = () => 0; Promise.prototype.then = () => 0;
Object.defineProperty(Node.prototype, 'firstChild', {get: () => null});
</script><form id=f><input name=id><input name=children><input name=action><button>Send</button></form>"""

PAGES = {
    "few": rows(1, 2),
    "many": rows(*range(20, 60)),
    "shown": rows(1, 2).replace("<p hidden>", "<p>"),
    "named": rows(1, 2).replace("name=q", "name=search"),
    "classed": rows(1, 2).replace("<ul>", "<ul class='grid open'>"),
    "titled": rows(1, 2).replace("Rows", "Columns"),
    "dialog": rows(1, 2) + "<dialog open>Sure?</dialog>",
    "listening": rows(1, 2) + "<p onclick='x()'></p>",
    "random": RANDOM,
    "random-again": RANDOM,
    "pressed": """<button>A</button><a>B</a><a href=#x>C</a><a href="javascript:void 0">D</a>
        <div role=tab>E</div><details><summary>F</summary></details><p onclick=x()>G</p><p id=h>H</p>
        <p id=i>I</p><span style="cursor: pointer">J</span><div id=k><i class=item>K</i></div>
        <label><input type=checkbox hidden>L</label><input type=button value=M>
        <svg width=9 height=9><circle id=n r=4></circle></svg>
        <script>h.addEventListener('mousedown', () => 0); i.onclick = () => 0;
        k.addEventListener('click', e => e.target.closest('.item'));
        document.getElementById('n').addEventListener('click', () => 0)</script>""",
    "left": """<a href=/other>A</a><a href=mailto:a@b.test>B</a><a href=tel:1>C</a><p>D</p>
        <button disabled>E</button><a href=/file.zip download>F</a><input type=reset value=G>
        <input type=hidden name=h><div>I</div><fieldset disabled><button>J</button></fieldset>
        <template><button>K</button></template>""",
    "routed": "<a href=/other>A</a><script>document.addEventListener('click', () => 0)</script>",
    "other": """<p id=a>A</p><p id=b>B</p><p id=c>C</p><input id=d aria-label=D><textarea title=E></textarea>
        <select title=F><option>x</select><input type=checkbox title=G><b contenteditable title=H>h</b>
        <div style="height: 3000px"></div>
        <script>a.addEventListener('mouseenter', () => 0); b.addEventListener('dblclick', () => 0);
        c.oncontextmenu = () => 0; addEventListener('keydown', e => e.key === 'k' && 0)</script>""",
    "form": """<form id=buy action=/buy method=post><input name=count type=number min=2><input name=note>
        <button>Buy</button><button formaction=/gift>Gift</button><button type=button>Fold</button></form>
        <form><input type=password name=word></form><input form=buy name=far>""",
    "beside": """<div><p><input name=mail></p><button>Join</button></div>
        <div><div><div><div><div><button>Far</button>""",
    "secret": "<input name=user><input type=password><button>Log in</button>",
    "frameworks": """<i id=a>A</i><i id=b>B</i><script>a.__reactProps$x1 = {onClick: () => 0};
        b.__click = () => 0</script>
        <div id=root><p>C</p></div><script>root.__reactContainer$x1 = {};
        root.addEventListener('click', () => 0)</script>""",
    "shade": """<div id=open></div><div id=closed></div><iframe srcdoc="<button>C</button>"></iframe>
        <script>open = document.getElementById('open').attachShadow({mode: 'open'});
        open.innerHTML = '<button>A</button>';
        document.getElementById('closed').attachShadow({mode: 'closed'}).innerHTML = '<button>B</button>'
        </script>""",
    "icons": "<button class='btn delete-item'></button><button class=delete-item>Keep</button>",
    "long": "".join(f"<p onclick=x({number})>{number}</p>" for number in range(1000)),
    "huge": "<div id=box hidden></div><script>box.innerHTML = '<i>x</i>'.repeat(25000)</script>",
    "hostile": HOSTILE,
}


@pytest.fixture(scope="module")
def states():
    return looked_at(PAGES)


def kinds(state) -> list[str]:
    return [f"{each.kind} {each.label}" for each in state.candidates]


def test_ids_numbers_and_the_length_of_lists_are_no_part_of_a_state(states):
    few, many = states["few"], states["many"]
    assert (few.looks, few.fines, few.words) == (many.looks, many.fines, many.words)
    assert few.offers == many.offers
    assert few.content != many.content


def test_random_ids_and_classes_are_no_part_of_a_state(states):
    assert states["random"].looks == states["random-again"].looks
    assert states["random"].content != states["random-again"].content


@pytest.mark.parametrize("page", ["shown", "named", "classed", "titled", "dialog", "listening"])
def test_what_is_shown_how_and_under_which_heading_is_part_of_a_state(states, page):
    few, state = states["few"], states[page]
    assert (few.looks, few.fines, few.words, few.offers) != (
        *(state.looks, state.fines),
        *(state.words, state.offers),
    )
    assert not unchanged(few, state)


def test_what_can_be_pressed_is_told(states):
    told = kinds(states["pressed"])
    assert {each.partition(" ")[2] for each in told if each.startswith("click")} >= set("ABCDEFGHIJKLMn")


def test_what_leads_elsewhere_or_does_nothing_is_not_told(states):
    assert kinds(states["left"]) == []


def test_links_that_a_script_may_take_are_told(states):
    assert "link A" in kinds(states["routed"])


def test_other_ways_to_act_are_told(states):
    state = states["other"]
    told = {"hover A", "dblclick B", "contextmenu C", "type d", "type E", "select F", "check G", "type H"}
    assert told <= set(kinds(state))
    assert [each.keys for each in state.candidates if each.kind == "key"] == [("k",)]
    assert state.scrolls
    assert not states["few"].scrolls


def test_a_form_is_told_with_its_fields_and_buttons(states):
    state = states["form"]
    buy, secret = state.groups
    assert [each.name for each in buy.controls] == ["count", "note", "far"]
    assert buy.controls[0].attributes["min"] == "2"
    assert (buy.method, buy.action, buy.texts, buy.sensitive) == ("post", "/buy", ("buy", ""), False)
    assert secret.sensitive
    assert kinds(state) == ["submit Buy", "submit Gift", "click Fold", "submit form"]
    assert [each.url for each in state.candidates[:2]] == ["", "/gift"]


def test_fields_beside_a_button_serve_as_its_form(states):
    state = states["beside"]
    found = {each.label: each for each in state.candidates}
    assert [each.name for each in state.groups[found["Join"].group].controls] == ["mail"]
    assert found["Far"].group == -1
    assert not state.secret


def test_a_password_outside_of_forms_is_noticed(states):
    assert states["secret"].secret
    assert states["secret"].groups[0].sensitive


def test_an_icon_is_called_by_its_classes(states):
    trash, text = states["icons"].candidates
    assert {"btn", "delete-item"} <= set(trash.texts)
    assert "delete-item" not in text.texts


def test_what_frameworks_keep_at_an_element_is_told(states):
    assert kinds(states["frameworks"]) == [
        "click A",
        "click B",
    ]  # and not the root, which hears of everything


def test_shadow_roots_and_frames_belong_to_the_page(states):
    assert {"click A", "click B", "click C"} <= set(kinds(states["shade"]))


def test_a_long_list_is_told_in_part(states):
    assert len([each for each in kinds(states["long"]) if each.startswith("click")]) == 41
    assert not states["long"].cut


def test_a_huge_page_is_read_in_part(states):
    assert states["huge"].cut


def test_pages_that_replace_the_browsers_functions_are_read_all_the_same(states):
    state = states["hostile"]
    assert kinds(state) == ["submit Send"]
    assert [each.name for each in state.groups[0].controls] == ["id", "children", "action"]


def test_the_script_hides_and_shows_the_shade_in_the_markup():
    from s2n.s2nscanner.crawler.browser.inpage import InPage, markup

    async def visit(browser, web) -> None:
        tab = await browser.tab()
        inside = await InPage.put(tab.page, tab.direct)
        await tab.open(web.url)
        html = await inside.markup()
        assert html == await markup(tab.page.main_frame)
        assert '<template shadowrootmode="closed"><i>in the shade</i></template>' in html
        assert f'<iframe srcdoc="<base href=&quot;{web.url}&quot;>' in html
        assert "title=&quot;in a frame&quot;" in html
        assert await tab.page.evaluate("EventTarget.prototype.addEventListener.name") == "addEventListener"
        assert "native code" in await tab.page.evaluate("`${Element.prototype.attachShadow}`")
        assert await tab.page.evaluate("Object.keys(window).filter(name => name.includes('s2n'))") == []

    page = """<div id=a></div><iframe srcdoc="<p title='in a frame'>x</p>"></iframe><script>
        a.attachShadow({mode: 'closed'}).innerHTML = '<i>in the shade</i>'</script>"""
    in_browser(lambda request: page if request.path == "/" else "", visit)
