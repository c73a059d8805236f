"""The options that never leave the host: where reports go, how much is said, where the scan runs."""

from typing import Annotated, Literal

from msgspec import Struct

from s2n.protocol import option


class HostOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the host runs a scan and what it does with the result."""

    outputs: Annotated[
        tuple[str, ...],
        option(
            "Write the report to this file, in the format of its suffix (.json .html .sarif .csv); - is "
            "standard output (repeat).",
            "-o",
            "--output",
            group="output",
            metavar="FILE",
        ),
    ] = ()
    output_format: Annotated[
        Literal["console", "json", "html", "sarif", "csv"] | None,
        option(
            "The format of standard output; without -o - in the command, that of every -o FILE whatever its "
            "suffix.",
            "--output-format",
            group="output",
        ),
    ] = None
    fail_on: Annotated[
        Literal["info", "low", "medium", "high", "critical", "never"],
        option("Exit with 1 if there is a finding at least this grave.", "--fail-on", group="output"),
    ] = "low"
    quiet: Annotated[
        bool, option("Show no progress and no summary, errors only.", "-q", "--quiet", group="output")
    ] = False
    verbose: Annotated[
        int, option("Show the scanner's log; -vv with every detail.", "-v", "--verbose", group="output")
    ] = 0
    log_file: Annotated[
        str,
        option("Write the scanner's log to this file.", "--log-file", group="output", metavar="FILE"),
    ] = ""

    runtime: Annotated[
        Literal["auto", "docker", "podman", "nerdctl", "local"],
        option(
            "Where the scanner runs: in a container of that engine, or local, a process of this machine; "
            "auto takes the first engine that answers and has or can pull the image, else local.",
            "--runtime",
            group="host",
        ),
    ] = "auto"
    image: Annotated[
        str,
        option(
            "The scanner's image. Default: the published one of this version of s2n: with --browser always "
            "the one with the browser, with auto too if that is here.",
            "--image",
            group="host",
            metavar="REF",
        ),
    ] = ""
    pull: Annotated[
        Literal["missing", "always", "never"],
        option("When to pull the image.", "--pull", group="host"),
    ] = "missing"
    network: Annotated[
        str,
        option(
            "The container's network. Default: the engine's own, or the host's for a target on loopback.",
            "--network",
            group="host",
            metavar="NAME",
        ),
    ] = ""
    memory: Annotated[
        int,
        option(
            "The memory that the container may use.",
            "--memory",
            group="host",
            metavar="SIZE",
            unit="bytes",
            ge=64 << 20,
        ),
    ] = 2 << 30
    cpus: Annotated[
        float,
        option(
            "The processors that the container may use. Default: 2, or what there is.",
            "--cpus",
            group="host",
            metavar="N",
            ge=0,
        ),
    ] = 0.0
    runtime_args: Annotated[
        tuple[str, ...],
        option(
            "One more option for the engine's run command, such as --runtime-arg=--dns=10.0.0.2 (repeat).",
            "--runtime-arg",
            group="host",
            metavar="ARG",
        ),
    ] = ()
    plugin_dir: Annotated[
        str,
        option(
            "The folder of your own plugins. Default: ./s2n-plugins, or plugins in s2n's config folder.",
            "--plugin-dir",
            group="host",
            metavar="DIR",
        ),
    ] = ""
    store: Annotated[
        str,
        option(
            "The file that keeps the scans. Default: s2n/s2n.db in your data folder.",
            "--store",
            group="host",
            metavar="FILE",
        ),
    ] = ""
    no_store: Annotated[
        bool, option("Keep nothing of this scan but the reports.", "--no-store", group="host")
    ] = False
    config: Annotated[
        str,
        option(
            "Read options from this TOML or YAML file. Default: ./s2n.toml, ./s2n.yaml or ./s2n.yml.",
            "-c",
            "--config",
            group="host",
            metavar="FILE",
        ),
    ] = ""
    all_plugins: Annotated[
        bool,
        option("Run all plugins, which is the default.", "--all", group="host", hidden=True),
    ] = False
