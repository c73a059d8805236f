import json

import jsonschema
import pytest

from s2n.errors import UsageError
from s2n.report.as_site_json import parse, render, schema
from support.sites import partial_site, site


@pytest.mark.parametrize("given", [site(), partial_site()])
def test_it_comes_back_as_it_was_and_fits_its_schema(given):
    text = render(given)
    assert parse(text) == given
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    validator.validate(json.loads(text))


def test_the_schema_refuses_what_is_no_site():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"s2n_site": "1.0"}, schema())


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"hello", b"\xff", b'{"s2n_site": "1.0"}'])
def test_what_is_no_site_model_is_refused(text):
    with pytest.raises(UsageError, match="is no site model") as caught:
        parse(text, "old.json")
    assert "s2n crawl" in caught.value.remedy


def test_another_version_is_refused():
    text = render(site()).replace(b'"s2n_site": "1.0"', b'"s2n_site": "2.0"')
    with pytest.raises(UsageError, match=r"version 2\.0; this s2n reads version 1\.0"):
        parse(text)
    assert parse(render(site()).replace(b'"s2n_site": "1.0"', b'"s2n_site": "1.7"')).s2n_site == "1.7"
