"""A page that its ten scripts build, and whose twenty buttons each show another panel; for `bench.browser`.

A process of its own: the first line of stdout is the port, and it ends when its stdin is closed.
"""

import asyncio
import sys

SCRIPTS = 10
BUTTONS = 20

PAGE = "<!doctype html><title>Scripted</title><main></main><section></section>" + "".join(
    f"<script src=/script-{number}.js></script>" for number in range(SCRIPTS)
)
SCRIPT = f"""
for (let i = 0; i < {BUTTONS // SCRIPTS}; i++) {{
  const button = document.createElement('button'), number = {BUTTONS // SCRIPTS} * %d + i;
  button.textContent = 'Panel ' + number;
  button.onclick = async () => {{
    const answer = await (await fetch('/panel?number=' + number)).json();
    let panel = document.querySelector('section');
    panel.textContent = '';
    for (const bit of (number + 1).toString(2)) {{  // each its own structure
      const list = document.createElement(bit === '1' ? 'ul' : 'ol');
      list.innerHTML = answer.map(item => `<li>${{item}}</li>`).join('');
      panel = panel.appendChild(list).firstChild;
    }}
  }};
  document.querySelector('main').append(button);
}}
"""


def answer(target: str) -> tuple[str, str]:
    if target.startswith("/script-"):
        number = int(target.removeprefix("/script-").removesuffix(".js"))
        return "text/javascript", SCRIPT % number
    if target.startswith("/panel"):
        return "application/json", "[1, 2, 3]"
    return "text/html", PAGE


class Answer(asyncio.Protocol):
    """Answers GET requests, one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.held = b""

    def data_received(self, data: bytes) -> None:
        *heads, self.held = (self.held + data).split(b"\r\n\r\n")
        for head in heads:
            kind, body = answer(head.split(b" ", 2)[1].decode())
            lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "", body]
            self.transport.write("\r\n".join(lines).encode())


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
