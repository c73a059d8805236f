"""What is walked and what is not, page by page."""
# ruff: noqa: E501 -- a statement of a script stands on one line

import pytest

from s2n.s2nscanner.crawler.sights import Held
from support.browser import needs_browser
from support.walks import walks

pytestmark = [needs_browser, pytest.mark.timeout(300)]
"""One walk over all pages, which a busy machine may stretch."""

NAMES = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar"

MENU = """<nav></nav><div id=view></div><script>
for (const name of 'NAMES'.split(' ')) { const tab = document.createElement('button'); tab.textContent = name;
tab.onclick = () => { view.innerHTML = ''; fetch('tab-' + name) }; document.querySelector('nav').append(tab) }
</script>""".replace("NAMES", NAMES)

PAGES = {
    "menu": MENU,
    "feed": """<ul id=list></ul><script>for (let n = 0; n < 1000; n += 1) { const item = document.createElement('li');
        item.textContent = 'Entry ' + n; item.onclick = () => fetch('entry?n=' + n); list.append(item) }</script>""",
    "wizard": """<h2 id=head>1</h2><button id=next>Next</button><script>const steps = ['Who', 'Where', 'When', 'Pay'];
        let at = 0; const draw = () => { head.textContent = steps[at] }; draw();
        next.onclick = () => { at += 1; if (at === 4) fetch('done'); else draw() }</script>""",
    "more": """<button id=more>More</button><ul id=list></ul><script>let n = 0; more.onclick = () => { n += 1;
        list.append(Object.assign(document.createElement('li'), {textContent: n})); if (n === 4) fetch('four') }
        </script>""",
    "modal": """<button id=a>Open</button><dialog id=b><form id=c><input name=n><button>Save</button></form></dialog>
        <script>a.onclick = () => b.showModal(); c.onsubmit = e => { e.preventDefault(); fetch('save?n=' + c.n.value) }
        </script>""",
    "routes": """<a href=#/one>One</a><a href=#/two>Two</a><div id=view></div><script>onhashchange = () => {
        view.innerHTML = '<button onclick="fetch(location.hash.slice(2))">Load</button>' }</script>""",
    "pushed": """<a id=a href=settings>Settings</a><script>a.onclick = e => { e.preventDefault();
        history.pushState({}, '', a.href); fetch('data') }</script>""",
    "links": "<a href=one>One</a> <a href=two>Two</a><script>document.onclick = () => fetch('seen')</script>",
    "away": """<button onclick="location = 'elsewhere'">Go</button><button onclick="fetch('here')">Stay</button>""",
    "posted": """<form method=post action=result><input name=q><button>Find</button></form>""",
    "places": """<a href=#/one>One</a> <button id=menu>Menu</button><ul id=list hidden><li><button>Help</button></ul>
        <div id=view></div><script>let loads = 0; fetch('load'); menu.onclick = () => { list.hidden = !list.hidden };
        list.onclick = () => fetch('help'); const draw = () => { view.innerHTML = location.hash.length > 2 ?
        '<a href=#/two>Two</a> <a href=#/three>Three</a><p>' + location.hash : '' };
        onhashchange = draw; draw()</script>""",
    "closed": """<button id=a>About</button><button onclick="fetch('b')">B</button><button onclick="fetch('c')">C</button>
        <dialog id=d><p>About us</p></dialog><script>fetch('load'); a.onclick = () => d.showModal()</script>""",
    "routes-first": "".join(f"<button onclick=\"fetch('{name}')\">{name}</button>" for name in NAMES.split())
    + """<a href=#/deep>Deep</a><div id=view></div><script>onhashchange = () => {
        view.innerHTML = '<h1>Deep</h1>'; fetch('deep') }</script>""",
    "combined": "".join(
        f"<details><summary>{name}</summary><p class={name}>x</p></details>" for name in NAMES.split()[:8]
    ),
    "random": """<div id=box></div><button onclick="fetch('goal')">Goal</button><script>
        const noise = () => 'x' + Math.random().toString(36).slice(2, 9); const draw = () => { box.innerHTML =
        `<div id=${noise()} class=css-${noise()}><button id=${noise()} data-k=${noise()}>Again</button></div>` };
        draw(); box.onclick = draw</script>""",
    "hangs": """<button onclick="for (;;);">Hang</button><button onclick="fetch('goal')">Goal</button>""",
    "risky": """<button onclick="fetch('bad')">Delete account</button><a href=#logout id=logout
        onclick="fetch('bad')">Leave</a><form><input type=password name=p><button>Sign in</button></form>
        <input id=q onkeydown="fetch('typed')">""",
    "removed": "<button id=a onclick='document.documentElement.remove()'>Gone</button><button onclick='fetch(`b`)'>B</button>",
    "moves": "<script>location = 'elsewhere'</script>",
}

