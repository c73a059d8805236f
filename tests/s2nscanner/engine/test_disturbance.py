"""Full scans of real servers: forms that add rows hide nothing in the pages that list them."""

import sqlite3
from html import escape

import pytest

from s2n import ScanConfig, Scanner
from s2n.model import Request, Response
from support.site import html, params
from support.webserver import serving

SEARCH = "<form method='{method}' action='/notes'><input name='text' value='tea'></form>"
ADD = "".join(
    f"<form method='post' action='/add/{each}'><input name='title'><input name='note'></form>"
    for each in "abcd"
)


class Notes:
    """Notes that anybody adds, and a list of them whose SQL may take the text as it comes, hiding errors."""

    def __init__(self, method: str, *, flawed: bool = True) -> None:
        self.method = method
        self.flawed = flawed
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.execute("CREATE TABLE notes (title TEXT, note TEXT)")
        for number in range(5):
            self.add(f"tea {number}", "hot")

    def add(self, title: str, note: str) -> None:
        self.database.execute("INSERT INTO notes VALUES (?, ?)", (title, note))

    def __call__(self, request: Request) -> Response | str:
        given = params(request)
        if request.path == "/":
            return html(SEARCH.format(method=self.method) + ADD)
        if request.path.startswith("/add/"):
            self.add(f"tea {given.get('title', '')}", given.get("note", ""))
            return html("", 302, Location="/")
        if request.path == "/notes":
            return self.list(given.get("text", ""))
        return html("nothing here", 404)

    def list(self, text: str) -> str:
        select = "SELECT title, note FROM notes WHERE title LIKE {} ORDER BY rowid DESC LIMIT 40"
        try:
            if self.flawed:
                rows = self.database.execute(select.format(f"'%{text}%'")).fetchall()
            else:
                rows = self.database.execute(select.format("?"), (f"%{text}%",)).fetchall()
        except sqlite3.Error:
            rows = []
        return "".join(f"<p>{escape(str(title))}</p><i>{escape(str(note))}</i>" for title, note in rows)


def found(site: Notes) -> set[tuple[str, str, str]]:
    with serving(site) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("sqlinjection", "xss"))).scan()
    site.database.close()
    assert report.summary.points_not_tested == 0
    return {(each.plugin, each.url.split("?")[0].split("/")[-1], each.parameter) for each in report.findings}


@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_that_forms_add_hide_no_injection_in_the_list(method: str) -> None:
    assert found(Notes(method)) == {("sqlinjection", "notes", "text")}


@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_that_forms_add_are_no_injection(method: str) -> None:
    assert found(Notes(method, flawed=False)) == set()
