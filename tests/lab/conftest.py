"""A running lab, and a visitor who asks it with hand-written requests on a raw socket."""

import json
import socket
import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

import pytest

from s2n.lab import Lab, serve
from s2n.lab.app import Family, Label
from s2n.lab.site import ROUTES
from s2n.model import Location


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    text: str
    seconds: float

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None


class Visitor:
    def __init__(self, url: str) -> None:
        self.url = url
        self.authority = urlsplit(url).netloc

    def send(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        every = {"Host": self.authority, "Connection": "close", "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in (every | (headers or {})).items())
        started = time.perf_counter()
        return self.raw(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body, started)

    def raw(self, data: bytes, started: float = 0.0) -> Answer:
        host, _, port = self.authority.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=20) as peer:
            peer.sendall(data)
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        return Answer(status, head.decode("latin-1"), body.decode(), time.perf_counter() - started)

    def at(self, where: str, parameter: str, value: str) -> Answer:
        """Send the valid request of a labelled page with one value replaced."""
        method, _, path = where.partition(" ")
        labels = {label.parameter: label for label in ROUTES[method, path].labels}
        place = labels[parameter].location
        values = {name: label.sample for name, label in labels.items()} | {parameter: value}
        if place is Location.QUERY:
            return self.send(method, f"{path}?{urlencode(values)}")
        if place is Location.PATH:
            return self.send(method, path.replace("{}", quote(value, safe="")))
        if place is Location.HEADER:
            return self.send(method, path, {parameter: value})
        if place is Location.COOKIE:
            return self.send(method, path, {"Cookie": f"{parameter}={quote(value)}"})
        if place is Location.JSON:
            return self.send(method, path, {"Content-Type": "application/json"}, json.dumps(values).encode())
        if place is Location.MULTIPART:
            parts = "".join(
                f'--edge\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
                for n, v in values.items()
            )
            kind = {"Content-Type": "multipart/form-data; boundary=edge"}
            return self.send(method, path, kind, f"{parts}--edge--\r\n".encode())
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send(method, path, kind, urlencode(values).encode())

    def normal(self, where: str, parameter: str) -> Answer:
        """The valid request of a labelled page."""
        method, _, path = where.partition(" ")
        label = next(one for one in ROUTES[method, path].labels if one.parameter == parameter)
        return self.at(where, parameter, label.sample)


def places(*families: Family, plugin: str, flawed: bool | None) -> set[tuple[str, str]]:
    """Where the labels of one plugin are, as the tables of the tests name them."""
    labels: list[Label] = [label for family in families for label in family.labels]
    return {
        (f"{label.method} {label.path}", label.parameter)
        for label in labels
        if label.plugin == plugin and label.flawed is flawed
    }


@pytest.fixture(scope="session")
def lab():
    with serve() as running:
        yield running


@pytest.fixture
def visitor(lab: Lab) -> Visitor:
    return Visitor(lab.url)


@pytest.fixture(name="places")
def places_fixture():
    return places
