"""The site model as JSON: every field of `s2n.model.site.Site`, checked against docs/site.schema.json."""

from typing import Any

import msgspec

from s2n.errors import UsageError
from s2n.model.site import SITE_VERSION, Site


def render(site: Site) -> bytes:
    """Indented JSON, times in UTC as ISO 8601."""
    return msgspec.json.format(msgspec.json.encode(site), indent=2) + b"\n"


def parse(content: bytes | str, name: str = "this") -> Site:
    """A site model that was saved; ``name`` stands for it in messages.

    Raises:
        UsageError: it is none, or one of another version of the schema.
    """
    try:
        site = msgspec.json.decode(content, type=Site)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is no site model of s2n: {error}", "give a file of `s2n crawl`") from error
    if site.s2n_site.partition(".")[0] != SITE_VERSION.partition(".")[0]:
        raise UsageError(
            f"{name} is a site model of version {site.s2n_site}; this s2n reads version {SITE_VERSION}",
            "crawl the site again",
        )
    return site


def schema() -> dict[str, Any]:
    """The JSON Schema of the site model."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(Site)
