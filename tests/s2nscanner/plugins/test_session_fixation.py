import pytest

from corpus.classes import _login as corpus
from corpus.classes._members import cookies
from s2n.errors import NotApplicable
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.plugins.session_fixation import Plugin
from support.site import MemorySender
from support.siteplugin import run_site


def found(make, **scan):
    sender = MemorySender(make())
    settings = {"username": "ann", "password": "secret"} | scan
    request = ScanRequest(target_url="http://site.test/", **settings)
    return run_site(Plugin(), sender, corpus.login(), request)[0], sender


def test_an_id_that_is_kept():
    (claim,), _ = found(corpus.site(session="keeps", name="PHPSESSID"))
    assert claim.parameter == "PHPSESSID"
    assert claim.confidence is Confidence.CERTAIN
    assert "Log out" in claim.exchange.response.text
    assert "Log out" not in claim.control.response.text


def test_an_id_of_the_visitors_own():
    (claim,), _ = found(corpus.site(session="late", adopts=True))
    assert cookies(claim.exchange.request).keys() == {"sessionid"}


@pytest.mark.parametrize("session", ["rotates", "late", "adds"])
def test_silent_where_the_id_is_new(session):
    assert found(corpus.site(session=session))[0] == []


def test_silent_where_the_login_fails():
    assert found(corpus.site(session="keeps"), password="other")[0] == []


@pytest.mark.parametrize("missing", ["username", "password"])
def test_nothing_is_sent_without_credentials(missing):
    sender = MemorySender(corpus.site(session="keeps")())
    settings = {"username": "ann", "password": "secret"} | {missing: ""}
    scan = ScanRequest(target_url="http://site.test/", **settings)
    with pytest.raises(NotApplicable, match="nobody to log in as") as caught:
        run_site(Plugin(), sender, corpus.login(), scan)
    assert caught.value.remedy == "give --username and --password"
    assert sender.requests == []


def test_a_site_without_a_login_form_is_not_called_tested():
    with pytest.raises(NotApplicable, match="no login form"):
        run_site(Plugin(), lambda _: "hello", [])
