"""One word as it is meant: chat spelling, elongation, digits for letters, words glued together.

What this module does not do: find words in a text (see `words`), or stem them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from .lists import load_letters, load_slang, load_words

MAX_WORD = 40
"""Letters of a word that are looked at; nothing that long is a word of a caption."""
MAX_TAG = 64
"""Longest hashtag or handle that is cut into words by the word list."""
_FREQUENT = 20  # texts in which a name counts as being
_LONGEST_PART = 18  # letters of a word inside a glued one
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")


class Spelling:
    """Words people use, and what other spellings of them stand for.

    Parameters
    ----------
    slang : mapping of str to str, optional
        Chat spelling to the standard word or words; default: the packaged list.
    words : mapping of str to int, optional
        Known words with counts; default: the packaged list.
    names : iterable of str
        Further known words (the lexicon's), counted as frequent ones.

    Attributes
    ----------
    slang : dict of str to str
    known : dict of str to int
        Known words, names among them, with counts.
    everyday : frozenset of str
        Known words without the names.
    total : float
        Log of the sum of all counts.
    """

    def __init__(
        self,
        slang: Mapping[str, str] | None = None,
        words: Mapping[str, int] | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.slang = dict(load_slang() if slang is None else slang)
        known = dict(load_words() if words is None else words)
        for target in self.slang.values():
            for word in target.split():
                known.setdefault(word, 1)
        self.everyday = frozenset(known)
        # A name must be found inside a glued hashtag even if our captions rarely hold it.
        for name in names:
            if known.get(name, 0) < _FREQUENT:
                known[name] = _FREQUENT
        self.known = known
        self.total = math.log(sum(known.values()) + 1)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a known one, or a listed spelling of one."""
        return word in self.known or word in self.slang

    def word(self, word: str) -> str:
        """Return the normal form of one lower-case word (one or several words).

        >>> spelling = Spelling()
        >>> spelling.word("menaaang"), spelling.word("yg"), spelling.word("c0blos")
        ('menang', 'yang', 'coblos')
        """
        word = word.replace("'", "")[:MAX_WORD]
        for _ in range(4):
            after = self._word_once(word)
            if after == word or " " in after:
                return after
            word = after
        return word

    def _word_once(self, word: str) -> str:
        target = self.slang.get(word)
        if target is not None:
            return target
        if word in self.known:
            return word
        if _LONG_RUN.search(word):  # "menaaang", "mantaaap": one letter, or two where a word has
            single = _LONG_RUN.sub(r"\1", word)
            double = _LONG_RUN.sub(r"\1\1", word)
            return double if self.knows(double) and not self.knows(single) else single
        if len(word) > 3:
            if word[-1] == word[-2] and self.knows(word[:-1]):  # "kakk"
                return word[:-1]
            if word[-1] == "2" and word[:-1].isalpha():  # "orang2": "2" doubles the word
                return word[:-1]
            if not word.isalpha() and not word.isdigit():  # "c0blos"
                plain = word.translate(load_letters().digit)
                if self.knows(plain):
                    return plain
        return word

    def split_glued(self, text: str) -> list[str]:
        """Cut a lower-case run of letters into known words; one piece if it cannot be cut.

        The cut is the likeliest one under word frequencies (dynamic programming over prefixes).

        >>> Spelling().split_glued("jangangolput")
        ['jangan', 'golput']
        """
        n = len(text)
        if n < 6 or n > MAX_TAG:
            return [text]
        # Of each prefix: the cost of its best cut, and where that cut's last word begins.
        best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * n
        for end in range(2, n + 1):
            for start in range(max(0, end - _LONGEST_PART), end - 1):
                cost = best[start][0]
                if cost == math.inf:
                    continue
                count = self.known.get(text[start:end])
                if count is None or (end - start == 2 and count < 5):
                    continue
                cost += self.total - math.log(count + 1) + 2.0  # 2.0: prefer few, long words
                if cost < best[end][0]:
                    best[end] = (cost, start)
        if best[n][0] == math.inf:
            return [text]
        parts: list[str] = []
        while n:
            start = best[n][1]
            parts.append(text[start:n])
            n = start
        return parts[::-1]
