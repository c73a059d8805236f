"""What is uploaded: programs that print a product, pages that show a word. None does anything else."""

from base64 import b64decode

from msgspec import Struct

from s2n.s2nscanner.sdk import File

DIGITS = 4
"""Digits of a factor: the product fits in 32 bits, as some languages compute."""

PICTURE = "GIF89a"
"""What a check of the first bytes takes for a picture; programs print it as it stands."""

PIXEL = File(
    "s2n.png",
    "image/png",
    b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
)
"""A picture of one pixel: many forms take nothing else, and few say so."""


class Program(Struct, frozen=True):
    """A program that prints a product, and the names under which servers run it."""

    language: str
    code: str
    names: tuple[str, ...]


PROGRAMS = (
    Program(
        "PHP",
        "<?php echo '{left}'.({a}*{b}).'{right}'; ?>",
        (
            *(
                "{}.php",
                "{}.phtml",
                "{}.pHp",
                "{}.jpg.php",
                "{}.php.jpg",
                "{}.php5",
                "{}.php\0.jpg",
                "{}.php.",
            ),
            "{}.phar",
        ),
    ),
    Program("JSP", "{left}<%= {a}*{b} %>{right}", ("{}.jsp", "{}.jspx")),
    Program("ASP.NET", '<%@ Page Language="C#" %>{left}<%= {a}*{b} %>{right}', ("{}.aspx", "{}.ashx")),
    Program("ASP", "{left}<%= {a}*{b} %>{right}", ("{}.asp", "{}.asp;.jpg")),
)


class Page(Struct, frozen=True):
    """A page that browsers show in the site's name; ``{mark}`` is a fresh word."""

    name: str
    media_type: str
    text: str


ACTIVE = (
    Page("{}.html", "text/html", "<!doctype html><title>{mark}</title><p id={mark}>{mark}</p>"),
    Page(
        "{}.svg",
        "image/svg+xml",
        '<svg xmlns="http://www.w3.org/2000/svg"><text id="{mark}" y="9">{mark}</text></svg>',
    ),
    Page(
        "{}.xhtml",
        "application/xhtml+xml",
        '<html xmlns="http://www.w3.org/1999/xhtml"><p id="{mark}">{mark}</p></html>',
    ),
)
