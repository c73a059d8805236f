"""Command line over variables over config file over defaults, checked."""

import re
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from s2n.errors import UsageError
from s2n.options import apis
from s2n.options.commandline import OWNERS
from s2n.options.fields import Option, options_of
from s2n.options.host import HostOptions
from s2n.options.sources import config_path, from_file, from_variables
from s2n.options.target import normalize_target
from s2n.options.values import Given, value_of
from s2n.protocol import ScanRequest

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*")
_COOKIE = re.compile(r"[^\s=;]+=[^\r\n;]*")
_USER = re.compile(r"[^:\r\n]+:[^\r\n]*")
_PROXY = re.compile(r"(?i)(http|https|socks4a?|socks5h?)://\S+")
_HOST_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[\w-]+(?:\.[\w-]+)*)(?::\d{1,5})?")
_RESOLVE = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(?:\[[0-9A-Fa-f:.]+\]|[^\s/\[\]]+)")
_USERINFO = re.compile(r"(?<=://)[^/?#@\s]+@")


def resolve(
    namespace: Namespace,
    env: Mapping[str, str],
    cwd: Path,
    *,
    target: str = "",
    ambient: bool = True,
) -> tuple[ScanRequest, HostOptions]:
    """The request and the host's options from all sources. A list is replaced as a whole, never merged.

    ``target`` stands in where no source names one (commands that bring their own target). Without
    ``ambient`` the command line alone counts.

    Raises:
        UsageError: a value is not what its option takes; the message names where it was given.
        ConfigError: the same, in a variable or the config file.
    """
    options = [option for owner in OWNERS for option in options_of(owner)]
    given = _typed(options, namespace) if not ambient else _gather(options, namespace, env, cwd)
    values = {option.name: value_of(option, given[option.name]) for option in options if option.name in given}
    values.setdefault("target_url", target)
    _check_texts(given, values)
    _find_files(given, values, cwd)
    return _make(ScanRequest, values), _make(HostOptions, values)


def masked(request: ScanRequest) -> dict[str, Any]:
    """Every option of a request for a report: secrets as ``***``, credentials in URLs too."""
    shown: dict[str, Any] = msgspec.to_builtins(msgspec.structs.asdict(request))
    for option in options_of(ScanRequest):
        value = shown[option.name]
        if option.secret:
            shown[option.name] = [_hide(item) for item in value] if option.kind == "list" else value and "***"
        elif isinstance(value, str):
            shown[option.name] = _USERINFO.sub("***@", value)
        elif option.kind == "list":
            shown[option.name] = [_USERINFO.sub("***@", apis.shown(item)) for item in value]
    return shown


def _gather(
    options: list[Option], namespace: Namespace, env: Mapping[str, str], cwd: Path
) -> dict[str, Given]:
    typed = _typed(options, namespace)
    variables = from_variables(options, env)
    named = typed.get("config") or variables.get("config")
    path = config_path(str(named.raw) if named else "", cwd)
    return (from_file(options, path) if path else {}) | variables | typed


def _typed(options: list[Option], namespace: Namespace) -> dict[str, Given]:
    by_name = {option.name: option for option in options}
    return {name: Given(raw, by_name[name].flag) for name, raw in vars(namespace).items() if name in by_name}


def _make(owner: type[Any], values: Mapping[str, Any]) -> Any:
    return owner(**{name: values[name] for name in owner.__struct_fields__ if name in values})


def _check_texts(given: Mapping[str, Given], values: dict[str, Any]) -> None:
    """What a type cannot say: URLs, patterns, headers."""
    values["target_url"] = normalize_target(values["target_url"])
    if "seeds" in values:
        values["seeds"] = tuple(normalize_target(seed) for seed in values["seeds"])
    for name in ("login_url", "token_url", "auth_check_url"):
        if values.get(name):
            values[name] = normalize_target(values[name])
    patterns = [("exclude", pattern) for pattern in values.get("exclude", ())]
    patterns += [("logged_in_pattern", values.get("logged_in_pattern", ""))]
    for name, pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as problem:
            raise UsageError(
                f"{given[name].source}: {pattern!r} is not a regular expression: {problem}",
                "escape what is meant literally with a backslash",
            ) from problem
    shapes = {
        "headers": (_HEADER, "a header such as 'X-Team: red'"),
        "cookies": (_COOKIE, "a cookie such as session=abc"),
        "auth_as": (_USER, "a user and password such as bob:hunter2"),
        "callback": (_HOST_PORT, "HOST or HOST:PORT, such as 192.0.2.7:8053"),
        "callback_dns": (_HOST_PORT, "a domain, such as oob.example"),
        "resolve": (_RESOLVE, "HOST:ADDRESS, such as shop.example:192.0.2.7 or shop.example:[2001:db8::7]"),
        "proxy": (_PROXY, "a proxy such as http://127.0.0.1:8080 or socks5://127.0.0.1:1080"),
    }
    for name, (shape, wanted) in shapes.items():
        value = values.get(name) or ()
        for item in (value,) if isinstance(value, str) else value:
            if not shape.fullmatch(item):
                raise given[name].error(f"{given[name].source}: expected {wanted}", "see `s2n scan --help`")


def _find_files(given: Mapping[str, Given], values: dict[str, Any], cwd: Path) -> None:
    """Files that the request names, as absolute paths; API descriptions as their text."""
    for name in ("ca_bundle", "client_cert", "client_key", "cookie_file", "login_recording"):
        if values.get(name):
            path = cwd / Path(values[name]).expanduser()
            if not path.is_file():
                raise given[name].error(f"{given[name].source}: there is no file {path}", "check the path")
            values[name] = str(path)
    if values.get("apis"):
        values["apis"] = tuple(apis.inlined(api, cwd) for api in values["apis"])


def _hide(item: str) -> str:
    """``Authorization: Bearer x`` → ``Authorization: ***``, ``session=x`` → ``session=***``."""
    match = re.match(r"[^:=]+(?:: ?|=)", item)
    return f"{match[0]}***" if match else "***"
