"""Every sentence, label and error message, in the languages that users read.

``data/text/messages.csv`` is the one place of wording: a key, its Indonesian, its English. A
message names what is filled in, ``{path}``; how a value is written follows from what it is:

- a `Message` is said in the language of the message around it (``baris 4``, ``line 4``);
- a list is joined by commas; ``{names:and}`` and ``{names:or}`` put the word before the last;
- ``{n:,}`` groups the digits of a number as the language does, ``{n:row|rows}`` chooses by it;
- ``{value!r}`` quotes; everything else is a format specification of Python.

Decimal points stay points, as in the tables and the JSON that the numbers stand in.

What this module does not do: know what is said (that is the table), print, or guess a language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Any, Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

_PLACE = re.compile(r"((?P<path>.+):)?(?P<kind>line|row|item) (?P<number>\d{1,12})", re.DOTALL)
_LETTERS = 500
"""Letters of a list that are said; a table may have thousands of columns."""


class Message:
    """A key of the table and what is filled in: said when, and in the language, it is asked for.

    Parameters
    ----------
    key : str
        Row of ``data/text/messages.csv``.
    otherwise : str
        What is said where the table has no such key: the words of another library or of the system.
    **values : object
        What is filled in, by the names in the table.

    Examples
    --------
    >>> where = Message("place.line", path="data.csv", number=4)
    >>> str(where), where.in_language("id")
    ('data.csv, line 4', 'data.csv, baris 4')
    """

    def __init__(self, key: str, /, otherwise: str = "", **values: Any) -> None:
        self.key = key
        self.otherwise = otherwise
        self.values: Mapping[str, Any] = values

    def in_language(self, language: Language) -> str:
        """Return the message in a language."""
        if self.otherwise and self.key not in _table():
            return self.otherwise
        return text(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.in_language("en")

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"Message({self.key!r}{values})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.key, self.otherwise))


def text(key: str, language: Language, /, **values: Any) -> str:
    """Return what a key of the table says in a language, with the values filled in.

    Raises
    ------
    KeyError
        If the table has no such key, or the message fills a value that is not given.

    Examples
    --------
    >>> text("verdict.review", "id")
    'PERLU DITINJAU'
    >>> text("list.more", "en", items=["a.csv", "b.csv"], n=1234)
    'a.csv, b.csv, and 1,234 more'
    >>> text("list.more", "id", items=["a.csv", "b.csv"], n=1234)
    'a.csv, b.csv, dan 1.234 lagi'
    """
    return "".join(
        [
            literal if name is None else literal + _said(values[name], spec, conversion, language)
            for literal, name, spec, conversion in _parts(key, language)
        ]
    )


def place_of(where: str) -> Message | str:
    """Return the place of a row, ``"file:line 12"``, as what is said in the reader's language.

    A file may have any name; what ends in no place is returned as it is.

    >>> place_of("data.csv:line 4")
    Message('place.line', path='data.csv', number=4)
    >>> place_of("row 3").in_language("id")
    'baris 3'
    """
    found = _PLACE.fullmatch(where)
    if found is None:
        return where
    number = int(found["number"])
    if not found["path"]:
        return Message("place.alone", number=number)
    return Message(f"place.{found['kind']}", path=found["path"], number=number)


def joined(items: list[str] | tuple[str, ...], word: str, language: Language) -> str:
    """Return a list in words, with ``"and"`` or ``"or"`` before the last.

    >>> joined(["satu", "dua", "tiga"], "and", "id")
    'satu, dua, dan tiga'
    """
    said = text(f"list.{word}", language)
    if len(items) <= 2:
        return f" {said} ".join(items)
    return f"{', '.join(items[:-1])}, {said} {items[-1]}"


def did_you_mean(value: str, allowed: Iterable[str]) -> Message | str:
    """Return a question after the allowed value nearest to a wrong one; "" where none is near.

    >>> str(did_you_mean("netral", ["partisan", "neutral"]))
    "; did you mean 'neutral'?"
    """
    from difflib import get_close_matches  # a verdict needs no such thing

    near = get_close_matches(value.strip().casefold(), list(allowed), 1, 0.6)
    return Message("did_you_mean", near=near[0]) if near else ""


def _said(value: Any, spec: str, conversion: str | None, language: Language) -> str:
    if isinstance(value, Message):
        value = value.in_language(language)
    elif isinstance(value, list | tuple):
        items = [_said(item, "", conversion, language) for item in value]
        if spec in ("and", "or"):
            return joined(items, spec, language)
        whole = ", ".join(items) or text("list.none", language)
        return whole if len(whole) <= _LETTERS else f"{whole[:_LETTERS]}…"
    if conversion == "r":
        value = repr(value)
    if "|" in spec:
        one, several = spec.split("|")
        return one if value == 1 else several
    words = format(value, spec) if spec else str(value)
    return words.replace(",", ".") if language == "id" and spec == "," else words


@cache
def _parts(key: str, language: Language) -> tuple[tuple[str, str | None, str, str | None], ...]:
    """Return a message in pieces: words, then the name, the format and the conversion of a value."""
    words = _table().get(key)
    if words is None:
        raise KeyError(f"data/text/messages.csv has no key {key!r}")
    pieces = Formatter().parse(words[language])
    return tuple((literal, name, spec or "", how) for literal, name, spec, how in pieces)


@cache
def _table() -> dict[str, dict[str, str]]:
    # The errors of the reader of packaged files are worded here: it is asked for a path only, and
    # when this module is there.
    from .assets import asset_path

    path = asset_path("data", "text", "messages.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}