GROWS = """<div id=box></div><script>const tags = ['p', 'b', 'i', 'div', 'ul', 'li', 'nav', 'em'];
const grow = () => { let at = box; for (let n = 0; n < 4; n += 1) { const made =
document.createElement(tags[Math.floor(Math.random() * 8)]); at.append(made); at = made }
at.innerHTML = '<button>Grow</button>'; at.firstChild.onclick = () => { box.innerHTML = ''; grow() } }; grow()</script>"""


@pytest.fixture(scope="module")
def walked():
    return walks(PAGES)


def test_every_entry_of_a_menu_is_visited(walked):
    assert set(walked["menu"].asked) >= {f"GET tab-{name}" for name in NAMES.split()}


def test_a_feed_is_not(walked):
    assert 1 <= len(walked["feed"].asked) < 10
    assert len(walked["feed"].shown) == 1


def test_a_wizard_is_followed_though_only_its_heading_changes(walked):
    assert "GET done" in walked["wizard"].asked


def test_more_is_pressed_as_long_as_there_is_more(walked):
    assert "GET four" in walked["more"].asked


def test_what_opens_is_a_state_whose_forms_are_sent(walked):
    assert walked["modal"].ways == ["", 'click "Open"']
    assert "GET save?n=s2n" in walked["modal"].asked


def test_routes_are_states_of_their_own(walked):
    assert set(walked["routes"].asked) == {"GET one", "GET two"}
    assert [shown.url.partition("#")[2] for shown in walked["routes"].shown] == ["", "/one", "/two"]


def test_the_walk_goes_back_in_the_document_where_its_script_knows_the_way(walked):
    walk = walked["places"]
    assert [shown.url.partition("#")[2] for shown in walk.shown] == ["", "/one", "", "/two", "/three"]
    assert "GET help" in walk.asked
    assert sum(each.target.endswith("/load") for each in walk.requests) <= 5  # of nine actions


def test_a_dialog_is_closed_by_its_key_and_the_page_goes_on(walked):
    assert set(walked["closed"].asked) == {"GET load", "GET b", "GET c"}
    assert sum(each.target.endswith("/load") for each in walked["closed"].requests) <= 3


def test_links_to_new_addresses_are_followed_first(walked):
    assert walked["routes-first"].asked[0] == "GET deep"
    assert {f"GET {name}" for name in NAMES.split()} <= set(walked["routes-first"].asked)


def test_a_pushed_address_is_a_state(walked):
    assert "GET data" in walked["pushed"].asked
    assert [shown.url.rpartition("/")[2] for shown in walked["pushed"].shown] == ["", "settings"]


def test_of_links_that_lead_away_one_is_tried(walked):
    assert len([each for each in walked["links"].asked if each in {"GET one", "GET two"}]) == 1


def test_another_document_ends_a_branch_only(walked):
    assert walked["away"].asked == ["GET elsewhere", "GET here"]
    assert walked["away"].ways == [""]


def test_the_answer_to_a_form_is_a_state(walked):
    assert walked["posted"].asked == ["POST result"]
    assert walked["posted"].ways == ["", 'submit "Find"']
    assert "there" in walked["posted"].shown[1].html


def test_states_are_not_combined(walked):
    assert len(walked["combined"].shown) <= 9


def test_random_ids_make_no_states(walked):
    assert "GET goal" in walked["random"].asked
    assert len(walked["random"].shown) <= 6  # classes that look like words are learnt to be none


def test_where_one_element_hangs_the_others_are_tried(walked):
    assert walked["hangs"].asked == ["GET goal"]
    assert "hung" in walked["hangs"].notes[0]


def test_what_ends_or_destroys_is_withheld(walked):
    walk = walked["risky"]
    assert walk.asked == ["GET typed"]
    assert [each.partition(" would")[0] for each in walk.withheld] == ['"Delete account"', '"Leave"']


def test_what_a_form_with_a_password_sends_is_seen_and_held(walked):
    held = [sight for sight in walked["risky"].sights if isinstance(sight, Held)]
    assert [sight.request.query for sight in held] == ["p=S2n-passw0rd"]


def test_a_page_that_removes_itself_is_opened_again(walked):
    assert "GET b" in walked["removed"].asked


def test_a_page_that_moves_on_is_seen_where_it_stays(walked):
    assert [shown.url.rpartition("/")[2] for shown in walked["moves"].shown] == ["elsewhere"]


def test_endless_structures_end_at_the_limit():
    walk = walks({"grows": GROWS}, states=4)["grows"]
    assert len(walk.shown) <= 4
    assert walk.actions < 60
