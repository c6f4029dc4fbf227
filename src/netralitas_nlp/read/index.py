"""The tables that find the forms of the lexicon, made once from all its entries.

A form is looked up as a whole: from a word that begins one, words are added as long as any form
that begins so is long. What this module does not do: ask whether an entry is in force, or whether
its context lets it count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .entries import PHRASES, Entry, form_key
from .flags import CUE_FLAGS, IN_TAG, PHRASE_START, START
from .lists import load_context_words, load_letters
from .words import Tokenizer

Numbers = tuple[int, ...]
"""Entries by their place in the lexicon, in its order."""

_LONG_NAME = 5  # letters from which on a name of one word is told from its parts
_TYPO_NAME, _TYPO_WORD = 7, 6  # letters from which on a slip of the finger is mended


class Table:
    """Forms, as their words with a space between, and the entries they stand for."""

    def __init__(self) -> None:
        self.forms: dict[str, Numbers] = {}
        self._most: dict[str, int] = {}  # words of the longest form that begins with a word

    def add(self, words: Sequence[str], number: int) -> None:
        """Add a form of an entry."""
        key = " ".join(words)
        have = self.forms.get(key, ())
        if number not in have:
            self.forms[key] = (*have, number)
        if len(words) > self._most.get(words[0], 0):
            self._most[words[0]] = len(words)

    def matches(
        self, keys: Sequence[str], bits: Sequence[int], first: int
    ) -> Iterator[tuple[int, Numbers]]:
        """Return the forms that begin at a place, the longest first, each with where it ends.

        Inside a hashtag and outside of it are two texts; a slash may stand between two names.
        """
        key = keys[first]
        found = [(first + 1, self.forms[key])] if key in self.forms else []
        left = self._most.get(key, 0) - 1
        last = first + 1
        while left > 0 and last < len(keys) and not (bits[last] ^ bits[first]) & IN_TAG:
            if keys[last] != "/":
                key = f"{key} {keys[last]}"
                left -= 1
                if key in self.forms:
                    found.append((last + 1, self.forms[key]))
            last += 1
        return reversed(found)


class Index:
    """What is looked up in the entries of a lexicon.

    Attributes
    ----------
    targets, phrases : Table
        Forms of contestants; of campaign phrases and cues of several words.
    bits : dict of str to int
        Flags of words, from their classes and from the forms they begin.
    words : frozenset of str
        Words of all forms.
    parts, distinctive : set of str
        The same whatever they look like; names of one word that mean one alone.
    name_words : frozenset of str
        Words of people's names of several words.
    distinctive : set of str
        Names of one word that mean their owner wherever they stand.
    tokenizer : Tokenizer
        One that knows the words of all forms.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.targets, self.phrases = Table(), Table()
        self.bits: dict[str, int] = {}
        self.parts: set[str] = set()  # words of forms, whatever they look like
        self.distinctive: set[str] = set()
        name_words: set[str] = set()
        for number, entry in enumerate(entries):
            for form in entry.forms:
                words = [form.lower()] if form[0] == "#" else form_key(form).split(" ")
                if not words[0]:  # "!!!": marks are not looked up
                    continue
                if entry.kind == "cue" and len(words) == 1:
                    self._flag(words[0], CUE_FLAGS.get(entry.name, 0))
                    continue
                self._add(entry, number, words)
                if entry.kind == "person" and len(words) > 1:
                    name_words.update(words)
        self.name_words = frozenset(name_words)
        self.words = frozenset(w for w in self.parts if len(w) > 1 and w.isalpha())
        self.tokenizer = Tokenizer(names=self.words)
        # Names by first letter and length: where a slip of the finger could come from.
        self._typos: dict[tuple[str, int], list[str]] = {}
        for name in sorted(self.distinctive):
            if len(name) >= _TYPO_NAME:
                for size in (len(name) - 1, len(name), len(name) + 1):
                    self._typos.setdefault((name[0], size), []).append(name)

    def _flag(self, word: str, flags: int) -> None:
        self.bits[word] = self.bits.get(word, 0) | flags

    def _add(self, entry: Entry, number: int, words: list[str]) -> None:
        in_phrases = entry.kind in PHRASES or entry.kind == "cue"
        table = self.phrases if in_phrases else self.targets
        table.add(words, number)
        self._flag(words[0], PHRASE_START if in_phrases else START)
        if words[0][0] != "#":
            self.parts.update(words)
        if entry.kind == "ticket" and len(words) == 2:  # "anies muhaimin" is also "anies dan …"
            table.add((words[0], "dan", words[1]), number)
        if (
            len(words) == 1
            and len(words[0]) >= _LONG_NAME
            and entry.kind in ("person", "party")
            and not entry.needs
            and entry.case != "upper"
        ):
            self.distinctive.add(words[0])

    # --- words as the tables know them

    def key(self, word: str) -> str:
        """Return a word as the tables know it: itself, without suffix, or mended.

        >>> from .find import Lexicon
        >>> key = Lexicon.default().index.key
        >>> key("prabowonya"), key("pr4bowo"), key("prabwoo"), key("makan")
        ('prabowo', 'prabowo', 'prabowo', 'makan')
        """
        if word in self.bits or word in self.parts:
            return word
        if len(word) > 5 and word not in self.tokenizer.slang:
            for suffix in load_context_words().name_suffix:
                if word.endswith(suffix) and word[: -len(suffix)] in self.distinctive:
                    return word[: -len(suffix)]
        if not word.isascii():
            return word
        if not word.isalpha() and len(word) > 3:
            letters = load_letters()
            for reading in (letters.digit, letters.digit_second):
                plain = word.translate(reading)
                if plain in self.distinctive:
                    return plain
        if len(word) >= _TYPO_WORD and word.isalpha() and word not in self.tokenizer.known:
            for name in self._typos.get((word[0], len(word)), ()):
                if one_apart(name, word):
                    return name
        return word


def one_apart(a: str, b: str) -> bool:
    """Whether two different words are one slip apart: replace, insert, delete, or swap.

    >>> one_apart("prabowo", "prabwoo"), one_apart("prabowo", "prabow"), one_apart("ab", "cd")
    (True, True, False)
    """
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    a, b = a[at:], b[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1], a[2:]) == (b[:2], b[2:])
