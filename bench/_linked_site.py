"""A generated site of linked pages, for `bench.crawl`; run as a process of its own.

Page ``n`` links its ten children (so that every page is a few clicks from the first) and 10 to 40 more,
picked by a fixed rule; now and then a form, an image, a numbered item. The first line of stdout is the
port; the process ends when its stdin is closed, and then says how many requests came, and for how many of
the pages.
"""

import asyncio
import sys

FOLDERS = 300


def path_of(number: int) -> str:
    return f"/folder-{number % FOLDERS}/page-{number}.html" if number else "/"


def page(number: int, pages: int) -> bytes:
    children = range(10 * number + 1, min(10 * number + 11, pages))
    others = ((number * 7919 + step * 104_729) % pages for step in range(10 + number % 31))
    links = "".join(
        f'<li class="item"><a href="{path_of(target)}" title="t">Page {target}</a> <span>about it</span></li>'
        for target in (*children, *others)
    )
    form = f'<form action="/search"><input name="q{number % 7}"></form>' if number % 11 == 0 else ""
    return (
        f'<!doctype html><html><head><title>Page {number}</title><link rel="stylesheet" href="/style.css">'
        f'</head><body class="c{number % 5}"><h1>Page {number}</h1><img src="/logo.png">'
        f"<nav><ul>{links}</ul></nav>"
        f'{form}<a href="/item/{number}">item</a><a href="/view?id={number}">view</a>'
        f"<p>{'Some text of the page. ' * (5 + number % 20)}</p></body></html>"
    ).encode()


class Answer(asyncio.Protocol):
    """Answers pipelined or sequential GETs."""

    def __init__(self, pages: int, asked: list[int]) -> None:
        self.pages = pages
        self.asked = asked
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while b"\r\n\r\n" in self.pending:
            head, _, self.pending = self.pending.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            number = -1
            if path == b"/" or path.endswith(b".html"):
                number = int(path.rpartition(b"-")[2].partition(b".")[0] or 0) if path != b"/" else 0
                status, body = b"200 OK", page(number, self.pages)
            elif path in {b"/robots.txt", b"/sitemap.xml"}:
                status, body = b"404 Not Found", b"none"
            else:
                status, body = b"200 OK", b"<html><body><p>one item</p></body></html>"
            self.asked.append(number)
            self.transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )


async def main(pages: int) -> None:
    loop = asyncio.get_running_loop()
    asked: list[int] = []
    server = await loop.create_server(lambda: Answer(pages, asked), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    print(len(asked), len(set(asked) - {-1}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
