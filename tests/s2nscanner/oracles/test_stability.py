import asyncio
import html as htmllib
import itertools
import json
import random
from urllib.parse import quote

import pytest

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.stability import MAX_FRAMES, echoes, learn_page, learned, undo_echo
from support.site import html, probe

REQUEST = Request.from_url("http://site.test/?q=tea")


def seen(answer):
    return Exchange(REQUEST, html(answer) if isinstance(answer, str) else answer)


def page_of(make, times=3):
    return learned([seen(make()) for _ in range(times)], "tea")


def test_equal_pages_are_the_same_and_others_are_not():
    page = page_of(lambda: "<p>one</p><p>two</p>")
    assert page.same(seen("<p>one</p><p>two</p>"))
    assert not page.same(seen("<p>two</p><p>one</p>"))
    assert not page.same(seen("<p>one</p>"))
    assert not page.same(seen("<p>one</p><p>two</p><p>three</p>"))
    assert not page.same(seen(html("<p>one</p><p>two</p>", 500)))


def moved(where):
    return Response(302, headers=(("Location", where),))


def test_where_a_redirect_leads_counts():
    page = page_of(lambda: moved("/a"))
    assert page.same(seen(moved("/a")))
    assert not page.same(seen(moved("/login")))


numbers = random.Random(4)
counter = itertools.count(1)
DYNAMIC = {
    "token in an attribute": lambda: f'<form><input name=csrf value="{numbers.random()}"><b>tea</b></form>',
    "clock": lambda: f"<p>{numbers.randint(10, 23)}:{numbers.randint(10, 59)}</p><b>tea</b>",
    "counter": lambda: f"<i>visits</i><p>{next(counter)} visits</p><b>tea</b>",
    "member": lambda: json.dumps(
        {"time": numbers.random(), "name": "tea", "nested": [1, {"id": numbers.random()}]}
    ),
    "redirect": lambda: html(
        "<b>tea</b><i>a</i><i>b</i><i>c</i>", 302, location=f"/x?state={numbers.randint(10**6, 10**7)}"
    ),
}


@pytest.mark.parametrize("case", DYNAMIC)
def test_what_changes_by_itself_is_ignored_and_the_rest_counts(case):
    make = DYNAMIC[case]
    page = page_of(make)
    assert all(page.same(seen(make())) for _ in range(5))
    answer = make()
    body = answer if isinstance(answer, str) else answer.text
    other = html(
        body.replace("tea", "coffee"),
        302 if case == "redirect" else 200,
        **({"location": "/x?state=1"} if case == "redirect" else {}),
    )
    assert not page.same(seen(other))


def test_a_slot_ends_where_the_fixed_text_begins():
    page = page_of(lambda: f"<i>a</i><p>{next(counter)} visits</p><b>tea</b>")
    assert page.same(seen("<i>a</i><p>77 visits</p><b>tea</b>"))
    assert not page.same(seen("<i>a</i><p>77 errors</p><b>tea</b>"))


def test_a_clock_that_only_ticks_later_is_ignored():
    page = page_of(lambda: "<p>at 12:07 on 2024-02-29</p><b>tea</b>")
    assert page.same(seen("<p>at 12:08 on 2024-03-01</p><b>tea</b>"))
    assert not page.same(seen("<p>on 12:08 at 2024-03-01</p><b>tea</b>"))


def test_a_page_with_advertisements_is_compared_by_what_is_common():
    def make():
        ads = "".join(f"<a href=/ad/{numbers.random()}>x</a>" for _ in range(numbers.randint(1, 4)))
        return "<ul>" + "".join(f"<li>row {n}</li>" for n in range(20)) + "</ul>" + ads

    page = page_of(make)
    assert all(page.same(seen(make())) for _ in range(5))
    assert not page.same(seen(make().replace("<li>row 7</li>", "")))


def test_a_page_in_random_order_is_compared_as_a_set():
    def make():
        rows = [f"<li>row {n}</li>" for n in range(20)]
        return "".join(numbers.sample(rows, 20))

    page = page_of(make)
    assert page.same(seen(make()))
    assert not page.same(seen(make().replace("row 7", "row 77")))


def test_a_page_without_a_face_cannot_be_compared():
    assert page_of(lambda: "".join(f"<p>{numbers.random()}</p>" * numbers.randint(1, 9))) is None


def test_a_page_that_changes_its_status_cannot_be_compared():
    answers = iter([html("x"), html("x", 500), html("x")])
    assert learned([seen(next(answers)) for _ in range(3)]) is None


ENCODINGS = {
    "plain": str,
    "entities": htmllib.escape,
    "php": lambda v: htmllib.escape(v).replace("&#x27;", "&#039;"),
    "percent": lambda v: quote(v, safe=""),
    "json": lambda v: json.dumps(v)[1:-1],
    "slashes": lambda v: v.replace("'", "\\'").replace('"', '\\"'),
    "upper": str.upper,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_echo_is_undone(encoding):
    encode = ENCODINGS[encoding]
    payload = "tea' AND \"1\"='1 <x>"
    assert undo_echo(f"[{encode(payload)}]", payload, "tea") == f"[{encode('tea')}]"
    page = page_of(lambda: f"<h1>{encode('tea')}</h1><p>none</p>")
    assert page.same(seen(f"<h1>{encode(payload)}</h1><p>none</p>"), payload)
    assert not page.same(seen(f"<h1>{encode(payload)}</h1><p>some</p>"), payload)


def test_a_word_is_not_taken_for_an_echo():
    assert undo_echo("<p>1</p>", "1", "2") == "<p>1</p>"


def test_learning_asks_twice_more():
    async def go():
        asked = []

        def site(request):
            asked.append(request)
            return f"<i>visits</i><p>{len(asked)}</p><b>tea</b><b>x</b><b>y</b>"

        at = await probe(site, "http://site.test/?q=tea", "q")
        page = await learn_page(at)
        return len(asked), page.same(await at.original())

    assert asyncio.run(go()) == (3, True)


def test_a_hostile_page_is_cut_in_linear_time():
    page = page_of(lambda: "<" * 1_000_000, times=2)
    assert page.same(seen("<" * 1_000_000))


def test_echoes_are_counted_in_each_encoding():
    text = "a<b>'\" a&lt;b&gt;&#x27;&quot; a%3Cb%3E%27%22 and a<b>"
    assert echoes(text, "a<b>'\"") == 3
    assert echoes("a&lt;b", "a<b") == 1
    assert echoes("a<c", "a<b") == 0


def test_many_kinds_of_slots_behind_one_segment_are_any():
    """Rows that each change in their own way: beyond a number of ways, a row may be anything."""
    serial = itertools.count()

    def rows(ways):
        lines = (f"<td>\n<i>{n}: {next(serial)}</i>\n\n<b>x</b>\n\n\n<u>y</u>\n" * 1 for n in range(ways))
        return "".join(lines)

    def learnt(ways):
        page = learned([seen(html(rows(ways))) for _ in range(3)])
        return page, page.same(seen(html(rows(ways)))), page.same(seen(html(rows(ways).replace("0:", "no"))))

    assert learnt(MAX_FRAMES // 2)[1:] == (True, False)
    assert learnt(MAX_FRAMES * 2)[1] is True
