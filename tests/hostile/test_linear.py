"""No text of a site can hold the scan: four times as much of it takes about four times as long to read."""

import gc
from collections.abc import Iterator
from time import process_time

import pytest

from hostile.readers import READERS
from hostile.texts import texts

SIZE = 10_000
FLOOR = 0.01
"""Seconds; what is read faster is no danger at this size, and too short to be measured."""

GROWTH = 8
"""Linear is 4, quadratic 16."""

TRIES = (2, 5, 9)
"""How often each text is read, and again where that was too slow: what is quadratic is so each time."""


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    """A collection of garbage takes longer than what is measured."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(("family", "name"), READERS, ids=[f"{family} {name}" for family, name in READERS])
def test_reading_takes_linear_time(family: str, name: str) -> None:
    read = READERS[family, name]

    def seconds(text: str, times: int) -> float:
        spent = []
        for _ in range(times):
            began = process_time()
            read(text)
            spent.append(process_time() - began)
        return min(spent)

    read("x")
    slow = []
    for piece, make in texts(family):
        text = make(SIZE)
        if seconds(text, 1) < FLOOR:
            continue
        small = make(SIZE // 4)
        growths = (seconds(text, tries) / max(seconds(small, tries + 1), FLOOR / 40) for tries in TRIES)
        growth = next((each for each in growths if each <= GROWTH), None)
        if growth is None:
            slow.append(piece)
    assert slow == []
