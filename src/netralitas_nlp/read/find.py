"""The lexicon: parties, people, tickets, numbers, slogans, camps, campaign phrases.

Text in (as tokens), mentions out, in one pass whatever the number of entries: a table of all
prefixes of all forms is walked word by word. Entries are rows of CSV files with the context they
need and the phrases that silence them, so that a non-programmer can write them
(``data/lexicon/README.md`` documents the columns).

The lexicon masks names for the model, explains, and feeds the fallback. It never judges: a
mention alone is not a verdict.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..base.assets import asset_path, fingerprint, read_bytes, read_table
from ..base.files import whole
from ..base.result import PARTISAN_CATEGORIES, LexiconError
from .words import EMOJI, HANDLE, HASHTAG, MARK, NUMBER, URL, WORD, Token, Tokenizer, load_slang

COLUMNS = (
    "id",
    "kind",
    "name",
    "forms",
    "refers",
    "election",
    "number",
    "region",
    "valid_from",
    "valid_to",
    "needs",
    "blocks",
    "case",
    "direction",
    "category",
    "source",
    "note",
)
TARGETS = ("slogan", "ticket", "person", "party", "group", "camp", "gesture")
"""Kinds that stand for a contestant, in the order that decides when one form has several."""
PHRASES = ("stance", "tone", "neutral")
KINDS = (*TARGETS, *PHRASES, "cue")
NEEDS = ("party_word", "stance", "number", "name", "title", "campaign")
CASES = ("any", "capital", "upper")
DIRECTIONS = ("", "for", "against", "none")
ENTRY_CATEGORIES = ("", *PARTISAN_CATEGORIES)

REACH = 4
"""Words to either side in which a mention looks for the context it needs or is blocked by."""
_CAMPAIGN_REACH = 7  # a ballot number may stand further from its campaign word

CUE_CLASSES = (
    "party_word",
    "title",
    "number_word",
    "campaign_word",
    "reporting",
    "negation",
    "law_word",
    "unit_word",
    "rule_talk",
    "quote",
    "first_person",
    "second_person",
    "intensifier",
    "office_word",
    "media_word",
    "life_word",
    "policy_word",
)
"""Classes of words that give a mention or a text its context (``kind`` cue, ``name`` = class)."""


def _flags() -> Iterator[int]:
    bit = 1
    while True:
        yield bit
        bit <<= 1


# What is known of a token is one int of flags: the whole matcher works on keys and flags.
_next_flag = _flags()
CUE_BITS = {name: next(_next_flag) for name in CUE_CLASSES}
PARTY_WORD, TITLE, NUMBER_WORD, CAMPAIGN_WORD = (
    CUE_BITS[c] for c in ("party_word", "title", "number_word", "campaign_word")
)
REPORTING, NEGATION, LAW_WORD, UNIT_WORD = (
    CUE_BITS[c] for c in ("reporting", "negation", "law_word", "unit_word")
)
STANCE = next(_next_flag)  # inside a stance phrase: set on a text, not on a word
VALUE = next(_next_flag)  # the word may be a ballot number
START = next(_next_flag)  # a form of a target begins with the word
PHRASE_START = next(_next_flag)  # a form of a phrase begins with the word
SOLE, PHRASE_SOLE = next(_next_flag), next(_next_flag)  # the word alone is such a form
INNER, PHRASE_INNER = next(_next_flag), next(_next_flag)  # such a form may go on with the word
NAMED = next(_next_flag)  # a handle that holds a contestant's name
IS_WORD, IS_NUMBER, IS_TAG, IS_HANDLE, IS_URL, IS_EMOJI, IS_MARK = (
    next(_next_flag) for _ in range(7)
)
IN_TAG, CAPITAL, CAPITALS = (next(_next_flag) for _ in range(3))
_KEPT = IN_TAG | IS_TAG | IS_HANDLE  # flags a mention keeps
LOOK = START | VALUE | NAMED
"""Flags of tokens at which a mention of a contestant may begin."""
_ANYTHING = LOOK | PHRASE_START
_KIND_FLAGS = {
    WORD: IS_WORD,
    NUMBER: IS_NUMBER,
    HASHTAG: IS_TAG,
    HANDLE: IS_HANDLE,
    URL: IS_URL,
    EMOJI: IS_EMOJI,
    MARK: IS_MARK,
}

_NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "satu siji hiji esa ciek",
            "dua loro dua'",
            "tiga telu tilu",
            "empat papat opat",
            "lima limo",
            "enam",
            "tujuh pitu",
            "delapan wolu",
            "sembilan",
            "sepuluh",
        ),
        start=1,
    )
    for word in words.replace("'", "").split()
}
_MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember jan feb "
    "mar apr jun jul agt ags agu sep sept okt nov des".split()
)
# Words after which a bare number is a ballot number without further ado.
_SLOT = frozenset(
    "paslon urut capres cawapres cagub cawagub cabup cawabup cawali kubu caleg".split()
)
_RANK = frozenset(
    "juara peringkat ranking rangking urutan antrian antrean kamar kursi meja punggung rekening rumah "
    "telepon telpon hp wa whatsapp surat resi pesanan polisi induk sepatu ukuran size bab jilid "
    "episode eps soal halaman pasal ayat lantai gate blok jalur platform part babak liga grup".split()
)
# Units that stand before their number ("jam 7"): after one they begin something new.
_BEFORE_NUMBERS = frozenset("jam pukul tanggal tgl rt rw blok kamar lantai hari gang km".split())
_ROUNDING = frozenset(
    "ya yah saja dong deh lah loh kok sih kan guys gaes gais bestie kak bang pak bu buat untuk agar "
    "supaya demi pasti harga menang juga sudah tetap gas terus jangan bukan karena biar dan semoga "
    "insyaallah siap mantap oke ok yuk ayo lagi".split()
)
_SUFFIXES = ("nya", "lah", "kah", "pun", "ku", "mu", "in", "kan", "ers")
_PARTY_HANDLE = re.compile(r"(?:dpp|dpd|dpc|dpw|partai|fraksi|fpks|id|official|ri)")
_HANDLE_PARTS = 8  # words of a handle that are looked at
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


_OWN_DIGEST = '{"own_sha256":"'  # how an index begins
_MAX_LETTERS = 100  # of a form; every beginning of a form is a key of the table
_LISTS = frozenset(COLUMNS.index(c) for c in ("forms", "refers", "election", "needs", "blocks"))
# What a key of a table stands for: nothing yet (a prefix), one entry, or several.
_Ids = int | str | None


class Entry(NamedTuple):
    """One row of a lexicon file; the fields are its columns."""

    id: str
    kind: str
    name: str
    forms: tuple[str, ...]
    refers: tuple[str, ...]
    election: tuple[str, ...]
    number: str
    region: str
    valid_from: str
    valid_to: str
    needs: tuple[str, ...]
    blocks: tuple[str, ...]
    case: str
    direction: str
    category: str
    source: str
    note: str


class Mention(NamedTuple):
    """A place in a text where a form of the lexicon stands.

    Attributes
    ----------
    first, last : int
        Index of the first token, and one past the last.
    kind : str
        Kind of the entry, or ``"number"`` for a ballot number.
    entries : tuple of Entry
        What it may stand for (several where one form has several owners).
    blocked : str
        ``""`` if it counts, else why not: ``"needs context"``, ``"blocked by …"``, ``"case"``,
        ``"law citation"``, ``"unit"``.
    handle : bool
        True if it was read from an @handle.
    number : int
        The ballot number, for kind ``"number"``; else 0.
    """

    first: int
    last: int
    kind: str
    entries: tuple[Entry, ...]
    blocked: str = ""
    handle: bool = False
    number: int = 0


class Reading(NamedTuple):
    """What the lexicon reads in a text.

    Attributes
    ----------
    mentions : list of Mention
        The contestants, at their tokens, in order.
    keys, bits : sequences of str and int
        The text as places: one for each token, and one for each name that needs no context.
    at : list of Mention
        The counting mentions, at their places.
    phrases : list of Mention
        Phrases of kind stance, tone, neutral, or cue (a cue of several words), at their places.
    origin : sequence of int
        First token of each place, and one past the last; empty where places are tokens.
    """

    mentions: list[Mention]
    keys: Sequence[str]
    bits: Sequence[int]
    at: list[Mention]
    phrases: list[Mention]
    origin: Sequence[int]

    def tokens(self, first: int, last: int) -> range:
        """Return the tokens of some places."""
        return range(self.origin[first], self.origin[last]) if self.origin else range(first, last)


def _placed(
    keys: Sequence[str], bits: Sequence[int], free: list[Mention]
) -> tuple[list[str], list[int], Sequence[int], list[Mention]]:
    """Give each mention one place without flags of its own.

    Returns keys and flags by place, the first token of each place (empty where places are tokens),
    and the mentions at their places.
    """
    new_keys: list[str] = []
    new_bits: list[int] = []
    if all(m.last - m.first == 1 for m in free):
        new_keys += keys
        new_bits += bits
        for m in free:
            new_keys[m.first] = f"<{m.kind}>"
            new_bits[m.first] &= _KEPT
        return new_keys, new_bits, (), free
    origin: list[int] = []
    placed: list[Mention] = []
    at = 0
    for m in free:
        first = m.first
        if at < first:
            new_keys += keys[at:first]
            new_bits += bits[at:first]
            origin += range(at, first)
        spot = len(new_keys)
        placed.append(Mention(spot, spot + 1, m.kind, m.entries, "", m.handle))
        new_keys.append(f"<{m.kind}>")
        new_bits.append(bits[first] & _KEPT)
        origin.append(first)
        at = m.last
    new_keys += keys[at:]
    new_bits += bits[at:]
    origin += range(at, len(keys) + 1)
    return new_keys, new_bits, origin, placed


def _apart(before: Mention | None, mention: Mention) -> bool:
    return before is None or before.last <= mention.first


def _may_silence(guard: frozenset[str], keys: Sequence[str], first: int, last: int) -> bool:
    """Whether a phrase that silences could stand near: a word of one does, or a handle.

    A handle is one key of several words.
    """
    around = (*keys[max(0, first - REACH) : first], *keys[last : last + REACH])
    return not guard.isdisjoint(around) or " " in "".join(around)


def _maybe_ballot(
    keys: Sequence[str], bits: Sequence[int], numbers: list[int], phrases: Sequence[Mention]
) -> list[int]:
    """Return those numbers that may be ballot numbers; `Lexicon._number` looks closer.

    For most, neither a phrase nor a number word stands before them, and nothing need be weighed.
    """
    inside = {j for p in phrases for j in range(p.first, p.last)}
    return [
        i
        for i in numbers
        if i - 1 in inside
        or (len(keys[i]) == 2 and keys[i][0] == "0")
        or (i and (bits[i - 1] & NUMBER_WORD or keys[i - 1] in _SLOT))
    ]


class _Form:
    """The entries of one form, sorted out beforehand."""

    __slots__ = ("entries", "free", "guard", "kind", "needless")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        # Where none of these words is near, nothing is blocked.
        self.guard = frozenset(w for e in entries for w in _block_patterns(e.blocks)[2])
        self.needless = tuple(e for e in entries if not e.needs)
        plain = tuple(e for e in self.needless if not e.blocks and e.case == "any")
        self.kind = min((e.kind for e in plain), key=_rank) if plain else ""
        self.free = tuple(e for e in plain if e.kind == self.kind) if plain else None


def _rank(kind: str) -> int:
    return TARGETS.index(kind) if kind in TARGETS else len(TARGETS)


def _first(mention: Mention) -> tuple[int, int]:
    return mention.first, mention.last


class Lexicon:
    """Entries, and the table that finds them.

    Build one with `load` or `default`. Immutable: `extended` and `at` return new ones.

    Examples
    --------
    >>> lexicon = Lexicon.default()
    >>> [(m.kind, t) for m, t in lexicon.find("Dukung Prabowo-Gibran, menangkan PBB!")]
    [('ticket', 'Prabowo-Gibran'), ('party', 'PBB')]
    >>> lexicon.find("Bayar PBB di kantor pos, SKB Nomor 2 Tahun 2022")
    []
    """

    def __init__(self, entries: Iterable[Entry], digest: str = "") -> None:
        self._entries: list[Entry | bytes] = list(entries)
        self._lazy: tuple[Path, str] | None = None
        self.digest = digest
        self._start(*_compile(self.entries))

    def _start(
        self,
        targets: dict[str, _Ids],
        phrases: dict[str, _Ids],
        bits: dict[str, int],
        words: Iterable[str],
        distinctive: Iterable[str],
        name_words: Iterable[str],
    ) -> None:
        self._targets = targets
        self._phrases = phrases
        self._bits = bits
        self.words = frozenset(words)
        self._distinctive = frozenset(distinctive)
        self.name_words = frozenset(name_words)  # words of people's names
        self._forms: dict[int | str, _Form] = {}
        self._deletes: dict[str, list[str]] | None = None
        self._handles: dict[str, tuple[Entry, ...]] = {}
        self.tokenizer = Tokenizer(names=self.words)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order of the files."""
        return tuple(self._entry(i) for i in range(len(self._entries)))

    def _entry(self, number: int) -> Entry:
        if self._lazy is not None:  # made from an index: its entries are read when first needed
            folder, digest = self._lazy
            self._entries = _lazy_entries(folder, digest)
            self._lazy = None
        entry = self._entries[number]
        if isinstance(entry, bytes):
            entry = self._entries[number] = _unpack(entry)
        return entry

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
        return cls(_read(files), fingerprint(files))

    @classmethod
    def default(cls) -> Lexicon:
        """Return the packaged lexicon (read once)."""
        return _default()

    def save_index(self, folder: str | Path) -> None:
        """Write the compiled tables, which load in a fraction of the time the files take.

        ``index.json`` holds the tables, and on its first line the digest of the rest; ``index.tsv``
        the entries, opened when one is first asked for. The index is used only while it is whole
        and its fingerprint is the one of the files beside it.
        """
        entries = "\n".join(map(_pack, self.entries)) + "\n"
        index = {
            "format": _layout(),
            "sha256": self.digest,
            "entries_sha256": hashlib.sha256(entries.encode()).hexdigest(),
            "count": len(self._entries),
            "targets": _columns(self._targets),
            "phrases": _columns(self._phrases),
            "bits": _columns(self._bits),
            "words": " ".join(sorted(self.words)),
            "distinctive": " ".join(sorted(self._distinctive)),
            "name_words": " ".join(sorted(self.name_words)),
        }
        # In ASCII, which is read in half the time.
        text = json.dumps(index, sort_keys=True, separators=(",", ":"))
        rest = f"{text[1:]}\n"
        text = f'{_OWN_DIGEST}{hashlib.sha256(rest.encode()).hexdigest()}",\n{rest}'
        for name, body in (("index.tsv", entries), ("index.json", text)):
            with whole(Path(folder) / name) as file:
                file.write(body)

    @classmethod
    def _from_index(cls, index: dict[str, Any], folder: Path) -> Lexicon:
        new = cls.__new__(cls)
        new._entries = [b""] * index["count"]
        new._lazy = (folder, index["entries_sha256"])
        new.digest = index["sha256"]
        new._start(
            _table(*index["targets"]),
            _table(*index["phrases"]),
            _table(*index["bits"]),
            index["words"].split(" "),
            index["distinctive"].split(" "),
            index["name_words"].split(" "),
        )
        return new

    def extended(self, paths: str | Path | Iterable[str | Path]) -> Lexicon:
        """Return this lexicon with the entries of more files; a repeated id replaces the entry."""
        more = Lexicon.load(paths)
        merged = {e.id: e for e in self.entries} | {e.id: e for e in more.entries}
        return Lexicon(merged.values(), f"{self.digest}+{more.digest}")

    def at(self, date: dt.date | str) -> Lexicon:
        """Return the entries valid on `date` (a `datetime.date` or ``"YYYY-MM-DD"``).

        >>> default = Lexicon.default()
        >>> len(default.at("2010-01-01").entries) < len(default.entries)
        True
        """
        if isinstance(date, dt.datetime):
            date = date.date()
        day = date.isoformat() if isinstance(date, dt.date) else str(date)
        if not is_day(day):
            raise LexiconError(
                f"date {day!r} is not of the form YYYY-MM-DD, for example 2024-02-14"
            )
        kept = (
            e
            for e in self.entries
            if (not e.valid_from or e.valid_from <= day) and (not e.valid_to or day <= e.valid_to)
        )
        return Lexicon(kept, f"{self.digest}@{day}")

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

    def view(self, tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
        """Return, for each token, the key it is looked up by and its flags."""
        keys: list[str] = []
        bits: list[int] = []
        known = self._bits
        for token in tokens:
            kind = token.kind
            flags = _KIND_FLAGS[kind]
            if kind == WORD:
                key = self._key(token)
                if token.caps:
                    flags |= CAPITALS | CAPITAL if token.caps == 2 else CAPITAL
                if key in _NUMBER_WORDS:
                    flags |= VALUE
            elif kind == NUMBER:
                key = token.raw if token.raw.isascii() and token.raw.isdigit() else token.norm
                if len(key) <= 2 and key.isdigit() and 0 < int(key) <= 30:
                    flags |= VALUE
            elif kind == HANDLE:
                key = "@" + " ".join(token.parts)
                if token.parts and self._handle(key):
                    flags |= NAMED
            else:
                key = token.norm
            if token.in_tag:
                flags |= IN_TAG
            keys.append(key)
            bits.append(flags | known.get(key, 0))
        return keys, bits

    def mentions(
        self, keys: Sequence[str], bits: Sequence[int], blocked: bool = False
    ) -> list[Mention]:
        """Return the mentions of contestants, in order, without overlaps (longest first).

        Parameters
        ----------
        keys, bits : sequences of str and int
            From `view`, or put together from several.
        blocked : bool
            Also return those that do not count.
        """
        return self.read(keys, bits, blocked).mentions

    def read(self, keys: Sequence[str], bits: Sequence[int], blocked: bool = False) -> Reading:
        """Return the mentions of contestants and the campaign phrases of a text.

        Names that need no context are found first; each then takes one place, whatever its
        length, so that nothing that is measured in words depends on which name it was.
        """
        spots = [i for i, flags in enumerate(bits) if flags & _ANYTHING]
        free, waiting, numbers = self._begin(keys, bits, spots)
        at = free
        origin: Sequence[int] = ()
        if free:
            keys, bits, origin, at = _placed(keys, bits, free)
            if origin:
                spots = [i for i, flags in enumerate(bits) if flags & PHRASE_START]
        phrases = self._phrases_of(keys, bits, spots)
        if not waiting and not numbers:
            return Reading(free, keys, bits, at, phrases, origin)
        if origin:
            waiting = [
                (bisect_left(origin, first), bisect_left(origin, last), form)
                for first, last, form in waiting
            ]
            numbers = [bisect_left(origin, i) for i in numbers]
        if numbers:
            numbers = _maybe_ballot(keys, bits, numbers, phrases)
            if not waiting and not numbers:
                return Reading(free, keys, bits, at, phrases, origin)
        context = list(bits)
        for phrase in phrases:
            vouched = self._vouches(phrase)
            if vouched:
                for j in range(phrase.first, phrase.last):
                    context[j] |= vouched
        judged: list[Mention] = []
        self._weigh(keys, context, waiting, numbers, {m.first for m in at}, judged)
        at = at + [m for m in judged if not m.blocked]
        at.sort(key=_first)
        at = [m for m, before in zip(at, [None, *at], strict=False) if _apart(before, m)]
        mentions = at + [m for m in judged if m.blocked] if blocked else at
        if origin:
            mentions = [m._replace(first=origin[m.first], last=origin[m.last]) for m in mentions]
        return Reading(sorted(mentions, key=_first), keys, bits, at, phrases, origin)

    def _begin(
        self, keys: Sequence[str], bits: Sequence[int], spots: Sequence[int]
    ) -> tuple[list[Mention], list[tuple[int, int, _Form]], list[int]]:
        """Return the mentions that need no context, the forms that do, and the numbers."""
        free: list[Mention] = []
        waiting: list[tuple[int, int, _Form]] = []
        numbers: list[int] = []
        done = 0
        n = len(keys)
        targets, forms = self._targets, self._forms
        for i in spots:
            flags = bits[i]
            if not flags & LOOK or i < done:
                continue
            if flags & NAMED:
                entries = self._handle(keys[i])
                free.append(Mention(i, i + 1, entries[0].kind, entries, handle=True))
                continue
            if flags & START:
                stop = i + 1
                ids: _Ids = None
                # Most often nothing goes on: words that may are common, words that do are not.
                if (
                    stop < n
                    and bits[stop] & INNER
                    and (f"{keys[i]} {keys[stop]}" in targets or keys[stop] == "/")
                ):
                    stop, ids = self._longest(targets, keys, bits, i)
                elif flags & SOLE:
                    ids = targets[keys[i]]
                if ids is not None:
                    form = forms.get(ids) or self._form(ids)
                    if flags & IS_TAG:  # the tag's words are inside it
                        while stop < n and bits[stop] & IN_TAG:
                            stop += 1
                    done = stop
                    if form.free is not None:  # needs nothing, nothing silences it
                        free.append(Mention(i, stop, form.kind, form.free))
                        continue
                    if form.needless:
                        mention = self._judge(keys, bits, i, stop, form.needless, set())
                        if not mention.blocked:
                            free.append(mention)
                            continue
                    if later := self._name_across(keys, bits, i, stop):
                        done = later
                        continue
                    waiting.append((i, stop, form))
                    continue
            if flags & VALUE:
                numbers.append(i)
        return free, waiting, numbers

    def _name_across(self, keys: Sequence[str], bits: Sequence[int], first: int, last: int) -> int:
        """Where a name that needs no context begins inside a form that does, and goes on after it.

        "yakin, Asep Surya Atmaja": the name is not cut up for a pair that may not even count. 0 if
        there is none.
        """
        for j in range(first + 1, last):
            if bits[j] & START:
                stop, ids = self._longest(self._targets, keys, bits, j)
                if ids is not None and stop > last and self._form(ids).free is not None:
                    return j
        return 0

    def _weigh(
        self,
        keys: Sequence[str],
        bits: Sequence[int],
        waiting: list[tuple[int, int, _Form]],
        numbers: list[int],
        named: set[int],
        out: list[Mention],
    ) -> None:
        """Judge what leans on its context: ballot numbers, then the forms that may lean on those."""
        # "AMIN 01": an abbreviation in capitals and a ballot number vouch for each other.
        maybe = {
            last
            for first, last, form in waiting
            if bits[first] & CAPITALS
            and any(e.case == "upper" and "number" in e.needs for e in form.entries)
        }
        counted: set[int] = set()
        for i in numbers:
            ballot = self._number(keys, bits, i, (named, maybe) if i in maybe else (named,))
            if ballot is not None:
                out.append(ballot)
                if not ballot.blocked:
                    counted.update(range(ballot.first, ballot.last))
        for first, last, form in waiting:
            mention = self._judge(keys, bits, first, last, form.entries, named, counted)
            if not mention.blocked:
                named.update(range(first, last))
            out.append(mention)

    def _phrases_of(
        self, keys: Sequence[str], bits: Sequence[int], spots: Sequence[int]
    ) -> list[Mention]:
        """Return the phrases of a text, in order, without overlaps (longest first)."""
        out: list[Mention] = []
        done = 0
        n = len(keys)
        table, forms = self._phrases, self._forms
        for i in spots:
            flags = bits[i]
            if not flags & PHRASE_START or i < done:
                continue
            stop = i + 1
            ids: _Ids
            if (
                stop < n
                and bits[stop] & PHRASE_INNER
                and (f"{keys[i]} {keys[stop]}" in table or keys[stop] == "/")
            ):
                stop, ids = self._longest(table, keys, bits, i)
                if ids is None:
                    continue
            elif flags & PHRASE_SOLE:
                ids = table[keys[i]]
            else:
                continue
            assert ids is not None
            form = forms.get(ids) or self._form(ids)
            entries = form.entries
            if form.guard and _may_silence(form.guard, keys, i, stop):
                entries = tuple([e for e in entries if not self._blocked_by(e, keys, i, stop)])
                if not entries:
                    continue
            out.append(Mention(i, stop, entries[0].kind, entries))
            done = stop
        return out

    @staticmethod
    def _vouches(phrase: Mention) -> int:
        """The context a phrase gives to what stands near it, as flags."""
        entry = phrase.entries[0]
        if entry.kind == "cue":
            return CUE_BITS.get(entry.name, 0)
        if entry.kind != "stance":
            return 0
        # Everyday words that are a stance only beside a contestant cannot vouch for one; the words
        # of voting and winning can.
        return STANCE if not entry.needs or entry.category == "ajakan" else 0

    def search(self, words: str) -> list[Entry]:
        """Return the entries whose id, name or forms hold `words` (any case)."""
        wanted = words.lower()
        return [
            e
            for e in self.entries
            if wanted in e.name.lower() or wanted in e.id or any(wanted in f for f in e.forms)
        ]

    # --- looking up

    def _key(self, token: Token) -> str:
        """The form of a word that the tables know: itself, without suffix, or mended."""
        word = token.norm
        if word in self._bits or word in self.words:
            return word
        if len(word) > 5 and word not in self.tokenizer.slang:
            for suffix in _SUFFIXES:
                if word.endswith(suffix):
                    stem = word[: -len(suffix)]
                    if stem in self._distinctive:
                        return stem
        if not word.isascii():
            return word
        if not word.isalpha() and len(word) > 3:
            for table in ("oieastbggas", "oleastbggas"):
                plain = word.translate(str.maketrans("013457896@$", table))
                if plain in self._distinctive:
                    return plain
        if len(word) >= 6 and word.isalpha() and word not in self.tokenizer.known:
            return self._mended(word) or word
        return word

    def _mended(self, word: str) -> str | None:
        """A distinctive name one slip of the finger away (insert, delete, replace, swap)."""
        if self._deletes is None:
            index: dict[str, list[str]] = {}
            for name in sorted(self._distinctive):
                if len(name) >= 7:
                    for shorter in {name[:i] + name[i + 1 :] for i in range(len(name))} | {name}:
                        index.setdefault(shorter, []).append(name)
            self._deletes = index
        shorts = {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}
        near = sorted({n for s in sorted(shorts) for n in self._deletes.get(s, ())})
        for name in near:
            if name[0] == word[0] and _one_apart(name, word):
                return name
        return None

    def _form(self, ids: int | str) -> _Form:
        """The entries of one form: a number, or several with spaces between."""
        form = self._forms.get(ids)
        if form is None:
            numbers = [ids] if isinstance(ids, int) else map(int, ids.split(" "))
            form = self._forms[ids] = _Form(tuple(self._entry(n) for n in numbers))
        return form

    def _longest(
        self, table: dict[str, _Ids], keys: Sequence[str], bits: Sequence[int], i: int
    ) -> tuple[int, _Ids]:
        """Return the end and the entries of the longest form that begins at a token."""
        key = keys[i]
        found = table.get(key)
        stop = j = i + 1
        n = len(keys)
        in_tag = bits[i] & IN_TAG
        while j < n and key in table:
            if bits[j] & IN_TAG != in_tag:
                break
            if keys[j] == "/":
                j += 1
                continue
            key = f"{key} {keys[j]}"
            j += 1
            if key not in table:
                break
            here = table[key]
            if here is not None:
                found, stop = here, j
        return stop, found

    def _judge(
        self,
        keys: Sequence[str],
        bits: Sequence[int],
        first: int,
        last: int,
        found: tuple[Entry, ...],
        named: set[int],
        numbers: set[int] | None = None,
    ) -> Mention:
        """Decide whether a form counts in its context, and for which of its entries."""
        passed: list[Entry] = []
        reason = ""
        for entry in found:
            why = self._refused(entry, keys, bits, first, last, named, numbers or set())
            if why:
                reason = reason or why
            else:
                passed.append(entry)
        if passed:
            kind = min((e.kind for e in passed), key=_rank)
            return Mention(first, last, kind, tuple(e for e in passed if e.kind == kind))
        return Mention(first, last, found[0].kind, found, blocked=reason)

    def _refused(
        self,
        entry: Entry,
        keys: Sequence[str],
        bits: Sequence[int],
        first: int,
        last: int,
        named: set[int],
        numbers: set[int],
    ) -> str:
        if entry.case == "upper":
            if any(b & IS_WORD and not b & CAPITALS for b in bits[first:last]):
                return "case"
        elif entry.case == "capital" and any(
            b & IS_WORD and not b & CAPITAL for b in bits[first:last]
        ):
            return "case"
        block = self._blocked_by(entry, keys, first, last)
        if block:
            return f"blocked by {block}"
        if not entry.needs:
            return ""
        left, right = max(0, first - REACH), min(len(keys), last + REACH)
        around = (*range(left, first), *range(last, right))
        heard = 0
        for flags in (*bits[left:first], *bits[last:right]):
            heard |= flags
        for need in entry.needs:
            if need == "title":
                if first and bits[first - 1] & TITLE:
                    return ""
            elif need == "name":
                if not named.isdisjoint(around):
                    return ""
            elif need == "number":
                if not numbers.isdisjoint(around):
                    return ""
            elif need == "party_word":
                if heard & PARTY_WORD:
                    return ""
            elif need == "stance":
                if heard & STANCE:
                    return ""
            elif (
                heard & (PARTY_WORD | STANCE | CAMPAIGN_WORD)
                or not named.isdisjoint(around)
                or not numbers.isdisjoint(around)
            ):
                return ""
        return "needs context"

    @staticmethod
    def _blocked_by(entry: Entry, keys: Sequence[str], first: int, last: int) -> str:
        """Return the phrase of the entry's `blocks` that silences it here, or ``""``."""
        if not entry.blocks:
            return ""
        near, exact, guard = _block_patterns(entry.blocks)
        if not _may_silence(guard, keys, first, last):
            return ""
        for before, after in exact:
            if (
                tuple(keys[max(0, first - len(before)) : first]) == before
                and tuple(keys[last : last + len(after)]) == after
            ):
                return " ".join((*before, "_", *after))
        if near:
            left = f" {' '.join(keys[max(0, first - REACH) : first])} "
            right = f" {' '.join(keys[last : last + REACH])} "
            for phrase in near:
                if phrase in left or phrase in right:
                    return phrase.strip()
        return ""

    def _handle(self, key: str) -> tuple[Entry, ...]:
        """The contestant whose name a handle holds, or none; `key` is "@" and its words."""
        known = self._handles.get(key)
        if known is None:
            known = self._read_handle(key[1:].split(" "))
            if len(self._handles) < 20_000:
                self._handles[key] = known
        return known

    def _read_handle(self, parts: Sequence[str]) -> tuple[Entry, ...]:
        parts = parts[:_HANDLE_PARTS]
        official = any(_PARTY_HANDLE.fullmatch(p) for p in parts)
        for i in range(len(parts)):
            for j in range(len(parts), i, -1):
                ids = self._targets.get(" ".join(parts[i:j]))
                if ids is None:
                    continue
                entries = [
                    e
                    for e in self._form(ids).entries
                    if e.kind in ("person", "party", "ticket")
                    and (not e.needs or (e.kind == "party" and official))
                ]
                if entries:
                    kind = min((e.kind for e in entries), key=_rank)
                    return tuple(e for e in entries if e.kind == kind)
        return ()

    def _number(
        self,
        keys: Sequence[str],
        bits: Sequence[int],
        i: int,
        named: tuple[set[int], ...],
    ) -> Mention | None:
        """Tell whether a number is a ballot number; None where nothing speaks for it at all.

        `named` holds the places of names, in sets that are not joined: that would take time for
        each number as long as the text.
        """
        key = keys[i]
        before = keys[i - 1] if i else ""
        slot = before in _SLOT
        worded = slot or bool(i and bits[i - 1] & NUMBER_WORD)
        zeroed = len(key) == 2 and key[0] == "0"
        called = bool(i and bits[i - 1] & STANCE)
        if not (worded or zeroed or called):
            return None
        value = int(key) if key.isdigit() else _NUMBER_WORDS[key]
        first = i
        while first and bits[first - 1] & NUMBER_WORD and i - first < 3:
            first -= 1
        n = len(keys)
        after = keys[i + 1] if i + 1 < n else ""

        def refused(reason: str) -> Mention:
            return Mention(first, i + 1, "number", (), blocked=reason, number=value)

        law = any(
            bits[j] & LAW_WORD and _cites(keys[j], keys[j + 1])
            for j in range(max(0, first - 3), first)
        )
        if law or after in ("tahun", "/") or before == "/":
            return refused("law citation")
        if after in _MONTHS or (i + 1 < n and bits[i + 1] & IS_NUMBER):
            return refused("unit")
        if i + 1 < n and bits[i + 1] & UNIT_WORD and (zeroed or after not in _BEFORE_NUMBERS):
            return refused("unit")
        # "dukung 3 program": what follows is counted, unless it only rounds the call off.
        bare = called and not worded and not zeroed and i + 1 < n
        if bare and bits[i + 1] & IS_WORD and after not in _ROUNDING:
            return refused("unit")
        if any(keys[j] in _RANK for j in range(max(0, first - 2), i)) or after in _RANK:
            return refused("unit")
        if not worded and i and bits[i - 1] & UNIT_WORD:
            return refused("unit")
        if slot:
            return Mention(first, i + 1, "number", (), number=value)
        left, right = max(0, i - _CAMPAIGN_REACH), min(n, i + _CAMPAIGN_REACH + 1)
        heard = 0
        for flags in (*bits[left:i], *bits[i + 1 : right]):
            heard |= flags
        around = range(left, right)
        if heard & (CAMPAIGN_WORD | PARTY_WORD | STANCE) or not all(
            places.isdisjoint(around) for places in named
        ):
            return Mention(first, i + 1, "number", (), number=value)
        return refused("needs context")


def _compile(
    entries: Sequence[Entry],
) -> tuple[dict[str, _Ids], dict[str, _Ids], dict[str, int], set[str], set[str], set[str]]:
    """Make the tables of all prefixes of all forms: targets, phrases, flags, and word sets."""
    slang = load_slang()
    targets: dict[str, list[int] | None] = {}
    phrases: dict[str, list[int] | None] = {}
    bits: dict[str, int] = {}
    distinctive: set[str] = set()
    words: set[str] = set()
    name_words: set[str] = set()
    bits["/"] = INNER | PHRASE_INNER  # a slash may stand between two names
    for number, entry in enumerate(entries):
        kind = entry.kind
        if kind == "cue":
            flag = CUE_BITS.get(entry.name, 0)
            single = [f for f in entry.forms if " " not in form_key(f, slang)]
            for form in single:
                key = form_key(form, slang)
                bits[key] = bits.get(key, 0) | flag
            if len(single) == len(entry.forms):
                continue
        in_phrases = kind in PHRASES or kind == "cue"
        table = phrases if in_phrases else targets
        start = PHRASE_START if in_phrases else START
        sole = PHRASE_SOLE if in_phrases else SOLE
        inner = PHRASE_INNER if in_phrases else INNER
        plain = kind in ("person", "party") and not entry.needs and entry.case != "upper"
        for form in entry.forms:
            if form[0] == "#":
                parts = [form.lower()]
            else:
                parts = form_key(form, slang).split(" ")
                if kind == "cue" and len(parts) == 1:
                    continue
                words.update(parts)
            keys = [" ".join(parts)]
            if kind == "ticket" and len(parts) == 2:
                keys.append(f"{parts[0]} dan {parts[1]}")
            head = parts[0]
            bits[head] = bits.get(head, 0) | (start if len(parts) > 1 else start | sole)
            for part in (*parts[1:], "dan") if len(keys) > 1 else parts[1:]:
                bits[part] = bits.get(part, 0) | inner
            if kind == "person" and len(parts) > 1:
                name_words.update(parts)
            for key in keys:
                space = key.find(" ")
                while space >= 0:
                    table.setdefault(key[:space], None)
                    space = key.find(" ", space + 1)
                have = table.get(key)
                if have is None:
                    table[key] = [number]
                elif have[-1] != number:
                    have.append(number)
            if len(parts) == 1 and plain and len(head) >= 5:
                distinctive.add(head)
    words = {w for w in words if len(w) > 1 and w.isalpha()}
    return _packed(targets), _packed(phrases), bits, words, distinctive, name_words


def _packed(table: dict[str, list[int] | None]) -> dict[str, _Ids]:
    return {
        key: None if ids is None else ids[0] if len(ids) == 1 else " ".join(map(str, ids))
        for key, ids in table.items()
    }


def _columns(table: Mapping[str, Any]) -> list[Any]:
    """Return the keys of a table as two texts, ASCII or not, and its values: quick to read."""
    keys = sorted(table, key=lambda key: (not key.isascii(), key))
    plain = sum(map(str.isascii, keys))
    return ["\n".join(keys[:plain]), "\n".join(keys[plain:]), [table[key] for key in keys]]


def _table(plain: str, others: str, values: list[Any]) -> dict[str, Any]:
    keys = (plain.split("\n") if plain else []) + (others.split("\n") if others else [])
    return dict(zip(keys, values, strict=True))


def _pack(entry: Entry) -> str:
    cells = ("|".join(c) if isinstance(c, tuple) else c for c in entry)
    return "\t".join(" ".join(cell.split()) for cell in cells)


def _unpack(line: bytes) -> Entry:
    cells = line.decode("utf-8").split("\t")
    return Entry(*(_cells(c) if i in _LISTS else c for i, c in enumerate(cells)))  # type: ignore[arg-type]


@lru_cache(maxsize=8192)
def _block_patterns(
    blocks: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...], frozenset[str]]:
    """The phrases of `blocks`: those that silence anywhere near, and those in an exact place.

    The last part holds a word of each: where none of them is near, nothing is silenced.
    """
    slang = load_slang()
    near, exact, guard = [], [], set()
    for block in blocks:
        words = form_key(block, slang).split(" ")
        if "_" in words:
            at = words.index("_")
            exact.append((tuple(words[:at]), tuple(words[at + 1 :])))
            guard.add(words[at - 1] if at else words[at + 1])
        else:
            near.append(f" {' '.join(words)} ")
            guard.add(words[0])
    return tuple(near), tuple(exact), frozenset(guard)


