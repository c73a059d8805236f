"""Each handler is tested once, however many pages lead to it."""

import pytest

from s2n.model import Request, Response
from s2n.model.site import How, Sighting
from s2n.s2nscanner.crawler.api.operation import Operation
from s2n.s2nscanner.crawler.catalogue import MAX_ALIKE, MAX_CLOSED, MAX_NUMBERED, MAX_PAGES, Catalogue
from s2n.s2nscanner.crawler.forms import Control, Form, Submission


def get(target):
    return Request.from_url(f"http://site.test{target}")


def kept(*pages):
    """Targets kept of pages (target, status, skeleton)."""
    catalogue = Catalogue()
    for target, status, skeleton in pages:
        headers = (("Location", "/"),) if status == 302 else ()
        catalogue.add_page(get(target), Response(status, headers=headers), skeleton, start=False)
    return [request.target for request in catalogue.requests]


@pytest.mark.parametrize(
    ("pages", "targets"),
    [
        ([("/x?id=1", 200, 1), ("/x?id=2", 200, 1)], ["/x?id=1"]),
        ([("/x?id=1", 200, 1), ("/x?id=2&a=1", 200, 1)], ["/x?id=1", "/x?id=2&a=1"]),
        ([("/x?a=1&b=2", 200, 1), ("/x?b=3&a=4", 200, 1)], ["/x?a=1&b=2"]),
        ([("/x?page=news", 200, 1), ("/x?page=team", 200, 2)], ["/x?page=news", "/x?page=team"]),
        ([("/x?page=news", 200, 1), ("/x?page=team", 200, 1)], ["/x?page=news"]),
        (
            [
                ("/x?action=view&id=1", 200, 1),
                ("/x?action=edit&id=1", 200, 1),
                ("/x?action=view&id=2", 200, 1),
            ],
            ["/x?action=view&id=1", "/x?action=edit&id=1"],
        ),
        ([("/item/1", 200, 1), ("/item/2", 200, 1), ("/item/3", 200, 2)], ["/item/1", "/item/3"]),
        ([("/about", 200, 1), ("/about", 200, 2)], ["/about"]),
        ([("/x?id=1", 404, 1), ("/y", 404, 1), ("/z", 500, 1), ("/r", 302, 0)], []),
        ([("/go?url=a", 302, 0), ("/err?id=1", 500, 1)], ["/go?url=a", "/err?id=1"]),
    ],
)
def test_pages(pages, targets):
    assert kept(*pages) == targets


def test_numbers_with_many_templates_are_bounded():
    assert len(kept(*((f"/x?id={number}", 200, number) for number in range(50)))) == MAX_NUMBERED


def test_free_text_selects_no_template():
    assert kept(("/x?q=tea", 200, 1), ("/x?q='1", 500, 2), ("/x?q=<b>", 200, 3)) == ["/x?q=tea"]


def test_a_folder_of_alike_pages_is_bounded():
    assert len(kept(*((f"/blog/post-{chr(97 + number)}", 200, 1) for number in range(26)))) == MAX_ALIKE


def test_the_start_is_always_kept():
    catalogue = Catalogue()
    catalogue.add_page(get("/"), Response(404), 0, start=True)
    assert [request.target for request in catalogue.requests] == ["/"]


@pytest.mark.parametrize(("target", "count"), [("/logo", 0), ("/thumb?file=a", 1)])
def test_pictures_count_only_with_parameters(target, count):
    catalogue = Catalogue()
    picture = Response(200, headers=(("Content-Type", "image/png"),))
    catalogue.add_page(get(target), picture, 0, start=False)
    assert len(catalogue.requests) == count


def test_what_did_not_answer_is_kept_once_if_it_has_parameters():
    catalogue = Catalogue()
    for target in ("/slow?id=1", "/slow?id=2", "/plain"):
        catalogue.add_unanswered(get(target))
    assert [request.target for request in catalogue.requests] == ["/slow?id=1"]


def submission(url, *names, method="GET", button=""):
    return Submission(method, f"http://site.test{url}", "", b"", names, button, sensitive=False)


def test_forms():
    catalogue = Catalogue()
    search = submission("/search?q=s2n", "q")
    assert catalogue.add_submission(get("/search?q=s2n"), search)
    assert not catalogue.add_submission(get("/search?q=other"), search)
    assert catalogue.add_submission(get("/search?q=s2n&go=A"), submission("/search", "q", "go", button="A"))
    assert catalogue.add_submission(get("/search?q=s2n&go=B"), submission("/search", "q", "go", button="B"))
    catalogue.add_page(get("/search?q=s2n"), Response(200), 7, start=False)
    assert len(catalogue.requests) == 3


def test_a_link_to_a_forms_handler_adds_nothing_but_another_template_does():
    catalogue = Catalogue()
    catalogue.add_submission(get("/search?q=s2n"), submission("/search?q=s2n", "q"))
    catalogue.add_page(get("/search?q=tea"), Response(200), 1, start=False)
    assert [request.target for request in catalogue.requests] == ["/search?q=s2n"]
    catalogue.add_page(get("/search?q=none"), Response(200), 2, start=False)
    assert len(catalogue.requests) == 2


class Chart:
    """Notes what it is told: target, how and where it was found, status."""

    def __init__(self):
        self.told, self.refused, self.forms = [], [], []

    def add(self, request, found, response=None, *, form=None, operation=None):
        self.told.append((request.target, found.how, found.page, response.status if response else 0))
        self.forms.append(form)

    def add_refused(self, request, found, response):
        self.refused.append((request.target, response.status))


LINK = Sighting(How.LINK, "http://site.test/")


