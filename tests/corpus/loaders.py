"""Deserialisers: real ones where Python has them (pickle, YAML), else their decisions by class name."""

import base64
import io
import json
import operator
import pickle
import re

import yaml

from support.callbacks import call, look_up


class LoadError(Exception):
    """What the deserialiser says."""


class Open(pickle.Unpickler):
    """As pickle.loads, but that sleeping costs virtual time and calls reach the test's listener."""

    def find_class(self, module: str, name: str) -> object:
        known = {
            ("operator", "mul"): operator.mul,
            ("builtins", "str"): str,
            ("time", "sleep"): lambda _: None,
            ("urllib.request", "urlopen"): call,
        }
        if (module, name) in known:
            return known[module, name]
        if module in {"operator", "builtins", "time"}:
            raise AttributeError(f"Can't get attribute '{name}' on <module '{module}' (built-in)>")
        raise ModuleNotFoundError(f"No module named '{module}'")


class Restricted(pickle.Unpickler):
    """As the library's documentation tells one to do it."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"global '{module}.{name}' is forbidden")


def unpickle(data: bytes, loader: type[pickle.Unpickler] = Open) -> object:
    try:
        return loader(io.BytesIO(data)).load()
    except Exception as error:
        raise LoadError(f"{type(error).__name__}: {error}") from error


def restricted(data: bytes) -> object:
    return unpickle(data, Restricted)


def yaml_load(data: bytes, loader: type = yaml.UnsafeLoader) -> object:
    text = (
        data.decode()
        .replace("time.sleep", "operator.neg")
        .replace("urllib.request.urlopen", "support.callbacks.call")
    )
    try:
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise LoadError(str(error)) from error


def safe_yaml(data: bytes) -> object:
    return yaml_load(data, yaml.SafeLoader)


def snake_yaml(data: bytes) -> object:
    if match := re.search(rb"!!([\w.]+)", data):
        raise LoadError(f"Can't construct a java object; exception=Class not found: {match[1].decode()}")
    return safe_yaml(data)


def ruby_yaml(data: bytes) -> object:
    if match := re.search(rb"!ruby/object:(\w+)", data):
        raise LoadError(f"ArgumentError: undefined class/module {match[1].decode()}")
    return safe_yaml(data.replace(b"!!", b"# "))


def php(data: bytes) -> object:
    match = re.match(rb'O:(\d+):"(\w+)":', data)
    if match is None:
        return {"name": _php_text(data)}
    if match[2] in {b"DateTime", b"DateTimeZone"}:
        raise LoadError(
            f"PHP Fatal error: Uncaught Error: Invalid serialization data for {match[2].decode()} object"
        )
    return {"name": _php_text(data)}


def php_without_classes(data: bytes) -> object:
    match = re.match(rb'O:(\d+):"(\w+)":', data)
    return {"name": f"__PHP_Incomplete_Class {match[2].decode()}"} if match else {"name": _php_text(data)}


def _php_text(data: bytes) -> str:
    match = re.search(rb's:\d+:"([^"]*)";\}', data)
    return match[1].decode() if match else ""


JAVA_KNOWN = {"java.util.HashMap", "java.util.concurrent.atomic.AtomicBoolean", "shop.Cart"}


def java(data: bytes, allowed: frozenset[str] | None = None) -> object:
    name = _java_class(data)
    if name not in JAVA_KNOWN:
        raise LoadError(f"java.lang.ClassNotFoundException: {name}")
    if allowed is not None and name not in allowed:
        raise LoadError("java.io.InvalidClassException: filter status: REJECTED")
    if host := re.search(rb"t\x00.([\w.]+)t\x00\x00q", data, re.DOTALL):
        look_up(host[1].decode())
    if name != "shop.Cart":
        raise LoadError(f"java.lang.ClassCastException: {name} cannot be cast to shop.Cart")
    return {"name": "cart"}


def java_filtered(data: bytes) -> object:
    return java(data, frozenset({"shop.Cart"}))


def java_looking_ahead(data: bytes) -> object:
    name = _java_class(data)
    if name != "shop.Cart":
        raise LoadError(f"Unauthorized deserialization attempt; {name}")
    return {"name": "cart"}


def _java_class(data: bytes) -> str:
    if not data.startswith(b"\xac\xed\0\5sr"):
        raise LoadError("java.io.StreamCorruptedException: invalid stream header")
    length = int.from_bytes(data[6:8], "big")
    return data[8 : 8 + length].decode()


def dotnet(data: bytes) -> object:
    match = re.search(rb"(\w+, Version=[^\x05]*)", data)
    if match and b"Shop" not in match[1]:
        raise LoadError(f"SerializationException: Unable to find assembly '{match[1].decode()}'.")
    return {"name": "state"}


def ruby(data: bytes) -> object:
    match = re.match(rb"\x04\x08o:.(\w+)", data, re.DOTALL)
    if match and match[1] != b"Cart":
        raise LoadError(f"ArgumentError: undefined class/module {match[1].decode()}")
    if not data.startswith(b"\x04\x08"):
        raise LoadError("TypeError: incompatible marshal file format")
    return {"name": "cart"}


def node(data: bytes) -> object:
    found = plain_json(data)
    for name, value in found.items():
        if isinstance(value, str) and value.startswith("_$$ND_FUNC$$_"):
            if match := re.search(r"return (\d+)\*(\d+)", value):
                found[name] = int(match[1]) * int(match[2])
            elif match := re.search(r"get\('([^']+)'\)", value):
                call(match[1])
                found[name] = None
    return found


def json_net(text: str) -> object:
    name = text.partition(",")[0]
    if not name.startswith("Shop."):
        raise LoadError(f"Error resolving type specified in JSON '{text}'. Path '$type', line 1.")
    return {"name": name}


def plain_json(data: bytes) -> dict:
    try:
        return dict(json.loads(data))
    except (ValueError, TypeError) as error:
        raise LoadError(str(error)) from error


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def slept(data: bytes) -> float:
    """Virtual seconds that reading ``data`` takes."""
    match = re.search(rb"ctime\nsleep\n\(I(\d+)|apply:time\.sleep \[(\d+)\]", data)
    return float(match[1] or match[2]) if match else 0.0
