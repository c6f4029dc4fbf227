"""Indonesian stems, one word at a time: the one file that imports ``Sastrawi``.

Stems are a view for the features, never the text: the stemmer damages some words of this field
(``pemilu`` becomes ``milu``, ``relawan`` becomes ``rawan``) and merges others whose difference is
the point (``pemilih`` and ``memilih``). A packaged list says what those words stand for instead.

The stemmer is PySastrawi (MIT; its root-word list is CC BY-NC-SA and is used where it is
installed, never copied). The old ``Sastrawi`` 1.0.1 on PyPI has the same import name, looks words
up in a list and is hundreds of times slower; it is refused.

Source of the method: Asian, Williams & Tahaghoghi (2005), "Stemming Indonesian"; the enhanced
confix-stripping stemmer as implemented by PySastrawi.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..base.errors import StemmerError
from .lists import load_protected

MAX_REMEMBERED = 50_000
"""Stems kept in memory; when full, the memory starts afresh."""

_MEND = "pip uninstall -y Sastrawi PySastrawi && pip install 'PySastrawi>=1.2.1'"


@lru_cache(maxsize=1)
def _load_dictionary() -> Any:
    """Return PySastrawi's dictionary of root words, or say what to install."""
    try:
        from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
    except ImportError as error:
        raise StemmerError("no_stemmer", remedy=_MEND) from error
    dictionary = ArrayDictionary()
    if not isinstance(dictionary.words, dict):
        raise StemmerError("old_stemmer", remedy=_MEND)
    # All at once: its constructor takes them one by one, which a cold start feels.
    words = root_words()
    dictionary.words.update(zip(words, words, strict=True))
    dictionary.words.pop("", None)
    return dictionary


def root_words() -> list[str]:
    """Return the lines of PySastrawi's list, from the file if it lies where it always has.

    Its own reader lies beside its rules, which most texts need only later or not at all.
    """
    import Sastrawi.Stemmer

    for folder in Sastrawi.Stemmer.__path__:
        try:
            return Path(folder, "data", "kata-dasar.txt").read_text("utf-8").split("\n")
        except OSError:
            continue
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    words: list[str] = StemmerFactory().get_words()
    return words


@lru_cache(maxsize=1)
def _load_stemmer() -> Any:
    """Return PySastrawi's uncached stemmer."""
    dictionary = _load_dictionary()
    from Sastrawi.Stemmer.Stemmer import Stemmer

    return Stemmer(dictionary)


class Stems:
    """A bounded memory of stems, and of which words are no words.

    Parameters
    ----------
    known : container of str
        Words that people use, whatever the stemmer knows.
    names : container of str
        Words that are parts of names; they are strange even if people use them.

    Examples
    --------
    >>> stems = Stems()
    >>> stems("mendukung"), stems("pemilu"), stems("relawan")
    ('dukung', 'pemilu', 'relawan')
    """

    def __init__(
        self, known: Container[str] = frozenset(), names: Container[str] = frozenset()
    ) -> None:
        self._memory: dict[str, str] = {}
        self._strange: dict[str, bool] = {}
        self._known = known
        self._names = names

    def __call__(self, word: str) -> str:
        """Return the stem of one lower-case word; anything but letters comes back unchanged."""
        stem = self._memory.get(word)
        if stem is None:
            stem = self._stem(word)
            if len(self._memory) >= MAX_REMEMBERED:
                self._memory = {}
            self._memory[word] = stem
        return stem

    def strange(self, word: str) -> bool:
        """Tell whether a lower-case word is no Indonesian word we know: most likely a name.

        >>> Stems().strange("mappasessu"), Stems().strange("mendukung")
        (True, False)
        """
        answer = self._strange.get(word)
        if answer is None:
            answer = (
                len(word) > 2
                and word.isalpha()
                and (word not in self._known or word in self._names)
                and not is_root_word(word)
                and not is_root_word(self(word))
            )
            if len(self._strange) >= MAX_REMEMBERED:
                self._strange = {}
            self._strange[word] = answer
        return answer

    @staticmethod
    def _stem(word: str) -> str:
        protected = load_protected().get(word)
        if protected is not None:
            return protected
        # Longer than any derived Indonesian word: shouting or a glued tag, left as it is.
        if not word.isascii() or not word.isalpha() or not 3 < len(word) <= 24:
            return word
        if is_root_word(word):
            return word
        if not _PREFIXED.match(word):
            return _without_suffix(word, _load_dictionary().words)
        # No lock: PySastrawi keeps what it knows of a word in an object made for that word.
        stem = _load_stemmer().stem_word(word)
        return str(stem) if stem else word


# What every rule of the stemmer for prefixes and infixes asks of a word, and more: di-, ke-, se-,
# be-, me-, pe-, te-, ku-, kau-, and -el-, -em-, -er-, -in- after the first letter.
_PREFIXED = re.compile(r"di|ku|kau|.e|.in[aiueo]")
_PARTICLE = re.compile(r"(?:lah|kah|tah|pun)$")
_PRONOUN = re.compile(r"(?:ku|mu|nya)$")
_SUFFIX = re.compile(r"(?:is|isme|isasi|i|kan|an)$")


def _without_suffix(word: str, known: Container[str]) -> str:
    """Return what the stemmer makes of a word, no root, that no rule for prefixes can match.

    Most new words of a text are such words, and the stemmer would try its fifty rules on each.
    """
    current = word
    cut: list[tuple[str, str]] = []  # what was left, what was taken off
    for pattern in (_PARTICLE, _PRONOUN, _SUFFIX):
        found = pattern.search(current)
        if found is not None:
            current = current[: found.start()]
            cut.append((current, found.group()))
            if current in known:
                return current
    # The last k of a root may have been taken for a part of -kan.
    for left, suffix in reversed(cut):
        if suffix == "kan" and f"{left}k" in known:
            return f"{left}k"
    return word


def is_root_word(word: str) -> bool:
    """Tell whether `word` is in the installed stemmer's list of Indonesian root words.

    >>> is_root_word("sandi"), is_root_word("prabowo")
    (True, False)
    """
    return bool(_load_dictionary().contains(word))
