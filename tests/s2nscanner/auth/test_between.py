import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.auth.between import onward
from support.site import html

NOD = "<form method=post action=/go><input type=hidden name=t value=1>{}</form>"


def led(markup: str, status: int = 200, **headers: str) -> str | None:
    """The request that a page leads on to, and its body."""
    page = Exchange(Request.from_url("http://site.test/login"), html(markup, status, **headers))
    request = onward(page)
    return None if request is None else f"{request.method} {request.target} {request.body.decode()}".strip()


@pytest.mark.parametrize(
    ("markup", "there"),
    [
        ("<meta http-equiv=refresh content='0; url=/in?a=1'>Wait", "GET /in?a=1"),
        ('<META content="2;URL=\'in\'" http-equiv="Refresh">', "GET /in"),
        ("<script>window.location = '/in'</script>", "GET /in"),
        ('<script>location.replace("/in")</script>', "GET /in"),
        (f"<body onload='f.submit()'>{NOD.format('')}", "POST /go t=1"),
        (NOD.format("<button>Continue</button>"), "POST /go t=1"),
        (NOD.format("<button name=a value=n>No</button><button name=a value=y>Yes"), "POST /go t=1&a=y"),
        (
            NOD.format("<button name=a value=1>Zurück</button><button name=a value=2>Weiter"),
            "POST /go t=1&a=2",
        ),
        (NOD.format("<select name=a><option>x</select><input type=submit value=Select>"), "POST /go t=1&a=x"),
    ],
)
def test_a_page_that_only_passes_on(markup: str, there: str) -> None:
    assert led(markup) == there


def test_a_refresh_in_the_header() -> None:
    assert led("", refresh="0; url=/in") == "GET /in"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Hello</p>",
        "<meta http-equiv=refresh content='300'>",
        "<meta http-equiv=refresh content='300; url=/in'>",
        f"<meta http-equiv=refresh content='{'9' * 5000}; url=/in'>",
        "<meta http-equiv=refresh content='²; url=/in'>",
        "<meta http-equiv=refresh content='0; url=/login'>",
        "<a href=/logout>Log out</a><meta http-equiv=refresh content='0; url=/in'>",
        "<script>if (old) location = '/login'</script>" + "<p>word </p>" * 150,
        NOD.format("<button>Delete the account</button>"),
        NOD.format("<button>Log out</button>"),
        NOD.format("<input name=comment><button>Continue</button>"),
        NOD.format("<input type=password name=p><button>Continue</button>"),
        NOD.format("<button>Send an order</button>"),
        NOD.format("<button>Choose</button>") + "<a href=/a>A</a>" * 9,
        NOD.format("<button>Yes</button>") + "<p>word </p>" * 150,
    ],
)
def test_a_page_of_the_site_is_left_alone(markup: str) -> None:
    assert led(markup) is None


def test_an_error_leads_nowhere() -> None:
    assert led("<meta http-equiv=refresh content='0; url=/in'>", 500) is None
