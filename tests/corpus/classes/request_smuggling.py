"""Pairs of servers that agree, and pairs that do not."""

import itertools
from collections.abc import Callable

from corpus.case import Case
from corpus.chain import (
    Server,
    any_space,
    by_line_feed,
    exact,
    first_word,
    holding,
    never,
    seconds,
    spaced,
    trimmed,
)
from s2n.model import Request, Response
from support.site import Answer, Site, html

PLUGIN = "request_smuggling"
REQUESTS = (Request.from_url("http://site.test/"),)


def answering(answer: Callable[[Request], Answer] = lambda _: html("<h1>Shop</h1>")) -> Callable[[], Site]:
    return lambda: answer


def pair(name: str, vulnerable: bool, front: Server, back: Server) -> Case:
    return Case(
        PLUGIN, name, vulnerable, answering(), REQUESTS, lambda request: seconds(front, back, request)
    )


def alone(name: str, latency: Callable[[Request], float], answer: Answer | None = None) -> Case:
    make = answering(lambda _: answer) if answer is not None else answering()
    return Case(PLUGIN, name, False, make, REQUESTS, latency)


def has_both(request: Request) -> bool:
    return any("chunked" in value for _, value in request.headers)


def hiccups() -> Callable[[Request], float]:
    """Slow now and then, whatever is asked."""
    count = itertools.count()
    return lambda _: 8.0 if next(count) % 4 == 2 else 0.01


def single(server: Server) -> Callable[[Request], float]:
    return lambda request: seconds(server, server, request)


LENGTH = Server(never)
CASES = [
    *(
        pair(f"length, then {reads.__name__} chunks", True, LENGTH, Server(reads))
        for reads in (exact, trimmed, spaced, holding, first_word, by_line_feed, any_space)
    ),
    *(
        pair(f"{reads.__name__} chunks, then length", True, Server(reads), LENGTH)
        for reads in (exact, trimmed, spaced, holding, first_word, by_line_feed, any_space)
    ),
    pair("exact, then any that holds chunked", True, Server(exact), Server(holding)),
    pair("any that holds chunked, then exact", True, Server(holding), Server(exact)),
    pair("trimmed, then a name with a space", True, Server(trimmed), Server(spaced)),
    pair("trimmed, then a vertical tab", True, Server(trimmed), Server(any_space)),
    pair("exact, then a line feed", True, Server(exact), Server(by_line_feed)),
    pair("both by length", False, LENGTH, LENGTH),
    *(
        pair(f"both {reads.__name__}", False, Server(reads), Server(reads))
        for reads in (exact, trimmed, spaced, holding, by_line_feed)
    ),
    pair("the proxy refuses both", False, Server(exact, refuses_both=True), LENGTH),
    pair("the server refuses both", False, LENGTH, Server(exact, refuses_both=True)),
    pair("the proxy rewrites", False, Server(holding, rewrites=True), LENGTH),
    alone("one server, by length", single(LENGTH)),
    alone("one server, by chunks", single(Server(trimmed))),
    alone("always slow", lambda _: 9.0),
    alone("slow where both headers are", lambda request: 9.0 if has_both(request) else 0.01),
    alone("slow now and then", hiccups()),
    alone("refuses POST", lambda _: 0.01, html("<h1>405</h1>", 405)),
    alone("a firewall", lambda _: 0.01, html("<h1>403</h1>", 403)),
    alone("a bad gateway at once", lambda _: 0.01, Response(502)),
]
