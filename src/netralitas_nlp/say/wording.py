"""Error messages in Indonesian: what the command prints where the library says it in English.

Exceptions keep their English text, which programs and searches rely on. ``data/text/errors.csv``
holds every message a user of the command can meet, and what it is in Indonesian. ``{1}``, ``{2}``,
… stand for what is filled in, which stays as it is; ``{1*}`` for a message inside a message,
``{1@}`` for a place in a file and ``{1#}`` for a number. A message is recognised by the words
between what is filled in; one that is not in the table, such as what another library said, stays
as it is. A test compares the table with the messages in the source, so that none is forgotten.

What this module does not do: raise, print, or translate anything but errors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..base.assets import asset_path, read_columns
from .sentences import Language

SLOT = re.compile(r"\{(\d)([*@#]?)\}")
"""What is filled in: its number, and what it is."""
_PLACE = re.compile(r"(?P<before>:|, )(?P<kind>line|row|item|column) (?P<number>\d{1,12})$")
_KINDS = {"line": "baris", "row": "baris", "item": "butir", "column": "kolom"}
_NUMBER = re.compile(r"\d[\d,]*")
_DEPTH = 4  # messages inside messages


class _Wording(NamedTuple):
    """A message: its words between the slots, the slots, and its words in Indonesian."""

    words: tuple[str, ...]
    slots: tuple[tuple[str, str], ...]
    indonesian: str


def in_language(message: str, language: Language) -> str:
    """Return an error message in a language.

    >>> in_language("no file gone.csv", "id")
    'berkas gone.csv tidak ditemukan'
    >>> in_language("no file gone.csv", "en")
    'no file gone.csv'
    """
    return message if language == "en" else _indonesian(message, _DEPTH)


def place_in(where: str, language: Language) -> str:
    """Return a place in a file in a language.

    >>> place_in("data.csv:line 4", "id"), place_in("data.csv:line 4", "en")
    ('data.csv:baris 4', 'data.csv:line 4')
    """
    if language == "en":
        return where
    return _PLACE.sub(lambda m: f"{m['before']}{_KINDS[m['kind']]} {m['number']}", where)


def _indonesian(message: str, depth: int) -> str:
    if depth == 0:
        return message
    for wording in _load():
        filled = _filled(wording, message)
        if filled is not None:
            said = {
                number: _said(part, sort, depth - 1)
                for (number, sort), part in zip(wording.slots, filled, strict=True)
            }
            pieces = SLOT.split(wording.indonesian)  # words, number, sort, words, …
            return "".join(
                said[piece] if at % 3 == 1 else piece
                for at, piece in enumerate(pieces)
                if at % 3 != 2
            )
    where, colon, rest = message.partition(": ")  # "file.csv: what is wrong with it"
    inside = _indonesian(rest, depth - 1) if colon else rest
    return f"{place_in(where, 'id')}: {inside}" if inside != rest else message


def _said(part: str, sort: str, depth: int) -> str:
    if sort == "*":
        return _indonesian(part, depth)
    if sort == "@":
        return place_in(part, "id")
    return part.replace(",", ".") if sort == "#" else part


def _filled(wording: _Wording, message: str) -> Sequence[str] | None:
    """Return what stands between the words of a message, or None if they are not all there.

    The words are looked for from the left, and, where a number is not one then, from the right.
    """
    words = wording.words
    first, last = words[0], words[-1]
    if len(words) == 1:
        return () if message == first else None
    end = len(message) - len(last)
    if not message.startswith(first) or not message.endswith(last) or end < len(first):
        return None
    inside = message[len(first) : end]
    for apart in (_from_left, _from_right):
        found = apart(words[1:-1], inside)
        if found is None:
            return None
        if all(
            sort != "#" or _NUMBER.fullmatch(part)
            for (_, sort), part in zip(wording.slots, found, strict=True)
        ):
            return found
    return None


def _from_left(words: Sequence[str], text: str) -> list[str] | None:
    out = []
    at = 0
    for word in words:
        found = text.find(word, at)
        if found < 0:
            return None
        out.append(text[at:found])
        at = found + len(word)
    return [*out, text[at:]]


def _from_right(words: Sequence[str], text: str) -> list[str] | None:
    out = []
    end = len(text)
    for word in reversed(words):
        found = text.rfind(word, 0, end)
        if found < 0:
            return None
        out.append(text[found + len(word) : end])
        end = found
    return [text[:end], *reversed(out)]


@lru_cache(maxsize=1)
def _load() -> tuple[_Wording, ...]:
    """Return the table, the wordings with the most words of their own first."""
    columns = read_columns(asset_path("data", "text", "errors.csv"), "en", "id")
    wordings = []
    for english, indonesian in zip(*columns, strict=True):
        pieces = SLOT.split(english)
        slots = tuple(zip(pieces[1::3], pieces[2::3], strict=True))
        wordings.append(_Wording(tuple(pieces[::3]), slots, indonesian))
    return tuple(sorted(wordings, key=lambda w: -sum(map(len, w.words))))


__all__ = ["SLOT", "in_language", "place_in"]
