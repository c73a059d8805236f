"""HAR 1.2, as browsers and proxies export it → the distinct requests in it.

http://www.softwareishard.com/blog/har-12-spec/
"""

from collections.abc import Mapping
from typing import Any

from s2n.errors import UsageError
from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported
from s2n.s2nscanner.crawler.api.recorded import is_asset, keep_distinct, repeated
from s2n.s2nscanner.crawler.bodies import Field, urlencoded


def read_har(document: Any, ground: Ground, name: str) -> Imported:
    """The requests of a recording; pictures, styles and scripts are dropped.

    Raises:
        UsageError: it is not a HAR.
    """
    log = document.get("log") if isinstance(document, Mapping) else None
    entries = log.get("entries") if isinstance(log, Mapping) else None
    if not isinstance(entries, list):
        raise UsageError(f"{name} has no log.entries: it is no HAR", "export it again, as HAR with content")
    requests: list[Request] = []
    broken: list[tuple[str, str]] = []
    assets = 0
    for number, entry in enumerate(entries, 1):
        try:
            request = _request(entry["request"], ground)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            broken.append((f"entry {number}", f"it is malformed ({error})"))
            continue
        if is_asset(request.url, _media_type(entry)):
            assets += 1
        else:
            requests.append(request)
    imported = keep_distinct(requests, ground)
    imported.left_out += broken
    if assets and not imported.operations:
        imported.left_out.append((f"{assets} entries", "they fetch pictures, styles and scripts"))
    return imported


def _request(raw: Mapping[str, Any], ground: Ground) -> Request:
    headers = repeated(((str(each["name"]), str(each["value"])) for each in raw.get("headers") or ()), ground)
    data = raw.get("postData") or {}
    text = data.get("text")
    if not text and data.get("params"):
        text = urlencoded([Field(str(each["name"]), str(each.get("value", ""))) for each in data["params"]])
    request = Request.from_url(str(raw["url"]), str(raw["method"]).upper(), headers, str(text or "").encode())
    if request.body and request.header("content-type") is None and data.get("mimeType"):
        request = request.with_header("Content-Type", str(data["mimeType"]))
    return request


def _media_type(entry: Mapping[str, Any]) -> str:
    answer = entry.get("response")
    content = answer.get("content") if isinstance(answer, Mapping) else None
    return str(content.get("mimeType") or "") if isinstance(content, Mapping) else ""
