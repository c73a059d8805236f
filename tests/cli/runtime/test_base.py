import pytest

from s2n.cli.runtime.base import agreed
from s2n.errors import ProtocolMismatch, RuntimeFailed
from s2n.protocol import PROTOCOL_VERSION, Hello, Phase


def test_a_runner_of_this_protocol_is_listened_to():
    events = [Hello(), Phase("crawl")]
    assert list(agreed(iter(events))) == events


def test_another_protocol_is_refused_with_the_way_out():
    with pytest.raises(ProtocolMismatch, match=f"protocol {PROTOCOL_VERSION + 1}") as caught:
        list(agreed(iter([Hello(protocol=PROTOCOL_VERSION + 1, version="9.9")])))
    assert "9.9" in str(caught.value)
    assert "pip install --upgrade" in caught.value.remedy


def test_a_runner_introduces_itself():
    with pytest.raises(RuntimeFailed, match="Phase"):
        list(agreed(iter([Phase("crawl")])))
