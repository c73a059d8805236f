"""``python -m s2n.lab``: run the lab until a signal, or until whoever started it goes away."""

import argparse
import os
import queue
import signal
import sys
import threading

from s2n.errors import S2nError
from s2n.lab.running import serve


def main(argv: list[str] | None = None) -> int:
    """Print the address on the first line of stdout, then serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m s2n.lab", description="A vulnerable site on loopback.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes any free port")
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input is closed")
    options = parser.parse_args(argv)
    stop: queue.SimpleQueue[int] = queue.SimpleQueue()  # its put() may be called from a signal handler
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, _: stop.put(signum))
    try:
        with serve(options.host, options.port) as lab:
            if options.lifeline:
                threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
            sys.stdout.write(f"listening on {lab.url}\n")
            sys.stdout.flush()
            stop.get()
    except S2nError as error:
        sys.stderr.write(f"error: {error}\n{error.remedy}\n")
        return error.exit_code
    return 0


def _until_closed(stop: "queue.SimpleQueue[int]") -> None:
    """Read standard input to its end; os.read holds no lock that would trouble the interpreter's exit."""
    while os.read(0, 4096):
        pass
    stop.put(0)


if __name__ == "__main__":
    sys.exit(main())
