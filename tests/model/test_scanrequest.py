import json
from typing import get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Meta
from msgspec.structs import fields

from s2n.model.scanrequest import ScanConfig, ScanRequest
from s2n.options.commandline import GROUPS


def test_scripts_call_it_the_config() -> None:
    assert ScanConfig is ScanRequest


def test_a_request_as_json_holds_only_what_was_asked_for() -> None:
    assert json.loads(msgspec.json.encode(ScanRequest(target_url="h"))) == {"target_url": "h"}
    request = ScanRequest(target_url="h", depth=0, headers=("A: b",))
    written = msgspec.json.encode(request)
    assert json.loads(written) == {"target_url": "h", "depth": 0, "headers": ["A: b"]}
    assert msgspec.json.decode(written, type=ScanRequest) == request


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("depth", -1),
        ("concurrency", 0),
        ("timeout", 0),
        ("scope", "everything"),
        ("max_body", 1),
        ("auth", "x"),
    ],
)
def test_a_value_outside_its_limits_is_refused(field: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"target_url": "h", field: value}, ScanRequest)


def test_every_option_is_described_where_it_is_declared() -> None:
    hints = get_type_hints(ScanRequest, include_extras=True)
    flags: list[str] = []
    for field in fields(ScanRequest):
        metas = [meta for meta in get_args(hints[field.name])[1:] if isinstance(meta, Meta)]
        assert len(metas) == 1, field.name
        (meta,) = metas
        assert meta.description
        assert meta.description.rstrip().endswith("."), field.name
        assert meta.extra is not None
        assert meta.extra["group"] in GROUPS, field.name
        assert any(flag.startswith("--") for flag in meta.extra["flags"]), field.name
        if get_origin(get_args(hints[field.name])[0]) is tuple and meta.extra["commas"]:
            assert "comma" in meta.description, field.name
        flags += meta.extra["flags"]
    assert len(flags) == len(set(flags))


def test_what_may_hold_a_credential_is_marked_secret() -> None:
    hints = get_type_hints(ScanRequest, include_extras=True)
    secret = {name for name, hint in hints.items() if get_args(hint)[1].extra["secret"]}
    named = {"auth_as", "client_secret", "cookies", "headers", "password", "proxy", "token", "totp_secret"}
    assert secret == named
