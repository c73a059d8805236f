import pytest
from msgspec.structs import replace

from s2n.model import Location
from s2n.model.site import Endpoint, How, PageState, Parameter, Sighting, SocketMessage
from s2n.report.as_tree import MAX_CHILDREN, MAX_DEPTH, MAX_PARAMETERS, MAX_STATES, lines, render
from support.sites import HOME, partial_site, site


def endpoint(template, method="GET", **fields):
    return Endpoint(method=method, url=f"http://h{template}", template=template, **fields)


def tree(*endpoints, **fields):
    return render(site(*endpoints, **fields)).decode().splitlines()


def test_the_whole_of_it():
    assert (
        render(site()).decode()
        == """\
s2n 1.0.0  http://shop.example/
9 pages, 20 requests: 4 endpoints, 3 with parameters (9)

http://shop.example
├── /  GET 200 html  ← start
├── api/orders/{id}  PUT 401 application/json (needs a login)  id:integer=17  header.X-Team=red  \
cookie.sid=***  json.lines[0].count:integer=2  ← api openapi.json
├── login  POST  form.user*:email=a@b.example  form.password:password=***  ← form /login
└── search  GET 200 html  q=green tea|oolong  page:integer=2  sort:enum=up|down  ← form /

complete
"""
    )


def test_folders_methods_and_origins():
    shown = tree(
        endpoint("/a/"),
        endpoint("/a/b", status=500),
        endpoint("/a/b", "DELETE"),
        endpoint("/a/b/c/d/e"),
        Endpoint(method="GET", url="http://other/", template="/"),
    )
    assert shown[3:-2] == [
        "http://h",
        "└── a/",
        "    ├── /  GET",
        "    └── b/  GET 500",
        "            DELETE",
        "        └── c/d/e  GET",
        "",
        "http://other",
        "└── /  GET",
    ]


def test_a_partial_one_says_so():
    shown = render(partial_site()).decode()
    assert "The crawl was interrupted: stopped by the user. The model is partial." in shown
    assert "links not followed: 12 static file, 3 depth" in shown
    assert "failed: http://shop.example/slow: no answer in 30 s" in shown
    assert "warning: a page is built by scripts" in shown
    assert 'state  http://shop.example/ → click "Cart" → type "s2n"' in shown


def test_an_empty_one_does_not_look_like_a_small_site():
    shown = render(replace(site(), endpoints=(), complete=False, reason="nothing listens")).decode()
    assert "NOTHING WAS SEEN of the site: nothing listens." in shown
    assert "complete\n" not in shown


def test_long_lists_are_folded_and_counted():
    shown = tree(*(endpoint(f"/p{n:04}/x", m) for n in range(MAX_CHILDREN + 50) for m in ("GET", "POST")))
    assert sum("p0" in line for line in shown) == MAX_CHILDREN - 1
    assert "└── … 51 more, with 102 endpoints" in shown
    exact = tree(*(endpoint(f"/p{n:04}") for n in range(MAX_CHILDREN)))
    assert not any("more" in line for line in exact)


def test_many_parameters_and_values_are_folded():
    given = tuple(
        Parameter(name=f"p{n}", location=Location.QUERY, values=tuple("abcde"))
        for n in range(MAX_PARAMETERS + 3)
    )
    (line,) = [line for line in tree(endpoint("/x", parameters=given)) if "x  GET" in line]
    assert "p0=a|b|c|…" in line
    assert line.endswith("… 3 more")


def test_states_are_shown_once_and_folded():
    states = tuple(PageState("http://h/#x", f"http://h/{n // 2}") for n in range(2 * MAX_STATES + 14))
    shown = render(site(states=states)).decode().splitlines()
    assert sum(line.startswith("state ") for line in shown) == MAX_STATES
    assert "       … 7 more" in shown


def test_what_pages_say_over_sockets_is_shown_once():
    said = (SocketMessage("ws://h/live", sent=True, text="join"), SocketMessage("ws://h/live", text="a\nb"))
    shown = render(site(messages=said * 2)).decode().splitlines()
    assert [line for line in shown if line.startswith("socket ")] == [
        "socket ws://h/live → join",
        "socket ws://h/live ← a\\nb",
    ]


def test_long_values_are_cut():
    long = Parameter(name="p", location=Location.QUERY, values=("x" * 100,))
    assert "p=" + "x" * 29 + "…" in "".join(tree(endpoint("/x", parameters=(long,))))


@pytest.mark.parametrize("nasty", ["\x1b]0;owned\x07", "a\nb", "\u202e", "\udc80"])
def test_a_target_cannot_drive_the_terminal(nasty):
    bad = Endpoint(
        method="GET",
        url=f"http://h/{nasty}",
        template=f"/{nasty}",
        parameters=(Parameter(name=nasty, location=Location.QUERY, values=(nasty,)),),
        found=(Sighting(How.LINK, nasty),),
        content_type=nasty,
        status=200,
    )
    shown = render(site(bad, warnings=(nasty,), states=(PageState(nasty, nasty, (nasty,)),)))
    assert nasty.encode("utf-8", "surrogatepass") not in shown


def test_a_path_without_an_end_does():
    deep = "/a" * 5000
    shown = tree(*(endpoint(deep[: 2 * n]) for n in range(1, 60)), endpoint(deep))
    assert max(line.count("    ") for line in shown) <= MAX_DEPTH + 1


def test_pieces_know_what_they_are():
    roles = {role for line in lines(site(HOME)) for _, role in line}
    assert {"head", "branch", "path", "method", "status", "note"} <= roles
