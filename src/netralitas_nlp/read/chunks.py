"""A text in chunks: runs without white space, and letters spelled one by one.

What this module does not do: look into a chunk (`words`).
"""

from __future__ import annotations

import re

_CHUNK = re.compile(r"\S+")


def spans(text: str) -> list[tuple[int, str]]:
    """Return ``(start, chunk)`` for each chunk: a run without white space.

    Letters spelled one by one ("g a n j a r") make one chunk, white space included.
    """
    chunks = [(m.start(), m.group()) for m in _CHUNK.finditer(text)]
    if sum(len(c) == 1 for _, c in chunks) < 3:
        return chunks
    out: list[tuple[int, str]] = []
    index = 0
    while index < len(chunks):
        stop = index
        capital = chunks[index][1].isupper()  # "wakil e R A Kartini" spells nothing
        while (
            stop < len(chunks)
            and len(letter := chunks[stop][1]) == 1
            and letter.isalpha()
            and letter.isupper() == capital
        ):
            stop += 1
        if stop - index >= 3:
            start = chunks[index][0]
            out.append((start, text[start : chunks[stop - 1][0] + 1]))
        else:
            stop = max(stop, index + 1)
            out += chunks[index:stop]
        index = stop
    return out
