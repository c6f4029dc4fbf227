"""Lists, lexicon and model as one row of bytes, which the engine uses as it lies.

The layout is that of ``engine/engine.h``; the numbers of flags, kinds and signals come from the
built engine itself. What this module does not do: read a text, or choose who reads it (`engine`).
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..read.entries import CASES, Entry, blocks_of
from ..read.find import Lexicon
from ..read.flags import CUE_FLAGS, Flag
from ..read.letters import EMOJI_RANGES, OVERRIDE, fold
from ..read.lists import (
    ContextWords,
    load_context_words,
    load_letters,
    load_name_parts,
    load_protected,
)
from ..read.signals import MANNER
from .occurrences import BLOCKS, NEAR_GROUPS
from .weights import LinearModel

MAGIC = b"NTRLIX01"
_SECTIONS = 19
_LONGEST = 40  # bytes of a word
_MOST_PIECES = 8  # words that one spelling stands for
_LONGEST_GROUP = 8  # letters of a letter group
_REFUSED, _ALPHA, _UPPER, _ITSELF = 1, 2, 4, 8  # what fold rows say, as in engine.h
_NEEDS = ("party_word", "stance", "number", "name", "title", "campaign")
_DIRECTIONS = ("", "for", "against", "none")
_LISTS = {
    "month": "MONTH",
    "slot": "SLOT",
    "rank": "RANK",
    "before_number": "BEFORE_NUMBER",
    "rounding": "ROUNDING",
    "glued": "GLUED",
    "handle": "HANDLE",
    "becomes": "BECOMES",
    "zero": "ZERO",
    "not_refusing": "NOT_REFUSING",
}
# Scripts, marks and signs that captions hold; a text with any other character is read in Python.
_FOLDED = (
    (0x7F, 0x530), (0x1D00, 0x1DC0), (0x1E00, 0x2000), (0x2000, 0x2C00), (0x2C60, 0x2C80),
    (0x3000, 0x3040), (0xA720, 0xA800), (0xFB00, 0xFB07), (0xFE00, 0xFE70), (0xFEFF, 0xFF00),
    (0xFF00, 0xFFF0), (0x1D400, 0x1D800), (0x1F000, 0x1FB00), (0xE0000, 0xE0080),
)  # fmt: skip


class UncompilableError(Exception):
    """What the engine cannot be made to read; the Python reads it."""


def compile_index(engine: Any, model: LinearModel, lexicon: Lexicon) -> bytes:
    """Return the index of a model and a lexicon.

    Parameters
    ----------
    engine : module
        The built engine, for its numbers.
    model : LinearModel
    lexicon : Lexicon
        Of any day: entries are kept with their days.

    Raises
    ------
    UncompilableError
        If the engine has no place for something, such as letter groups of nine letters.
    """
    return _Compiler(engine, model, lexicon).compiled()


class _Compiler:
    """Puts tables together; every word has one number, its symbol."""

    def __init__(self, engine: Any, model: LinearModel, lexicon: Lexicon) -> None:
        if tuple(str(f.name) for f in Flag) != engine.FLAGS:
            raise UncompilableError("flags of another version")
        self.engine, self.model, self.lexicon = engine, model, lexicon
        self.symbols: dict[str, int] = {}
        self.pool = array("I")
        self.member_bit = {name: 1 << i for i, name in enumerate(engine.MEMBERS)}
        self.members: dict[int, int] = {}

    def symbol(self, word: str) -> int:
        return self.symbols.setdefault(word, len(self.symbols))

    def flag(self, words: Iterable[str], member: str) -> None:
        bit = self.member_bit[member]
        for word in words:
            symbol = self.symbol(word)
            self.members[symbol] = self.members.get(symbol, 0) | bit

    def pooled(self, numbers: Sequence[int]) -> tuple[int, int]:
        """Return where some numbers lie in the pool, and how many there are."""
        at = len(self.pool)
        self.pool.extend(numbers)
        return at, len(numbers)

    def compiled(self) -> bytes:
        engine, symbol = self.engine, self.symbol
        symbol("")
        special = [symbol(text) for text in engine.SPECIALS]
        for kind in engine.KINDS:
            special += [symbol(f"<{kind}>"), symbol(f"<@{kind}>"), symbol(f"<{kind}?>")]
        self._lists()
        entries, blocks = self._entries()
        forms = self._forms()
        rows, word_rows, pairs, near, letters, signals = self._model()
        typos = sorted(w for w in self.lexicon.index.distinctive if len(w) >= 7)
        typos = [w for w in typos if "a" <= w[0] <= "z" and w.isascii()]
        suffixes = array("I", [symbol(s) for s in load_context_words().name_suffix])
        typo_symbols = array("I", [symbol(w) for w in typos])
        words = self._words(word_rows, near)
        nodes, edges, form_rows = self._trie(forms)
        texts = [word.encode("utf-8", "surrogatepass") for word in self.symbols]
        ends = array("I", [0])
        for text in texts:
            ends.append(ends[-1] + len(text))
        near_rows = array("I", [row for some in near.values() for row in some])
        head = self._head()
        sections = [
            b"".join(texts), ends, words, self.pool, entries, blocks, form_rows, nodes, edges,
            pairs, near_rows, letters, rows, signals, _folds(), array("I", special),
            typo_symbols, suffixes, head,
        ]  # fmt: skip
        return _joined([bytes(memoryview(part).cast("B")) for part in sections])

    # --- lists

    def _lists(self) -> None:
        tokenizer, index = self.lexicon.tokenizer, self.lexicon.index
        for word in (*tokenizer.known, *tokenizer.slang, *tokenizer.slang.values()):
            if not word or not word.isascii() or word != word.lower() or len(word) > 4 * _LONGEST:
                raise UncompilableError(f"the word {word!r}")
        self.flag(tokenizer.known, "KNOWN")
        self.flag(tokenizer.slang, "SLANG")
        self.flag(tokenizer.everyday, "EVERYDAY")
        self.flag(load_protected(), "PROTECTED")
        self.flag(self.lexicon.name_words, "NAME_WORD")
        self.flag(load_name_parts(), "NAME_PART")
        self.flag(index.bits, "KEYED")
        self.flag(index.parts, "KEYED")
        self.flag(index.distinctive, "DISTINCT")
        words = load_context_words()
        if set(_LISTS) | {"number", "name_suffix"} != set(ContextWords._fields):
            raise UncompilableError("context words of another version")
        for name, member in _LISTS.items():
            self.flag(getattr(words, name), member)
        self.flag(words.number, "NUMBER")

    def _words(self, rows: dict[int, int], near: dict[int, list[int]]) -> bytes:
        """Return what is known of each symbol."""
        tokenizer, number = self.lexicon.tokenizer, load_context_words().number
        slang: dict[int, tuple[int, int]] = {}
        for word, target in tokenizer.slang.items():
            pieces = target.split(" ")
            if len(pieces) > _MOST_PIECES or max(map(len, pieces)) > _LONGEST:
                raise UncompilableError(f"the spelling {word!r}")
            slang[self.symbol(word)] = self.pooled([self.symbol(p) for p in pieces])
        stems = {self.symbol(w): self.symbol(s) for w, s in load_protected().items()}
        if any(" " in s or len(s) > _LONGEST for s in load_protected().values()):
            raise UncompilableError("a stem of several words")
        bits = self.lexicon.index.bits
        near_at = {symbol: place for place, symbol in enumerate(near, 1)}
        pack = struct.Struct("<Q8I").pack
        out = []
        for word, symbol in self.symbols.items():
            at, size = slang.get(symbol, (0, 0))
            out.append(
                pack(
                    bits.get(word, 0), self.members.get(symbol, 0), tokenizer.known.get(word, 0),
                    at, size, stems.get(symbol, 0), number.get(word, 0), rows.get(symbol, 0),
                    near_at.get(symbol, 0),
                )
            )  # fmt: skip
        return b"".join(out)

    # --- lexicon

    def _entries(self) -> tuple[bytes, bytes]:
        rows: list[bytes] = []
        blocks: list[tuple[int, int, int, int, str]] = []
        pack = struct.Struct("<Q6I5B3x").pack
        for entry in self.lexicon.numbered:
            said = blocks_of(entry.blocks)
            self.flag(said.guard, "GUARD")
            exact_at = len(blocks)
            for before, after in said.exact:
                text = " ".join((*before, "_", *after))
                blocks.append((*self._pooled_words(before), *self._pooled_words(after), text))
            near_at = len(blocks)
            for phrase in said.near:
                blocks.append(
                    (*self._pooled_words(phrase.strip().split(" ")), 0, 0, phrase.strip())
                )
            cue = CUE_FLAGS.get(entry.name, 0) if entry.kind == "cue" else 0
            rows.append(
                pack(
                    cue, _day(entry.valid_from), _day(entry.valid_to), exact_at, near_at - exact_at,
                    near_at, len(blocks) - near_at, *self._small(entry),
                )
            )  # fmt: skip
        block = struct.Struct("<5I").pack
        return b"".join(rows), b"".join(block(*b[:4], self.symbol(b[4])) for b in blocks)

    def _small(self, entry: Entry) -> tuple[int, ...]:
        return (
            self.engine.KINDS.index(entry.kind),
            CASES.index(entry.case),
            _DIRECTIONS.index(entry.direction),
            self.engine.CATEGORIES.index(entry.category or "none"),
            sum(1 << _NEEDS.index(need) for need in set(entry.needs)),
        )

    def _pooled_words(self, words: Sequence[str]) -> tuple[int, int]:
        return self.pooled([self.symbol(word) for word in words])

    def _forms(self) -> list[tuple[list[str], bool, tuple[int, ...]]]:
        """Return words, whether it is a phrase, and entries of each form."""
        index = self.lexicon.index
        out = []
        for table, phrase in ((index.targets, False), (index.phrases, True)):
            for key, numbers in table.forms.items():
                words = key.split(" ")
                if any(word[:1] == "@" for word in words):
                    raise UncompilableError(f"the form {key!r}")
                for word in words:
                    self.symbol(word)
                out.append((words, phrase, numbers))
        return out

    def _trie(
        self, forms: list[tuple[list[str], bool, tuple[int, ...]]]
    ) -> tuple[array[int], array[int], array[int]]:
        """Return nodes, edges and forms: a word's node is its symbol, longer forms go on."""
        children: dict[tuple[int, int], int] = {}
        ends: dict[int, list[int]] = {}
        rows = array("I")
        size = len(self.symbols)
        for number, (words, phrase, numbers) in enumerate(forms, 1):
            node = self.symbols[words[0]]
            for word in words[1:]:
                node = children.setdefault((node, self.symbols[word]), size + len(children))
            ends.setdefault(node, [0, 0])[phrase] = number
            rows.extend(self.pooled(numbers))
        nodes = array("I", bytes(8 * (size + len(children))))
        for node, (target, phrase_form) in ends.items():
            nodes[node * 2], nodes[node * 2 + 1] = target, phrase_form
        edges = array(
            "I", [n for (node, word), child in children.items() for n in (node, word, child)]
        )
        return nodes, edges, rows

    # --- model

    def _model(self) -> tuple[Any, ...]:
        """Return rows of numbers; by symbol the row of a word; pairs; near; letters; signals."""
        model = self.model
        if NEAR_GROUPS != ("who", "number", "slogan", "camp", "unlisted"):
            raise UncompilableError("near features of another version")
        parts = [np.zeros((1, 16), np.float32)]
        first, rows, pairs = 1, {}, array("I")
        near: dict[int, list[int]] = {}
        letters: list[bytes] = []
        signals = array("I", bytes(4 * len(self.engine.SIGNALS) * len(self.engine.CATEGORIES)))
        for block in BLOCKS:
            names = model.names[block]
            table = np.zeros((len(names), 16), np.float32)
            table[:, 0], table[:, 1] = model.weights[block][:, 0], model.idf[block]
            table[:, 2:12] = model.weights[block][:, 1:]
            if not (
                np.array_equal(table[:, 0], model.weights[block][:, 0])
                and np.array_equal(table[:, 1], model.idf[block])
                and np.array_equal(table[:, 2:12], model.weights[block][:, 1:])
            ):
                raise UncompilableError("weights with more digits than a model file has")
            parts.append(table)
            for row, name in enumerate(names, first):
                if block == "word":
                    words = name.split(" ")
                    if len(words) == 1:
                        rows[self.symbol(name)] = row
                    elif len(words) == 2:
                        pairs.extend((self.symbol(words[0]), self.symbol(words[1]), row))
                elif block == "letters":
                    group = name.encode()
                    if len(group) <= _LONGEST_GROUP:  # longer ones are in words of other letters
                        letters.append(struct.pack("<QII", int.from_bytes(group, "big"), row, 0))
                elif block == "near":
                    self._near(name, row, near)
                else:
                    self._signal(name, row, signals)
            first += len(names)
        return np.vstack(parts), rows, pairs, near, b"".join(letters), signals

    def _near(self, name: str, row: int, near: dict[int, list[int]]) -> None:
        for group, who in enumerate(NEAR_GROUPS):
            for side, sign in enumerate("<>"):
                if name.startswith(who + sign):
                    word = self.symbol(name[len(who) + 1 :])
                    near.setdefault(word, [0] * 2 * len(NEAR_GROUPS))[group * 2 + side] = row

    def _signal(self, feature: str, row: int, signals: array[int]) -> None:
        name, _, category = feature.partition(":")
        engine = self.engine
        if (
            name in MANNER
            or name not in engine.SIGNALS
            or (category or "none") not in engine.CATEGORIES
        ):
            return
        at = engine.SIGNALS.index(name) * len(engine.CATEGORIES)
        signals[at + engine.CATEGORIES.index(category or "none")] = row

    def _head(self) -> bytes:
        settings = self.model.settings
        if settings.letters_to > _LONGEST_GROUP:
            raise UncompilableError(f"letter groups of {settings.letters_to} letters")
        switches = (
            settings.stems, settings.pairs, settings.letters, settings.near, settings.signals,
            settings.masks, settings.names, settings.letters_from, settings.letters_to,
            settings.reach,
        )  # fmt: skip
        glue = self.lexicon.tokenizer.total
        head = struct.pack("<12d10I", *map(float, self.model.intercepts), glue, *map(int, switches))
        letters = load_letters()
        digits = bytearray(bytes(range(128)) * 2)
        for reading, table in enumerate((letters.digit, letters.digit_second)):
            for point, reads in table.items():
                if point < 128:
                    if len(reads) != 1 or not reads.isascii():
                        raise UncompilableError(f"the sign {chr(point)!r}")
                    digits[reading * 128 + point] = ord(reads)
        return head + bytes(digits)


