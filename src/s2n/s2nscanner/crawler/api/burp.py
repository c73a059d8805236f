"""Burp Suite's "Save items" XML → the distinct requests in it."""

import base64
import binascii

from msgspec.structs import replace

from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported
from s2n.s2nscanner.crawler.api.recorded import is_asset, keep_distinct, repeated
from s2n.s2nscanner.crawler.api.xmltree import Element, child, children, content

_ASSET_KINDS = frozenset({"css", "image", "gif", "jpeg", "png", "svg", "video", "sound"})


def read_burp(tree: Element, ground: Ground) -> Imported:
    """The requests of the items, each with the bytes that were sent."""
    requests: list[Request] = []
    broken: list[tuple[str, str]] = []
    for number, item in enumerate(children(tree, "item"), 1):
        url = content(item, "url")
        if is_asset(url) or content(item, "mimetype").lower() in _ASSET_KINDS:
            continue
        try:
            requests.append(_request(url, item, ground))
        except (ValueError, binascii.Error) as error:
            broken.append((f"item {number}", f"it is malformed ({error})"))
    imported = keep_distinct(requests, ground)
    imported.left_out += broken
    return imported


def _request(url: str, item: Element, ground: Ground) -> Request:
    node = child(item, "request")
    if node is None or not node.text:
        raise ValueError("no request")
    encoded = node.get("base64") == "true"
    raw = base64.b64decode(node.text, validate=False) if encoded else node.text.strip().encode()
    for ending in (b"\r\n\r\n", b"\n\n"):
        head, mark, body = raw.partition(ending)
        if mark:
            break
    first, *lines = head.decode("latin-1").splitlines()
    words = first.split(" ")
    if len(words) < 2:
        raise ValueError(f"no request line: {first[:60]!r}")
    pairs = ((key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines))
    request = Request.from_url(url, words[0].upper(), repeated(pairs, ground), body)
    return replace(request, target=words[1]) if words[1].startswith("/") else request
