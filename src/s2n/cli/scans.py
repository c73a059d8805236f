"""``s2n scans``: the scans that are kept."""

from s2n.cli.keep import store_path
from s2n.cli.main import COMMANDS
from s2n.cli.terminal import plain, write_stdout
from s2n.options import HostOptions, Parser, build_parser
from s2n.store import Store


def parser() -> Parser:
    """The parser of this command."""
    return build_parser("s2n scans", [HostOptions], COMMANDS["scans"][1], lambda o: o.name == "store")


def run(argv: list[str]) -> int:
    """List the scans in the store, the newest first."""
    path = store_path(getattr(parser().parse_args(argv), "store", ""))
    if not path.is_file():
        write_stdout(b"no scans are kept yet\n")
        return 0
    store = Store(path)
    try:
        lines = [
            plain(f"{scan.scan_id}  {scan.start_time:%Y-%m-%d %H:%M}  {scan.status:<13}  {scan.target_url}")
            for scan in store.scans()
        ]
    finally:
        store.close()
    write_stdout("".join(f"{line}\n" for line in lines or ["no scans are kept yet"]).encode())
    return 0
