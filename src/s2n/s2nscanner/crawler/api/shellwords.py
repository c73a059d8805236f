"""Words of a POSIX shell, with bash's ``$'…'``: what "Copy as cURL" of browsers and proxies writes."""

from typing import NamedTuple

from s2n.errors import UsageError

_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_ENDS = "\n;&|"


class Command(NamedTuple):
    """The words of one command and the line on which it begins."""

    words: list[str]
    line: int


def commands_of(text: str, name: str) -> list[Command]:
    """The commands in ``text``: those of ``;``, ``&&`` and ``|`` are commands of their own.

    Raises:
        UsageError: a quote is not closed; the message names the line on which it opens.
    """
    return _Lexer(text.replace("\r\n", "\n"), name).read()


class _Lexer:
    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0

    def read(self) -> list[Command]:
        commands: list[Command] = []
        words: list[str] = []
        word: str | None = None
        began = 1
        counted = 0  # up to here the lines are in ``began``
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _ENDS or char in " \t":
                if word is not None:
                    words.append(word)
                    word = None
                if char in _ENDS and words:
                    commands.append(Command(words, began))
                    words = []
                self._at += 1
                continue
            if char == "#" and word is None:
                self._at = _find(self._text, "\n", self._at)
                continue
            if self._text.startswith(("\\\n", "^\n"), self._at):  # ^ continues lines in a Windows shell
                self._at += 2
                continue
            if not words and word is None:
                began += self._text.count("\n", counted, self._at)
                counted = self._at
            word = (word or "") + self._piece()
        if word is not None:
            words.append(word)
        if words:
            commands.append(Command(words, began))
        return commands

    def _piece(self) -> str:
        """The next character, or quoted text, of a word."""
        char, start = self._text[self._at], self._at
        if char == "'":
            end = self._close("'", start + 1, start)
            self._at = end + 1
            return self._text[start + 1 : end]
        if char == '"':
            return self._double(start)
        if self._text.startswith("$'", start):
            return self._ansi(start)
        if char == "\\" and start + 1 < len(self._text):
            self._at += 2
            return self._text[start + 1]
        self._at += 1
        return char

    def _double(self, start: int) -> str:
        out, at = [], start + 1
        while at < len(self._text) and self._text[at] != '"':
            if self._text[at] == "\\" and self._text[at + 1 : at + 2] in {'"', "\\", "$", "`", "\n"}:
                at += 1
                if self._text[at] != "\n":
                    out.append(self._text[at])
            else:
                out.append(self._text[at])
            at += 1
        self._at = self._close('"', at, start) + 1
        return "".join(out)

    def _ansi(self, start: int) -> str:
        out, at = [], start + 2
        while at < len(self._text) and self._text[at] != "'":
            char = self._text[at]
            if char != "\\" or at + 1 >= len(self._text):
                out.append(char)
                at += 1
                continue
            kind = self._text[at + 1]
            at += 2
            if kind in _HEX_DIGITS:
                digits = ""
                while len(digits) < _HEX_DIGITS[kind] and self._text[at : at + 1].lower() in set(
                    "0123456789abcdef"
                ):
                    digits += self._text[at]
                    at += 1
                out.append(_character(int(digits, 16)) if digits else f"\\{kind}")
            elif kind in "01234567":
                digits = kind
                while len(digits) < 3 and self._text[at : at + 1] in set("01234567"):
                    digits += self._text[at]
                    at += 1
                out.append(chr(int(digits, 8)))
            else:
                out.append(_ESCAPES.get(kind, f"\\{kind}"))
        self._at = self._close("'", at, start) + 1
        return "".join(out)

    def _close(self, quote: str, at: int, opened: int) -> int:
        end = self._text.find(quote, at)
        if end < 0:
            raise UsageError(
                f"{self._name}, line {self._line(opened)}: a quote is opened and not closed", "close it"
            )
        return end

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _find(text: str, what: str, at: int) -> int:
    end = text.find(what, at)
    return len(text) if end < 0 else end


def _character(number: int) -> str:
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
