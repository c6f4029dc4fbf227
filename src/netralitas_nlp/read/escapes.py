r"""Escapes that collectors leave in texts, read as what they stand for.

``\xf0\x9f\x98\x82``, ``\ud83d\ude02``, ``<U+1F602>`` and ``<Face with Tears of Joy>`` are 😂,
``https:\/\/`` is a link, ``\n`` a line end, ``b'…'`` a text. `undo` is called before a text is cut
into words, and keeps every place. What it does not do: mend broken encodings (`letters`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

_ESCAPE = re.compile(
    r"""
    (?P<bytes> \\x[cdCD]\w\\x[89abAB]\w | \\x[eE]\w(?:\\x[89abAB]\w){2} | \\x[fF]\w(?:\\x[89abAB]\w){3} )
    | (?P<marked> (?:<[c-f][0-9a-f]>)(?:<[89ab][0-9a-f]>){1,3} )
    | (?P<pair> \\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w )
    | (?P<code> \\u[0-9a-fA-F]{4} | \\U000[0-9a-fA-F]{5} | <U\+[0-9a-fA-F]{4,8}> )
    | (?P<space> \\{1,4}[nrt] )
    | (?P<mark> \\[/"'] )
    | (?P<entity> &(?:amp;)?(?: \#\d{2,7} | \#[xX][0-9a-fA-F]{2,6} | [A-Za-z]{2,8} ); )
    | (?P<name> <[A-Z][\w-]{1,20}(?:\ [\w-]{1,20}){0,7}> )
    """,
    re.VERBOSE,
)
_HEX = re.compile("[0-9a-fA-F]{2}")
_HEARD = ("&amp;", "&quot;")  # the words of a text know these: "dan", and a mark
_TRIGGERS = ("\\", "&", "<")


class Undone(NamedTuple):
    """A text without escapes, and where its letters stood.

    Attributes
    ----------
    text : str
    starts : list of int
        Where each piece begins on `text`: stretches kept as they were and characters that stand
        for an escape, in turn.
    begins, ends : list of int
        Where each piece begins and ends on the raw text.
    """

    text: str
    starts: list[int]
    begins: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place on the raw text of a stretch that is not empty."""
        return self._raw(start)[0], self._raw(end - 1)[1]

    def _raw(self, at: int) -> tuple[int, int]:
        """Begin and end on the raw text of one letter."""
        piece = bisect_right(self.starts, at) - 1
        begin, end = self.begins[piece], self.ends[piece]
        next_start = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        if end - begin != next_start - self.starts[piece]:
            return begin, end  # an escape is one piece
        begin += at - self.starts[piece]
        return begin, begin + 1


def undo(text: str) -> Undone | None:
    r"""Return a text without its escapes; None where there are none.

    >>> undo(r"Baca https:\/\/contoh.id ya\u2026").text
    'Baca https://contoh.id ya…'
    >>> undo(r"lucu \xf0\x9f\x98\x82").span(5, 6)
    (5, 21)
    >>> undo("<Victory Hand> &amp; <b>") .text
    '✌ &amp; <b>'
    """
    wrapped = text[:2] in ("b'", 'b"') and len(text) > 3 and text.rstrip()[-1:] == text[1]
    if not wrapped and not any(trigger in text for trigger in _TRIGGERS):
        return None
    first, last = (2, len(text.rstrip()) - 1) if wrapped else (0, len(text))
    starts: list[int] = []
    begins: list[int] = []
    ends: list[int] = []
    pieces: list[str] = []
    length = 0

    def add(piece: str, begin: int, end: int) -> None:
        nonlocal length
        if piece:
            starts.append(length)
            begins.append(begin)
            ends.append(end)
            pieces.append(piece)
            length += len(piece)

    at = first
    for found in _ESCAPE.finditer(text, first, last):
        plain = _meant(found)
        if plain is not None:
            add(text[at : found.start()], at, found.start())
            add(plain, found.start(), found.end())
            at = found.end()
    if at == first and not wrapped:
        return None
    add(text[at:last], at, last)
    return Undone("".join(pieces), starts, begins, ends)


def _meant(found: re.Match[str]) -> str | None:
    """What an escape stands for; None if it is none."""
    kind, raw = str(found.lastgroup), found.group()
    try:
        if kind in ("bytes", "marked"):
            return bytes(int(digits, 16) for digits in _HEX.findall(raw)).decode()
        if kind == "pair":
            return chr(0x10000 + (int(raw[2:6], 16) - 0xD800) * 0x400 + int(raw[8:], 16) - 0xDC00)
        if kind == "code":
            code = int(raw.strip("<>")[2:], 16)
            return None if 0xD800 <= code < 0xE000 else chr(code)
        if kind == "name":
            char = unicodedata.lookup(raw[1:-1])
            return char if unicodedata.category(char) == "So" else None  # a picture, no letter
    except (ValueError, OverflowError, KeyError):  # UnicodeDecodeError among them
        return None
    if kind == "space":
        return "\t" if raw.endswith("t") else "\n"
    if kind == "mark":
        return raw[1]
    plain = html.unescape(raw.replace("&amp;", "&", 1) if raw != "&amp;" else raw)
    return None if raw in _HEARD or plain == raw or plain.endswith(";") else plain


__all__ = ["Undone", "undo"]