def charted():
    chart = Chart()
    return Catalogue(chart), chart


def test_the_chart_is_told_of_each_page_that_is_kept():
    catalogue, chart = charted()
    for target in ("/x?id=1", "/x?id=2", "/about"):
        catalogue.add_page(get(target), Response(200), 1, LINK)
    assert chart.told == [
        ("/x?id=1", How.LINK, "http://site.test/", 200),
        ("/about", How.LINK, "http://site.test/", 200),
    ]


@pytest.mark.parametrize(
    ("status", "told"), [(403, True), (500, True), (401, True), (302, True), (404, False), (410, False)]
)
def test_pages_that_exist_and_are_not_shown_are_told_apart(status, told):
    catalogue, chart = charted()
    headers = (("Location", "/"),) if status == 302 else ()
    catalogue.add_page(get("/admin"), Response(status, headers=headers), 1, LINK)
    assert chart.told == []
    assert chart.refused == ([("/admin", status)] if told else [])
    assert catalogue.requests == []


def test_a_form_is_told_with_its_page_and_again_with_its_answer():
    catalogue, chart = charted()
    form, page = Form({}), get("/")
    sent = get("/find?q=s2n")
    made = Submission("GET", sent.url, "", b"", ("q",), "", sensitive=False, form=form)
    assert catalogue.add_submission(sent, made, page)
    catalogue.add_page(sent, Response(200), 1, Sighting(How.FORM, page.url))
    assert chart.told == [
        ("/find?q=s2n", How.FORM, page.url, 0),
        ("/find?q=s2n", How.FORM, page.url, 200),
    ]
    assert chart.forms == [form, None]
    script = Submission("GET", "http://site.test/api?x=1", "", b"", ("x",), "", sensitive=False)
    catalogue.add_submission(get("/api?x=1"), script, page)
    assert chart.told[-1][1] is How.SCRIPT


def test_an_operation_is_told_with_its_source_and_keeps_its_page():
    catalogue, chart = charted()
    page = get("/form")
    operation = Operation(name="a", request=get("/api/1"), source="api.json", page=page)
    catalogue.add_operation(operation, Response(201))
    assert chart.told == [("/api/1", How.API, "api.json", 201)]
    assert catalogue.sources == {operation.request: page}


def test_a_page_without_an_answer_is_told():
    catalogue, chart = charted()
    catalogue.add_unanswered(get("/slow?id=1"), LINK)
    catalogue.add_unanswered(get("/slow?id=2"), LINK)
    assert chart.told == [("/slow?id=1", How.LINK, LINK.page, 0)]


def test_where_a_form_leads_is_remembered():
    catalogue, form = Catalogue(), Request.from_url("http://site.test/a/save", "POST")
    for location in ("../next?x=1", "mailto:a@b.test", ""):
        catalogue.add_redirect(form, location)
    page = Request.from_url("http://site.test/next?x=1")
    assert catalogue.redirected[page] is form
    catalogue.add_redirect(Request.from_url("http://site.test/other", "POST"), "/next?x=1")
    assert catalogue.redirected[page] is form


def form(*names):
    return Form({}, [Control("text", name, {}) for name in names])


def kept_of(count, *forms):
    """How often each of ``forms`` is kept, where so many pages have them all."""
    catalogue, times = Catalogue(), [0] * len(forms)
    for number in range(count):
        page = get(f"/p{number}")
        for at, each in enumerate(forms):
            names = tuple(control.name for control in each.controls)
            beside = tuple(other.look for other in forms if other is not each)
            made = Submission("POST", "", "", b"x", names, "", False, each, beside)
            sent = Request("POST", page.origin, page.path)
            times[at] += catalogue.add_submission(sent, made, page)
    return times


def test_the_form_beside_the_own_one_of_every_page_is_tested_on_some():
    catalogue = Catalogue()
    many, kept_ = MAX_PAGES + 20, 0
    for number in range(many):
        page, menu = get(f"/p{number}"), form("lang")
        made = Submission("POST", "", "", b"x", ("lang",), "", False, menu, (form(f"own{number}").look,))
        kept_ += catalogue.add_submission(Request("POST", page.origin, page.path), made, page)
    assert kept_ == len(catalogue.requests) == MAX_PAGES
    page = get("/bare")
    made = Submission("POST", "", "", b"x", ("lang",), "", False, form("lang"))
    assert not catalogue.add_submission(Request("POST", page.origin, page.path), made, page)


@pytest.mark.parametrize("forms", [(form("a"),), (form("a"), form("b"))], ids=["one", "two alike"])
def test_pages_that_look_all_the_same_are_all_tested(forms):
    many = MAX_PAGES + 20
    assert kept_of(many, *forms) == [many] * len(forms)


def test_what_was_refused_is_remembered_though_it_has_nothing_to_test():
    catalogue = Catalogue()
    for target, status in (
        ("/admin", 403),
        ("/me?id=1", 401),
        ("/shop", 200),
        ("/gone", 404),
        ("/down", 503),
    ):
        catalogue.add_page(get(target), Response(status), 1)
    for method, status in (("GET", 401), ("POST", 401)):
        request = Request.from_url("http://site.test/api/me", method=method)
        catalogue.add_operation(Operation(name=method, request=request, source="api"), Response(status))
    assert [f"{page.method} {page.target}" for page in catalogue.closed] == [
        "GET /admin",
        "GET /me?id=1",
        "GET /api/me",
    ]
    assert "/admin" not in [request.target for request in catalogue.requests]
    for number in range(2 * MAX_CLOSED):
        catalogue.add_page(get(f"/inner/{number}x"), Response(403), 1)
    assert len(catalogue.closed) == MAX_CLOSED
