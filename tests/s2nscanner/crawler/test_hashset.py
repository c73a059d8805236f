"""The compact set behaves as a set does."""

import random

from s2n.s2nscanner.crawler.hashset import HashSet


def test_against_a_real_set():
    generator = random.Random(1)
    ours, real = HashSet(), set()
    for _ in range(5000):
        value = generator.randrange(-3000, 3000) << 40
        assert ours.add(value) == (value not in real)
        real.add(value)
    assert len(ours) == len(real)
    assert all(value in ours for value in real)
    assert (1 << 60) not in ours


def test_a_full_set_calls_everything_seen():
    ours = HashSet(limit=2)
    assert ours.add(1)
    assert ours.add(2)
    assert not ours.add(3)
    assert len(ours) == 2


def test_fullness():
    ours = HashSet(limit=1)
    assert not ours.full
    ours.add(1)
    assert ours.full
