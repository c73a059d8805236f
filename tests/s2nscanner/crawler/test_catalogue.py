"""Each handler is tested once, however many pages lead to it."""

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.catalogue import MAX_ALIKE, MAX_NUMBERED, Catalogue
from s2n.s2nscanner.crawler.forms import Submission


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
