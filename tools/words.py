"""Count the words of our captions into ``data/text/words.csv``: ``python tools/words.py captions out``."""

from __future__ import annotations

import sys
from pathlib import Path

from netralitas_nlp.base.files import whole
from netralitas_nlp.read.words import WORD, Tokenizer
from netralitas_nlp.tables.captions import read_captions


def write_words(captions: str | Path, out: str | Path) -> int:
    """Count the words of our captions (texts per word, from 2 on) into ``words.csv``.

    Words are counted as written, lower-cased, outside hashtags and handles, so that glued tags do
    not become words themselves. Returns the number of words.
    """
    plain = Tokenizer(slang={}, words={})
    counts: dict[str, int] = {}
    for text in read_captions(captions)["text"]:
        seen = {t.raw.lower() for t in plain.tokens(text) if t.kind == WORD and not t.in_tag}
        for word in seen:
            if word.isascii() and word.isalpha() and 2 <= len(word) <= 20:
                counts[word] = counts.get(word, 0) + 1
    kept = sorted((w, n) for w, n in counts.items() if n >= 2 and not _drawn_out(w))
    body = "".join(f"{word},{n}\n" for word, n in kept)
    with whole(Path(out)) as file:
        file.write(f"word,texts\n{body}")
    return len(kept)


def _drawn_out(word: str) -> bool:
    """Whether a word has a letter three times in a row, as in "menaaang"."""
    return any(a == b == c for a, b, c in zip(word, word[1:], word[2:], strict=False))


if __name__ == "__main__":
    write_words(sys.argv[1], sys.argv[2])
