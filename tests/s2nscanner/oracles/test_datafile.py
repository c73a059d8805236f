from pathlib import Path

import msgspec
import pytest

from s2n.s2nscanner.oracles.datafile import entries


class Fruit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    sweet: bool = False


def beside(folder: Path, text: str) -> str:
    (folder / "fruits.toml").write_text(text, "utf-8")
    return str(folder / "fruits.py")


def test_the_entries_of_the_file_beside_the_module(tmp_path: Path) -> None:
    module = beside(tmp_path, '[[fruit]]\nname = "fig"\nsweet = true\n[[fruit]]\nname = "lemon"\n')
    assert entries(module, Fruit) == (Fruit("fig", True), Fruit("lemon"))
    assert entries(module, Fruit) is entries(module, Fruit)


WRONG = [
    "[[fruit]]\nname = 1\n",
    '[[fruit]]\nname = "fig"\ncolour = "blue"\n',
    '[[a]]\nname = "x"\n[[b]]\nname = "y"\n',
]


@pytest.mark.parametrize("text", WRONG)
def test_a_file_that_holds_something_else_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- of the decoder, or of too many arrays
        entries(beside(tmp_path, text), Fruit)
