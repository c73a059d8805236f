import msgspec
import pytest

from s2n.model import ScanStatus, now
from s2n.model.site import Endpoint, How, Sighting, Site


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://h/", "http://h"),
        ("https://h:8443/a/b", "https://h:8443"),
        ("http://[::1]:80/x:y", "http://[::1]:80"),
    ],
)
def test_an_endpoint_knows_its_origin(url, origin):
    assert Endpoint(method="GET", url=url, template="/").origin == origin


def test_a_site_comes_back_from_json_as_it_was_and_begins_with_its_version():
    site = Site(
        target_url="http://h/",
        scanner_version="1",
        start_time=now(),
        end_time=now(),
        status=ScanStatus.COMPLETE,
        complete=True,
        endpoints=(Endpoint(method="GET", url="http://h/", template="/", found=(Sighting(How.START),)),),
    )
    text = msgspec.json.encode(site)
    assert text.startswith(b'{"s2n_site":"1.0"')
    assert msgspec.json.decode(text, type=Site) == site