def form_key(form: str, slang: dict[str, str]) -> str:
    """Return a form as the tokenizer would give its words, one space between them."""
    if form.isascii():
        words = form.lower().replace("'", "").replace("-", " ").replace("&", " ").split()
        if all(w.isalnum() or w == "_" for w in words):
            return " ".join(slang.get(w, w) for w in words)
    words = []
    for token in _plain_tokenizer().tokens(form):
        if token.kind == MARK:
            continue
        words.append(token.raw if token.kind == NUMBER and token.raw.isdigit() else token.norm)
    if "_" in form.split():
        at = form.split().index("_")
        words.insert(at, "_")
    return " ".join(words)


@lru_cache(maxsize=1)
def _plain_tokenizer() -> Tokenizer:
    return Tokenizer()


@lru_cache(maxsize=1)
def _default() -> Lexicon:
    folder = asset_path("data", "lexicon")
    files = sorted(folder.glob("*.csv"))
    index = _fresh_index(folder, fingerprint(files))
    if index is not None:
        try:
            return Lexicon._from_index(index, folder)
        except ValueError:  # a form an index cannot hold, such as one of two lines
            pass
    return Lexicon.load(folder)


def _cites(word: str, after: str) -> bool:
    """Whether a word of law cites one: not "surat suara" (a ballot), not "tahun ini"."""
    if word == "tahun":
        return len(after) == 4 and after.isdigit()
    return not (word == "surat" and after == "suara")


