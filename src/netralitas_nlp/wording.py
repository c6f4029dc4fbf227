"""Error messages in Indonesian: what the command prints where the library says it in English.

Exceptions keep their English text, which programs and searches rely on. ``data/text/errors.csv``
holds every message a user of the command can meet, with ``{1}``, ``{2}``, … for what is filled in,
and what it is in Indonesian. A message is recognised by the words between what is filled in; one
that is not in the table, such as what another library said, stays as it is. A test compares the
table with the messages in the source, so that none is forgotten.

What this module does not do: raise, print, or translate anything but errors.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .assets import asset_path, read_columns
from .messages import Language

_SLOT = re.compile(r"\{(\d)\}")
_DEPTH = 4  # messages inside messages
_SHORTEST = 6  # letters: what is filled in is a message itself only where so many agree


class _Wording(NamedTuple):
    """A message: its words between the slots, and what it says in Indonesian."""

    words: tuple[str, ...]
    slots: tuple[str, ...]
    indonesian: str


def in_language(message: str, language: Language) -> str:
    """Return an error message in a language.

    >>> in_language("no file gone.csv", "id")
    'tidak ada berkas gone.csv'
    >>> in_language("no file gone.csv", "en")
    'no file gone.csv'
    """
    return message if language == "en" else _indonesian(message, _DEPTH)


def _indonesian(message: str, depth: int) -> str:
    if depth == 0 or len(message) < _SHORTEST:
        return message
    for wording in _load():
        filled = _filled(wording.words, message)
        if filled is not None:
            inside = [_indonesian(part, depth - 1) for part in filled]
            said = dict(zip(wording.slots, inside, strict=True))
            pieces = _SLOT.split(wording.indonesian)  # words, slot, words, …
            pieces[1::2] = [said[slot] for slot in pieces[1::2]]
            return "".join(pieces)
    where, colon, rest = message.partition(": ")  # "file.csv: what is wrong with it"
    if not colon:
        return message
    return f"{_indonesian(where, depth - 1)}: {_indonesian(rest, depth - 1)}"


def _filled(words: tuple[str, ...], message: str) -> list[str] | None:
    """Return what stands between the words of a message, or None if they are not all there."""
    first, last = words[0], words[-1]
    if len(words) == 1:
        return [] if message == first else None
    end = len(message) - len(last)
    if not message.startswith(first) or not message.endswith(last) or end < len(first):
        return None
    out = []
    at = len(first)
    for word in words[1:-1]:
        found = message.find(word, at, end)
        if found < 0:
            return None
        out.append(message[at:found])
        at = found + len(word)
    out.append(message[at:end])
    return out


@lru_cache(maxsize=1)
def _load() -> tuple[_Wording, ...]:
    """Return the table, the wordings with the most words of their own first."""
    columns = read_columns(asset_path("data", "text", "errors.csv"), "en", "id")
    wordings = []
    for english, indonesian in zip(*columns, strict=True):
        parts = _SLOT.split(english)
        wordings.append(_Wording(tuple(parts[::2]), tuple(parts[1::2]), indonesian))
    return tuple(sorted(wordings, key=lambda w: -sum(map(len, w.words))))


__all__ = ["in_language"]
