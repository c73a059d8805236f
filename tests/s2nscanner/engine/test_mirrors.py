from s2n.model import Exchange, Request
from s2n.s2nscanner.engine.mirrors import Mirrors
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.sdk import Claim
from support.site import html

PAGE = "<h1>API</h1><a href=/docs>docs</a><form><input name=q></form>"


def claim(path: str, page: str = PAGE, name: str = "", status: int = 200) -> Claim:
    request = Request.from_url(f"http://site.test{path}")
    points = [point for point in points_of(request) if not name or point.name == name]
    exchange = Exchange(request, html(page, status))
    return Claim(exchange=exchange, control=exchange, point=points[-1])


def test_the_same_page_under_another_path_is_the_same_flaw() -> None:
    mirrors = Mirrors()
    mirrors.add("xss", claim("/api/v2/user/17"))
    assert mirrors.knows("xss", claim("/api/v2/user/v2/user/18"))


def test_what_differs_is_another_flaw() -> None:
    mirrors = Mirrors()
    mirrors.add("xss", claim("/api/user/17"))
    assert not mirrors.knows("sqlinjection", claim("/api/user/18"))
    assert not mirrors.knows("xss", claim("/shop/user/18"))
    assert not mirrors.knows("xss", claim("/api/user/18", PAGE + "<table><tr><td>more</table>"))


def test_pages_without_markup_are_each_their_own() -> None:
    mirrors = Mirrors()
    mirrors.add("sqlinjection", claim("/api/user/17", "<p>Ann</p>"))
    assert not mirrors.knows("sqlinjection", claim("/api/product/17", "<p>Tea</p>"))


def test_parameters_are_not_folded() -> None:
    mirrors = Mirrors()
    mirrors.add("xss", claim("/api/v2/user?q=1", name="q"))
    assert not mirrors.knows("xss", claim("/api/v3/user?q=1", name="q"))


def test_what_the_handler_of_unknown_paths_shows_is_one_flaw() -> None:
    mirrors = Mirrors()
    mirrors.add("template_injection", claim("/account/17", "<h1>No page</h1>", status=404))
    assert mirrors.knows("template_injection", claim("/1", "<h1>No page</h1>", status=404))
    assert not mirrors.knows("template_injection", claim("/1", "<h1>No page</h1>"))
    assert not mirrors.knows("template_injection", claim("/1", "<h1>No</h1><p>user", status=404))
    assert not mirrors.knows("xss", claim("/1", "<h1>No page</h1>", status=404))