def _fresh_index(folder: Path, digest: str) -> dict[str, Any] | None:
    """Return the index of a folder, if it is whole and speaks of the files beside it.

    An edited file or a damaged index is no error: then the files speak, only slower.
    """
    try:
        text = (folder / "index.json").read_bytes()
        own, _, rest = text.partition(b"\n")
        if own != f'{_OWN_DIGEST}{hashlib.sha256(rest).hexdigest()}",'.encode():
            return None
        index = json.loads(text)
        fresh = (index["format"], index["sha256"]) == (_layout(), digest)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return index if fresh else None


def _lazy_entries(folder: Path, digest: str) -> list[Entry | bytes]:
    """Return the entries of an index, or of the files where the index is damaged."""
    try:
        raw = (folder / "index.tsv").read_bytes()
    except OSError:
        raw = b""
    if hashlib.sha256(raw).hexdigest() == digest:
        return list(raw.split(b"\n")[:-1])
    return list(_read(sorted(folder.glob("*.csv"))))


def _layout() -> str:
    """What an index depends on beside the lexicon's files: flags, kinds, and the slang list."""
    slang = hashlib.sha256(read_bytes(asset_path("data", "text", "slang.csv"))).hexdigest()
    return f"10 {sorted(CUE_BITS.items())} {PHRASES} {START} {slang}"


