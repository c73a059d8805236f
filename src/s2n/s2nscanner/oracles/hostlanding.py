"""Where a host name of ours ends up in an answer: only places that send somebody there count."""

import re
from collections.abc import Iterator
from enum import IntEnum

from msgspec import Struct

from s2n.model import Exchange
from s2n.s2nscanner.html import Element, parse

_SECRET_LINK = re.compile(r"(?i)reset|recover|forgot|confirm|activat|verif|invit|token|magic|unsubscribe")
_RESOURCES = {"script": "src", "base": "href", "iframe": "src", "object": "data", "embed": "src"}
_REFRESH = re.compile(r"(?i)^[^=]*url\s*=\s*['\"]?")
_MAX_TEXT = 1 << 20


class HostPlace(IntEnum):
    """What the host decides, from the least to the worst."""

    LINK = 1
    FORM = 2
    REDIRECT = 3
    RESOURCE = 4
    SECRET_LINK = 5


class HostLanding(Struct, frozen=True):
    """A place that names the host: ``where`` in words, ``url`` as it stands there."""

    place: HostPlace
    where: str
    url: str


def host_landing(exchange: Exchange, host: str) -> HostLanding | None:
    """The worst place in the answer that leads to ``host``; a page that merely shows it leads nowhere."""
    response = exchange.response
    if host not in response.text[:_MAX_TEXT] and host not in (response.header("location") or ""):
        return None
    leads = re.compile(rf"(?i)(?:https?:)?//(?:[^/?#@\s\"'<>]*@)?{re.escape(host)}(?=[:/?#\"'<>\s\\]|$)")
    found = [one for one in _places(exchange) if leads.match(one.url.strip())]
    if not response.is_html:
        found += _in_text(response.text[:_MAX_TEXT], host)
    return max(found, key=lambda one: one.place, default=None)


def _places(exchange: Exchange) -> Iterator[HostLanding]:
    response = exchange.response
    location = response.header("location")
    if location is not None:
        place = HostPlace.REDIRECT if response.is_redirect else HostPlace.LINK
        yield HostLanding(place, "the Location header", location)
    if response.is_html:
        for element in parse(response.text).descendants:
            if isinstance(element, Element):
                yield from _in_element(element)


def _in_element(element: Element) -> Iterator[HostLanding]:
    tag = element.tag
    if url := element.attr(_RESOURCES.get(tag, "")):
        yield HostLanding(HostPlace.RESOURCE, f"<{tag}>", url)
    elif tag == "link" and (url := element.attr("href")):
        relation = (element.attr("rel") or "").lower()
        sheet = "stylesheet" in relation or "preload" in relation
        yield HostLanding(HostPlace.RESOURCE if sheet else HostPlace.LINK, f"<link rel={relation}>", url)
    elif tag == "form" and (url := element.attr("action")):
        yield HostLanding(HostPlace.FORM, "the action of a form", url)
    elif tag == "a" and (url := element.attr("href")):
        yield _link(url, "a link")
    elif tag == "meta" and (url := element.attr("content")):
        if (element.attr("http-equiv") or "").lower() == "refresh":
            target = _REFRESH.sub("", url)
            yield HostLanding(HostPlace.REDIRECT, "<meta http-equiv=refresh>", target)
        else:
            yield HostLanding(HostPlace.LINK, "<meta>", url)


def _in_text(text: str, host: str) -> Iterator[HostLanding]:
    """URLs in JSON, XML and plain text, whose slashes may be escaped."""
    for match in re.finditer(rf"https?:(?:\\?/){{2}}{re.escape(host)}[^\s\"'<>]*", text):
        yield _link(match[0].replace("\\/", "/"), "a URL in the body")


def _link(url: str, where: str) -> HostLanding:
    path = re.sub(r"^(?:https?:)?//[^/?#]*", "", url)
    if _SECRET_LINK.search(path):
        return HostLanding(HostPlace.SECRET_LINK, f"{where} with a secret or an action", url)
    return HostLanding(HostPlace.LINK, where, url)
