"""Every word list that changes what is read, and one fingerprint over them all.

The lists are CSV files under ``data/text/``, so that people who read Indonesian, not Python, can
mend them. Each is read once, when it is first asked for. What this module does not do: look at a
text, or read the lexicon's files (see `entries`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..base.assets import asset_path, fingerprint, read_bytes, read_columns
from ..base.errors import AssetError

FILES = (
    "context_words.csv",
    "letters.csv",
    "name_parts.csv",
    "protected_stems.csv",
    "slang.csv",
    "words.csv",
)
"""The lists, under ``data/text/``."""


@lru_cache(maxsize=1)
def lists_fingerprint() -> str:
    """Return the SHA-256 over names and contents of all lists (64 hex digits).

    >>> len(lists_fingerprint())
    64
    """
    return fingerprint([asset_path("data", "text", name) for name in FILES])


@lru_cache(maxsize=1)
def load_slang() -> dict[str, str]:
    """Return chat spellings: form to standard word or words.

    >>> load_slang()["yg"]
    'yang'
    """
    return dict(
        zip(*read_columns(asset_path("data", "text", "slang.csv"), "form", "normal"), strict=True)
    )


@lru_cache(maxsize=1)
def load_words() -> dict[str, int]:
    """Return words of our own captions with the number of texts each is in."""
    path = asset_path("data", "text", "words.csv")
    data = read_bytes(path)
    try:
        # Two plain columns, written by `corpus.write_words`: no quoting to undo.
        cells = data.decode("utf-8").strip().replace("\n", ",").split(",")[2:]
        words = dict(zip(cells[::2], map(int, cells[1::2]), strict=True))
    except ValueError as error:
        raise AssetError("damaged_words", path=path, reason=error) from error
    if not (words and min(words.values()) > 0 and max(words.values()) < 1 << 31):
        raise AssetError("uncounted_words", path=path)
    return words


@lru_cache(maxsize=1)
def load_protected() -> dict[str, str]:
    """Return words with the stem that is used instead of the stemmer's."""
    path = asset_path("data", "text", "protected_stems.csv")
    return dict(zip(*read_columns(path, "word", "stem"), strict=True))


@lru_cache(maxsize=1)
def load_name_parts() -> frozenset[str]:
    """Return titles and particles that begin names, such as *Tubagus*."""
    (words,) = read_columns(asset_path("data", "text", "name_parts.csv"), "word")
    return frozenset(words)


class Letters(NamedTuple):
    """How characters are read that stand for others.

    Attributes
    ----------
    look_alike : dict of int to str
        Letters of other scripts drawn like Latin ones, for `str.translate`.
    mark : dict of str to str
        Typographic marks as the plain ones.
    digit, digit_second : dict of int to str
        Digits and signs written for letters ("c0blos"), for `str.translate`; the second reading
        differs where a digit stands for either of two letters ("m1tra", "pi1kada").
    """

    look_alike: dict[int, str]
    mark: dict[str, str]
    digit: dict[int, str]
    digit_second: dict[int, str]


@lru_cache(maxsize=1)
def load_letters() -> Letters:
    """Return the characters that are read as others."""
    path = asset_path("data", "text", "letters.csv")
    letters = Letters({}, {}, {}, {})
    for char, reads, kind in zip(*read_columns(path, "char", "reads", "kind"), strict=True):
        if len(char) != 1 or kind not in ("look-alike", "mark", "digit"):
            raise AssetError("damaged_list", path=path, row=(char, reads, kind))
        if kind == "look-alike":
            letters.look_alike[ord(char)] = reads
        elif kind == "mark":
            letters.mark[char] = reads
        else:
            letters.digit.setdefault(ord(char), reads)
            letters.digit_second[ord(char)] = reads
    return letters


class ContextWords(NamedTuple):
    """Words that tell what stands beside them; ``context_words.csv`` has an example of each."""

    number: dict[str, int]
    month: frozenset[str]
    slot: frozenset[str]
    rank: frozenset[str]
    before_number: frozenset[str]
    rounding: frozenset[str]
    glued: frozenset[str]
    name_suffix: tuple[str, ...]
    handle: frozenset[str]
    becomes: frozenset[str]
    zero: frozenset[str]
    not_refusing: frozenset[str]


@lru_cache(maxsize=1)
def load_context_words() -> ContextWords:
    """Return the words that tell what stands beside them.

    >>> "paslon" in load_context_words().slot, load_context_words().number["loro"]
    (True, 2)
    """
    path = asset_path("data", "text", "context_words.csv")
    words: dict[str, list[str]] = {name: [] for name in ContextWords._fields}
    numbers: dict[str, int] = {}
    for name, word, value in zip(*read_columns(path, "list", "word", "value"), strict=True):
        if name not in words or (name == "number") != value.isdecimal():
            raise AssetError("damaged_list", path=path, row=(name, word, value))
        words[name].append(word)
        if name == "number":
            numbers[word] = int(value)
    sets = {name: frozenset(found) for name, found in words.items()}
    return ContextWords(
        **sets | {"number": numbers, "name_suffix": tuple(words["name_suffix"])}  # type: ignore[arg-type]
    )