def _one_apart(a: str, b: str) -> bool:
    """Whether two different words are one edit apart (replace, insert, delete, swap)."""
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differ) == 1:
            return True
        return (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and a[differ[0]] == b[differ[1]]
            and a[differ[1]] == b[differ[0]]
        )
    if abs(len(a) - len(b)) != 1:
        return False
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def lexicon_files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Return the CSV files meant by files and folders, each once.

    Raises
    ------
    LexiconError
        If one of them is not there, or there is none.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for item in map(Path, given):
        files.extend(sorted(item.glob("*.csv")) if item.is_dir() else [item])
    gone = [str(f) for f in files if not f.is_file()]
    if gone:
        raise LexiconError(f"no lexicon file {', '.join(gone)}")
    if not files:
        raise LexiconError(f"no .csv file in {', '.join(map(str, given))}")
    return list(dict.fromkeys(files))


def _read(files: Sequence[Path]) -> list[Entry]:
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for path in files:
        for line, row in enumerate(read_table(path, COLUMNS), start=2):
            where = f"{path}, line {line}"
            kind = row["kind"]
            if kind not in KINDS:
                raise LexiconError(f"{where}: kind {kind!r} is none of {', '.join(KINDS)}")
            if not row["id"]:
                raise LexiconError(f"{where}: the id is missing")
            if row["id"] in seen:
                raise LexiconError(
                    f"{where}: id {row['id']!r} is used already in {seen[row['id']]}"
                )
            seen[row["id"]] = where
            needs = _cells(row["needs"])
            for need in needs:
                if need not in NEEDS:
                    raise LexiconError(f"{where}: needs {need!r} is none of {', '.join(NEEDS)}")
            case = row["case"] or "any"
            if case not in CASES:
                raise LexiconError(f"{where}: case {case!r} is none of {', '.join(CASES)}")
            if row["direction"] not in DIRECTIONS:
                raise LexiconError(
                    f"{where}: direction {row['direction']!r} is none of for, against, none"
                )
            if row["category"] not in ENTRY_CATEGORIES:
                raise LexiconError(
                    f"{where}: category {row['category']!r} is none of "
                    f"{', '.join(PARTISAN_CATEGORIES)}"
                )
            if kind == "cue" and row["name"] not in CUE_CLASSES:
                raise LexiconError(
                    f"{where}: cue class {row['name']!r} (column name) is none of "
                    f"{', '.join(CUE_CLASSES)}"
                )
            first, last = row["valid_from"], row["valid_to"]
            for column, day in (("valid_from", first), ("valid_to", last)):
                if day and not is_day(day):
                    raise LexiconError(
                        f"{where}: {column} {day!r} is no day of the form YYYY-MM-DD, "
                        "for example 2024-02-14"
                    )
            if first and last and last < first:
                raise LexiconError(f"{where}: valid_to {last} is before valid_from {first}")
            forms = _cells(row["forms"])
            if not forms:
                raise LexiconError(f"{where}: entry {row['id']!r} has no form")
            long = next((f for f in forms if len(f) > _MAX_LETTERS), None)
            if long is not None:
                raise LexiconError(
                    f"{where}: the form {long[:40] + '…'!r} has {len(long)} letters, more than "
                    f"{_MAX_LETTERS}; forms are parted by |"
                )
            entries.append(
                Entry(
                    row["id"],
                    kind,
                    row["name"],
                    forms,
                    _cells(row["refers"]),
                    _cells(row["election"]),
                    row["number"],
                    row["region"],
                    row["valid_from"],
                    row["valid_to"],
                    needs,
                    _cells(row["blocks"]),
                    case,
                    row["direction"],
                    row["category"],
                    row["source"],
                    row["note"],
                )
            )
    return entries


def is_day(text: str) -> bool:
    """Tell whether a cell is a day of the calendar, ``YYYY-MM-DD``.

    >>> is_day("2024-02-29"), is_day("2023-02-29"), is_day("14/2/2024")
    (True, False, False)
    """
    if not (text.isascii() and _DATE.fullmatch(text)):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _cells(text: str) -> tuple[str, ...]:
    return tuple(p for part in text.split("|") if (p := part.strip())) if text else ()