def _day(day: str) -> int:
    return int(day.replace("-", "")) if day else 0


def _joined(sections: Sequence[bytes]) -> bytes:
    assert len(sections) == _SECTIONS
    at = len(MAGIC) + 32 + 16 * _SECTIONS
    table, body = [], []
    for part in sections:
        padding = -len(part) % 8
        table.append(struct.pack("<QQ", at, len(part)))
        body.append(part + bytes(padding))
        at += len(part) + padding
    content = b"".join([*table, *body])
    return MAGIC + hashlib.sha256(content).digest() + content


def _folds() -> bytes:
    """Return what each character beyond ASCII is read as.

    A character that is read as a letter beyond ASCII, or hides something, hands its text back.
    """
    emoji = {point for first, last in _ranges(EMOJI_RANGES) for point in range(first, last + 1)}
    out = []
    for first, last in _FOLDED:
        for point in range(first, last):
            char = chr(point)
            plain = fold(char)
            flags = (_ALPHA if char.isalpha() else 0) | (_UPPER if char.isupper() else 0)
            inside = any(c.isalnum() for c in plain if not c.isascii())
            if char in (OVERRIDE, "\u212a") or len(plain) > 10 or inside:
                flags, plain = _REFUSED, ""
            elif plain == char:
                if point in emoji and not flags:
                    continue
                flags, plain = flags | _ITSELF, ""
            elif not plain.isascii():
                flags, plain = _REFUSED, ""
            out.append(struct.pack("<IBB10s", point, len(plain), flags, plain.encode()))
    return b"".join(out)


def _ranges(text: str) -> list[tuple[int, int]]:
    """Return the ranges of a character class: "a-zA" is a to z, and A."""
    out, at = [], 0
    while at < len(text):
        last = at + 2 if text[at + 1 : at + 2] == "-" else at
        out.append((ord(text[at]), ord(text[last])))
        at = last + 1
    return out


__all__ = ["MAGIC", "UncompilableError", "compile_index"]
