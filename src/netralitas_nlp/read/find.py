"""The lexicon: parties, people, tickets, numbers, slogans, camps, campaign phrases.

Text in (as tokens), mentions out, in one pass whatever the number of entries. Names that need no
context are found first, then phrases, then what leans on either.

The lexicon masks names for the model, explains, and feeds the fallback. It never judges: a
mention alone is not a verdict.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..base.assets import asset_path, fingerprint
from .context import Context, Mention, blocked_by, maybe_ballot, of_first_kind, vouched
from .entries import Entry, day_of
from .flags import (
    CAPITAL,
    CAPITALS,
    FOREIGN,
    IN_TAG,
    IS_EMOJI,
    IS_HANDLE,
    IS_MARK,
    IS_NUMBER,
    IS_TAG,
    IS_URL,
    IS_WORD,
    NAMED,
    OTHER_CONTEST,
    PHRASE_START,
    START,
    STRANGE,
    UNKNOWN_NAME,
    VALUE,
)
from .index import Index, Numbers, Table
from .lists import lists_fingerprint, load_context_words, load_name_parts
from .reading import Form, Reading, Start, Waiting, judged, placed_in, settled
from .rows import lexicon_files, read_entries
from .stems import Stems
from .words import EMOJI, HANDLE, HASHTAG, MARK, NUMBER, URL, WORD, Token

_LOOK = START | VALUE | NAMED  # tokens at which a mention of a contestant may begin
_KIND_FLAGS = {
    WORD: IS_WORD,
    NUMBER: IS_NUMBER,
    HASHTAG: IS_TAG,
    HANDLE: IS_HANDLE,
    URL: IS_URL,
    EMOJI: IS_EMOJI,
    MARK: IS_MARK,
}
_CAPS_FLAGS = (0, CAPITAL, CAPITAL | CAPITALS)
_HANDLE_PARTS = 8  # words of a handle that are looked at
_MOST_BALLOTS = 30  # highest ballot number
_HANDLES = 20_000  # handles remembered


class Lexicon:
    """Entries, and what finds them in texts.

    Build one with `load` or `default`. Immutable: `extended` and `at` return new ones.

    Attributes
    ----------
    fingerprint : str
        SHA-256 of all that changes how texts are read: the files and every list. A model belongs
        to the one it was trained with; `extended` and `at` keep it, since names are data.
    day : str
        Day of the entries (``YYYY-MM-DD``), or ``""`` for all.
    tokenizer : Tokenizer
    name_words : frozenset of str
        Words of people's names of several words.

    Examples
    --------
    >>> lexicon = Lexicon.default()
    >>> [(m.kind, t) for m, t in lexicon.find("Dukung Prabowo-Gibran, menangkan PBB!")]
    [('ticket', 'Prabowo-Gibran'), ('party', 'PBB')]
    >>> lexicon.find("Bayar PBB di kantor pos, SKB Nomor 2 Tahun 2022")
    []
    """

    def __init__(self, entries: Iterable[Entry], digest: str = "", fingerprint: str = "") -> None:
        self._all = tuple(entries)
        self._files = digest
        self.fingerprint = (
            fingerprint or hashlib.sha256(f"{digest} {lists_fingerprint()}".encode()).hexdigest()
        )
        self.day = ""
        self.index = Index(self._all)
        self.tokenizer = self.index.tokenizer
        self.words, self.name_words = self.index.words, self.index.name_words
        self.stems = Stems(self.tokenizer.everyday, self.name_words)
        self._begin()

    def _begin(self) -> None:
        """Begin to remember what depends on the day."""
        self._forms: dict[Numbers, Form | None] = {}
        self._handle = lru_cache(_HANDLES)(self._read_handle)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self._all, self._files, self.fingerprint, self.day)

    @property
    def digest(self) -> str:
        """What tells lexicons apart: SHA-256 of the files, and the day if there is one."""
        return f"{self._files}@{self.day}" if self.day else self._files

    @property
    def numbered(self) -> tuple[Entry, ...]:
        """The entries of every day, by their numbers in the index."""
        return self._all

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries in force, in the order of the files."""
        if not self.day:
            return self._all
        return tuple([e for e in self._all if e.valid_on(self.day)])

    # --- making one

    @classmethod
    def load(cls, paths: str | Path | Iterable[str | Path]) -> Lexicon:
        """Read one or more lexicon CSV files, or all ``*.csv`` of a folder.

        Raises
        ------
        LexiconError
            With file and line of the first row that cannot be used, the value, and the allowed
            ones.
        """
        files = lexicon_files(paths)
        return cls(read_entries(files), fingerprint(files))

    @classmethod
    def default(cls) -> Lexicon:
        """Return the packaged lexicon (read once)."""
        return _default()

    def extended(self, paths: str | Path | Iterable[str | Path]) -> Lexicon:
        """Return this lexicon with the entries of more files; a repeated id replaces the entry."""
        files = lexicon_files(paths)
        merged = {e.id: e for e in self.entries} | {e.id: e for e in read_entries(files)}
        return Lexicon(merged.values(), f"{self.digest}+{fingerprint(files)}", self.fingerprint)

    def at(self, date: dt.date | str) -> Lexicon:
        """Return the lexicon of a day: what is not in force then is not found.

        Words are read alike on every day (it shares the tokenizer); making one takes no time.

        Parameters
        ----------
        date : datetime.date, datetime.datetime or str
            A text is of the form ``"YYYY-MM-DD"``.

        Raises
        ------
        LexiconError
            If it is no day.

        Examples
        --------
        >>> default = Lexicon.default()
        >>> len(default.at("2010-01-01").entries) < len(default.entries)
        True
        """
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new.day = day_of(date)
        new._begin()
        return new

    # --- using one

    def find(self, text: str, blocked: bool = False) -> list[tuple[Mention, str]]:
        """Return the mentions of contestants in `text`, each with the raw text it covers.

        Parameters
        ----------
        text : str
            Any text.
        blocked : bool
            Also return the mentions that do not count, with the reason in ``Mention.blocked``.
        """
        tokens = self.tokenizer.tokens(text)
        found = self.mentions(*self.view(tokens), blocked=blocked)
        return [(m, text[tokens[m.first].start : tokens[m.last - 1].end]) for m in found]

    def search(self, words: str) -> list[Entry]:
        """Return the entries whose id, name or forms hold `words` (any case)."""
        wanted = words.lower()
        return [
            e
            for e in self.entries
            if wanted in e.name.lower() or wanted in e.id or any(wanted in f for f in e.forms)
        ]

    def view(self, tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
        """Return, for each token, the key it is looked up by and its flags."""
        keys: list[str] = []
        bits: list[int] = []
        values = load_context_words().number
        for token in tokens:
            flags = _KIND_FLAGS[token.kind]
            key = token.norm
            if token.kind == WORD:
                flags |= _CAPS_FLAGS[token.caps] | self._name_flags(token)
                key = self.index.key(key)
                if key in values:
                    flags |= VALUE
            elif token.kind == NUMBER:
                if token.raw.isascii() and token.raw.isdigit():
                    key = token.raw
                if len(key) <= 2 and key.isdigit() and 0 < int(key) <= _MOST_BALLOTS:
                    flags |= VALUE
            elif token.kind == HANDLE:
                key = "@" + " ".join(token.parts)
                if token.parts and self._handle(token.parts):
                    flags |= NAMED
            if token.in_tag:
                flags |= IN_TAG
            keys.append(key)
            bits.append(flags | self.index.bits.get(key, 0))
        return keys, bits

    def mentions(
        self, keys: Sequence[str], bits: Sequence[int], blocked: bool = False
    ) -> list[Mention]:
        """Return the mentions of `read`."""
        return self.read(keys, bits, blocked).mentions

    def read(self, keys: Sequence[str], bits: Sequence[int], blocked: bool = False) -> Reading:
        """Return the mentions of contestants and the campaign phrases of a text.

        Names that need no context are found first; each then takes one place, whatever its
        length, so that nothing that is measured in words depends on which name it was.
        """
        start = self._start(keys, bits)
        free = placed_in(keys, bits, start.free)
        waiting = [Waiting(free.place(w.first), free.place(w.last), w.form) for w in start.waiting]
        phrases = self._phrases(free.keys, free.bits)
        heard = list(free.bits)
        for phrase in phrases:
            flags = vouched(phrase)
            for place in range(phrase.first, phrase.last):
                heard[place] |= flags
        numbers = [free.place(i) for i in start.numbers]
        numbers = maybe_ballot(free.keys, free.bits, numbers, phrases)
        context = Context(free.keys, heard, {m.first for m in free.mentions}, set())
        found = settled(context, [*free.mentions, *judged(context, waiting, numbers)])
        mentions = [m._replace(first=free.origin[m.first], last=free.origin[m.last]) for m in found]
        # Each is one place without flags of its own, whatever it needed, so that the words of no
        # name act as cues ("moh" is a negation, and part of 143 names).
        counted = [m for m in mentions if not m.blocked]
        placed = placed_in(keys, bits, counted)
        phrases = self._phrases(placed.keys, placed.bits)
        return Reading(
            mentions if blocked else counted,
            placed.keys,
            placed.bits,
            placed.mentions,
            phrases,
            placed.origin,
        )

    # --- inside

    def _name_flags(self, token: Token) -> int:
        """Return whether a word is strange, and whether it is most likely an unknown name."""
        # Parts as they are written: in chat spelling the Balinese "Ni" would be "ini".
        part = token.raw.lower() in load_name_parts()
        strange = part or self.stems.strange(token.norm)
        if token.caps == 1 and not token.in_tag and strange:
            return STRANGE | UNKNOWN_NAME
        return STRANGE if strange or token.norm in self.name_words else 0

    def _form(self, numbers: Numbers) -> Form | None:
        """Return the entries of a form that are in force, or None if there are none."""
        if numbers not in self._forms:
            entries = [self._all[n] for n in numbers]
            if self.day:
                entries = [e for e in entries if e.valid_on(self.day)]
            self._forms[numbers] = Form(tuple(entries)) if entries else None
        return self._forms[numbers]

    def _longest(
        self, table: Table, keys: Sequence[str], bits: Sequence[int], first: int
    ) -> Waiting | None:
        """Return the longest form that begins at a token."""
        for last, numbers in table.matches(keys, bits, first):
            form = self._form(numbers)
            if form is not None:
                return Waiting(first, last, form)
        return None

    def _start(self, keys: Sequence[str], bits: Sequence[int]) -> Start:
        """Return the mentions that need no context, the forms that do, and the numbers."""
        found = Start([], [], [])
        context = Context(keys, bits, set(), set())
        elsewhere = any(flags & (FOREIGN | OTHER_CONTEST) for flags in bits)
        done = 0
        for i, flags in enumerate(bits):
            if not flags & _LOOK or i < done:
                continue
            if flags & NAMED:
                entries = self._handle(tuple(keys[i][1:].split(" ")))
                found.free.append(Mention(i, i + 1, entries[0].kind, entries, handle=True))
                continue
            here = self._longest(self.index.targets, keys, bits, i) if flags & START else None
            if here is None:
                if flags & VALUE:
                    found.numbers.append(i)
                continue
            first, done, form = here
            if flags & IS_TAG:  # the tag's words are inside it
                while done < len(bits) and bits[done] & IN_TAG:
                    done += 1
            mention = None
            if form.free and (form.free[0].kind != "party" or not elsewhere):
                mention = Mention(first, done, form.free[0].kind, form.free)
            elif form.needless:
                mention = context.judge(first, done, form.needless)
            if mention is not None and not mention.blocked:
                found.free.append(mention)
            elif across := self._name_across(keys, bits, first, done):
                done = across
            else:
                found.waiting.append(Waiting(first, done, form))
        return found

    def _name_across(self, keys: Sequence[str], bits: Sequence[int], first: int, last: int) -> int:
        """Where a name that needs no context begins inside a form that does, and goes on after it.

        "yakin, Asep Surya Atmaja": the name is not cut up for a pair that may not even count. 0 if
        there is none.
        """
        for i in range(first + 1, last):
            if bits[i] & START:
                here = self._longest(self.index.targets, keys, bits, i)
                if here is not None and here.last > last and here.form.free:
                    return i
        return 0

    def _phrases(self, keys: Sequence[str], bits: Sequence[int]) -> list[Mention]:
        """Return the phrases of a text, in order, without overlaps (longest first)."""
        out: list[Mention] = []
        done = 0
        for i, flags in enumerate(bits):
            if not flags & PHRASE_START or i < done:
                continue
            here = self._longest(self.index.phrases, keys, bits, i)
            if here is None:
                continue
            entries = tuple([e for e in here.form.entries if not blocked_by(e, keys, i, here.last)])
            if entries:
                out.append(Mention(i, here.last, entries[0].kind, entries))
                done = here.last
        return out

    def _read_handle(self, parts: tuple[str, ...]) -> tuple[Entry, ...]:
        """Return the contestant whose name a handle holds, or none."""
        parts = parts[:_HANDLE_PARTS]
        # "@dpp_psi": a party's short name counts in a handle that says it is a party's.
        official = not load_context_words().handle.isdisjoint(parts)
        for i in range(len(parts)):
            for j in range(len(parts), i, -1):
                form = self._form(self.index.targets.forms.get(" ".join(parts[i:j]), ()))
                if form is None:
                    continue
                entries = [
                    e
                    for e in form.entries
                    if e.kind in ("person", "party", "ticket")
                    and (not e.needs or (e.kind == "party" and official))
                ]
                if entries:
                    return of_first_kind(entries)
        return ()


def _rebuilt(entries: tuple[Entry, ...], digest: str, fingerprint: str, day: str) -> Lexicon:
    lexicon = Lexicon(entries, digest, fingerprint)
    return lexicon.at(day) if day else lexicon


@lru_cache(maxsize=1)
def _default() -> Lexicon:
    return Lexicon.load(asset_path("data", "lexicon"))


__all__ = ["Entry", "Lexicon", "Mention", "Reading"]
