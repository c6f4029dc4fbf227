"""The parts of a long text: a campaign line at the end of a village notice is still one.

In a long text one line of appeal drowns among sixty words about waste and lights. So a long text is
also judged part by part: lines and sentences, gathered until there is enough to judge.

What this module does not do: judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONG = 40
"""Words from which on a text is also judged by its parts."""
_ENOUGH = 12  # words of a part
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”')\]]*+\s++|\n\s*+")


def parts_of(text: str) -> list[tuple[int, int]]:
    """Return begin and end of the parts of a long text; none if it is not long.

    >>> notice = "Kerja bakti hari Minggu pukul tujuh pagi di balai dusun, bawa alat sendiri. "
    >>> line = "Ayo coblos nomor 2, jangan sampai salah pilih ya bapak ibu sekalian."
    >>> text = notice * 3 + line
    >>> [text[a:b].split()[0] for a, b in parts_of(text)]
    ['Kerja', 'Kerja', 'Kerja', 'Ayo']
    >>> parts_of(line)
    []
    """
    if len(text.split()) < LONG:
        return []
    parts: list[tuple[int, int]] = []
    begin = words = 0
    for first, last in _sentences(text):
        words += len(text[first:last].split())
        if words >= _ENOUGH:
            parts.append((begin, last))
            begin, words = last, 0
    if words and parts:  # too little to stand alone
        begin, _ = parts.pop()
    if begin < len(text):
        parts.append((begin, len(text)))
    return parts if len(parts) > 1 else []


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for end in _END.finditer(text):
        yield begin, end.end()
        begin = end.end()
    yield begin, len(text)
