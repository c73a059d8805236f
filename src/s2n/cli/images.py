"""``s2n image``: the scanner's images on this machine, and the containers that were left behind."""

import os
from argparse import Namespace
from pathlib import Path

from s2n.cli.main import COMMANDS
from s2n.cli.runtime import choose_engine
from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.image import BROWSER_IMAGE, DEFAULT_IMAGE, PROTOCOL_LABEL, provide
from s2n.cli.runtime.leftovers import prune
from s2n.cli.terminal import inform, plain, write_stdout
from s2n.errors import RuntimeFailed, UsageError
from s2n.options import HostOptions, Parser, build_parser, resolve

ACTIONS = ("ls", "pull", "prune")

_OPTIONS = {"runtime", "image", "config"}


def parser() -> Parser:
    """The parser of this command."""
    parser = build_parser(
        "s2n image",
        [HostOptions],
        COMMANDS["image"][1],
        keep=lambda option: option.name in _OPTIONS,
        usage=f"{'|'.join(ACTIONS)} [OPTIONS]",
    )
    parser.add_argument(
        "action",
        choices=ACTIONS,
        help="ls: the images that are here; pull: get this version's, or --image; prune: remove the "
        "containers of scans whose s2n is gone.",
    )
    parser.add_argument(
        "--browser",
        action="store_true",
        dest="with_browser",  # a scan's --browser is another option
        help="pull: get the image with the browser.",
    )
    return parser


def run(argv: list[str]) -> int:
    """List or pull images, or remove containers that nobody will remove."""
    args: Namespace = parser().parse_args(argv)
    _, host = resolve(args, os.environ, Path.cwd(), target="http://localhost/")
    engine = choose_engine(host)
    match args.action:
        case "pull":
            provide(engine, _wanted(host, browser=args.with_browser), "always", inform)
        case "prune":
            removed = prune(engine)
            text = "".join(f"removed {name}\n" for name in removed) or "nothing was left behind\n"
            write_stdout(text.encode())
        case _:
            write_stdout(table(engine).encode())
    return 0


def _wanted(host: HostOptions, *, browser: bool) -> str:
    if host.image and browser:
        raise UsageError(f"--image names {host.image} already", "leave out --browser or --image")
    return host.image or (BROWSER_IMAGE if browser else DEFAULT_IMAGE)


def table(engine: Engine) -> str:
    """The images that are here, one a line; those that a scan takes by itself are marked.

    Raises:
        RuntimeFailed: the engine cannot list them.
    """
    columns = "{{.Repository}}:{{.Tag}}\t{{.ID}}\t{{.Size}}"
    answer = engine.call("images", "--filter", f"label={PROTOCOL_LABEL}", "--format", columns)
    if not answer.ok:
        raise RuntimeFailed(
            f"{engine.name} cannot list its images: {answer.said}", f"see what `{engine.name} images` says"
        )
    rows = [line.split("\t") for line in answer.out.splitlines() if not line.startswith("<none>")]
    if not rows:
        return f"no image of s2n is here; `s2n image pull` gets {DEFAULT_IMAGE}\n"
    width = max(len(row[0]) for row in rows)
    mark = {DEFAULT_IMAGE: "  (default)", BROWSER_IMAGE: "  (default, with the browser)"}
    return "".join(
        plain(f"{reference:<{width}}  {number[:12]}  {size}{mark.get(reference, '')}") + "\n"
        for reference, number, size in rows
    )
