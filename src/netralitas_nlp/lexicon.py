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
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .assets import asset_path, fingerprint, read_table
from .result import LexiconError
from .text import HANDLE, HASHTAG, MARK, NUMBER, WORD, Token, Tokenizer, load_slang

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
PHRASES = ("stance", "neutral")
KINDS = (*TARGETS, *PHRASES, "cue")
NEEDS = ("party_word", "stance", "number", "name", "title", "campaign")
CASES = ("any", "capital", "upper")
DIRECTIONS = ("", "for", "against", "none")

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
)
_BIT = {name: 1 << position for position, name in enumerate(CUE_CLASSES)}
PARTY_WORD, TITLE, NUMBER_WORD, CAMPAIGN_WORD = (
    _BIT[c] for c in ("party_word", "title", "number_word", "campaign_word")
)
REPORTING, NEGATION, LAW_WORD, UNIT_WORD, RULE_TALK = (
    _BIT[c] for c in ("reporting", "negation", "law_word", "unit_word", "rule_talk")
)
STANCE = 1 << len(CUE_CLASSES)  # the word alone is a stance form
VALUE = STANCE << 1  # the word may be a ballot number
START = VALUE << 1  # a form of a target begins with the word
PHRASE_START = START << 1  # a form of a phrase begins with the word
NAMED = PHRASE_START << 1  # a handle that holds a contestant's name
_LOOK = START | VALUE | NAMED

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
_SLOT = frozenset("paslon urut capres cawapres cagub cawagub cabup cawabup cawali kubu caleg".split())
_RANK = frozenset(
    "juara peringkat ranking rangking urutan antrian antrean kamar kursi meja punggung rekening rumah "
    "telepon telpon hp wa whatsapp surat resi pesanan polisi induk sepatu ukuran size bab jilid "
    "episode eps soal halaman pasal ayat lantai gate blok jalur platform part babak liga grup".split()
)
_SUFFIXES = ("nya", "lah", "kah", "pun", "ku", "mu", "in", "kan", "ers")
_PARTY_HANDLE = re.compile(r"(?:dpp|dpd|dpc|dpw|partai|fraksi|fpks|id|official|ri)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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


class _Form:
    """The entries of one form, sorted out beforehand."""

    __slots__ = ("entries", "free", "kind", "needless")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
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
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.digest = digest
        self._targets: dict[str, _Form | None] = {}
        self._phrases: dict[str, _Form | None] = {}
        self._bits: dict[str, int] = {}
        self._blocks: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {}
        self._compile()
        self.tokenizer = Tokenizer(names=self.words)

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
        given = [paths] if isinstance(paths, str | Path) else list(paths)
        files: list[Path] = []
        for item in map(Path, given):
            files.extend(sorted(item.glob("*.csv")) if item.is_dir() else [item])
        if not files:
            raise LexiconError(f"no .csv file in {', '.join(map(str, given))}")
        return cls(_read(files), fingerprint(files))

    @classmethod
    def default(cls) -> Lexicon:
        """Return the packaged lexicon (read once)."""
        return _default()

    def extended(self, paths: str | Path | Iterable[str | Path]) -> Lexicon:
        """Return this lexicon with the entries of more files; a repeated id replaces the entry."""
        more = Lexicon.load(paths)
        merged = {e.id: e for e in self.entries} | {e.id: e for e in more.entries}
        return Lexicon(merged.values(), f"{self.digest}+{more.digest}")

    def at(self, date: dt.date | str) -> Lexicon:
        """Return the entries valid on `date` (a `datetime.date` or ``"YYYY-MM-DD"``).

        >>> "slogan" in {e.kind for e in Lexicon.default().at("2010-01-01").entries}
        False
        """
        day = date.isoformat() if isinstance(date, dt.date) else str(date)
        if not _DATE.fullmatch(day):
            raise LexiconError(f"date {day!r} is not of the form YYYY-MM-DD, for example 2024-02-14")
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
        found = self.mentions(tokens, *self.view(tokens), blocked=blocked)
        return [(m, text[tokens[m.first].start : tokens[m.last - 1].end]) for m in found]

    def view(self, tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
        """Return, for each token, the key it is looked up by and its cue bits."""
        keys: list[str] = []
        bits: list[int] = []
        for token in tokens:
            kind = token.kind
            if kind == WORD:
                key = self._key(token)
                flags = self._bits.get(key, 0)
                if key in _NUMBER_WORDS:
                    flags |= VALUE
            elif kind == NUMBER:
                key = token.raw if token.raw.isascii() and token.raw.isdigit() else token.norm
                flags = self._bits.get(key, 0)
                if len(key) <= 2 and key.isdigit() and 0 < int(key) <= 30:
                    flags |= VALUE
            elif kind == HANDLE:
                key = " ".join(token.parts)
                flags = NAMED if token.parts and self._handle(token) else 0
            else:
                key = token.norm
                flags = self._bits.get(key, 0)
            keys.append(key)
            bits.append(flags)
        return keys, bits

    def mentions(
        self,
        tokens: Sequence[Token],
        keys: Sequence[str],
        bits: Sequence[int],
        blocked: bool = False,
    ) -> list[Mention]:
        """Return the mentions of contestants, in order, without overlaps (longest first)."""
        out: list[Mention] = []
        n = len(tokens)
        named: set[int] = set()
        waiting: list[tuple[int, int, _Form]] = []
        numbers: list[int] = []
        done = 0
        for i, flags in enumerate(bits):
            if i < done or not flags & _LOOK:
                continue
            if flags & NAMED:
                entries = self._handle(tokens[i])
                out.append(Mention(i, i + 1, entries[0].kind, entries, handle=True))
                named.add(i)
                continue
            if flags & START:
                stop, form = self._longest(self._targets, tokens, keys, i)
                if form is not None:
                    if tokens[i].kind == HASHTAG:  # the tag's words are inside it
                        while stop < n and tokens[stop].in_tag and tokens[stop].start < tokens[i].end:
                            stop += 1
                    done = stop
                    if form.free is not None:  # needs nothing, nothing silences it
                        out.append(Mention(i, stop, form.kind, form.free))
                        named.add(i)
                    else:
                        waiting.append((i, stop, form))
                    continue
            if flags & VALUE:
                numbers.append(i)
        if waiting or numbers:
            self._weigh(tokens, keys, bits, waiting, numbers, named, out)
            if not blocked:
                out = [m for m in out if not m.blocked]
            out.sort(key=_first)
        return out

    def _weigh(
        self,
        tokens: Sequence[Token],
        keys: Sequence[str],
        bits: Sequence[int],
        waiting: list[tuple[int, int, _Form]],
        numbers: list[int],
        named: set[int],
        out: list[Mention],
    ) -> None:
        """Judge what depends on its context: first what needs nothing, then what may lean on it."""
        leaning: list[tuple[int, int, _Form]] = []
        for first, last, form in waiting:
            if form.needless:
                mention = self._judge(tokens, keys, bits, first, last, form.needless, named)
                if not mention.blocked:
                    out.append(mention)
                    named.add(first)
                    continue
            leaning.append((first, last, form))
        # "AMIN 01": an abbreviation in capitals and a ballot number vouch for each other.
        maybe = {
            last
            for first, last, form in leaning
            if tokens[first].caps == 2
            and any(e.case == "upper" and "number" in e.needs for e in form.entries)
        }
        counted: set[int] = set()
        for i in numbers:
            ballot = self._number(tokens, keys, bits, i, named | maybe if i in maybe else named)
            if ballot is not None:
                out.append(ballot)
                if not ballot.blocked:
                    counted.add(ballot.first)
        for first, last, form in leaning:
            mention = self._judge(tokens, keys, bits, first, last, form.entries, named, counted)
            if not mention.blocked:
                named.add(first)
            out.append(mention)

    def phrases(self, tokens: Sequence[Token], keys: Sequence[str]) -> list[Mention]:
        """Return the stance and neutral-vocabulary phrases, in order, without overlaps."""
        out: list[Mention] = []
        i, n = 0, len(tokens)
        while i < n:
            form = None
            if self._bits.get(keys[i], 0) & PHRASE_START:
                stop, form = self._longest(self._phrases, tokens, keys, i)
            if form is None:
                i += 1
                continue
            entries = tuple(e for e in form.entries if not self._blocked_by(e, keys, i, stop))
            if entries:
                out.append(Mention(i, stop, entries[0].kind, entries))
            i = stop
        return out

    def by_id(self, entry_id: str) -> Entry | None:
        """Return the entry of that id, or None."""
        return self._ids.get(entry_id)

    def search(self, words: str) -> list[Entry]:
        """Return the entries whose id, name or forms hold `words` (any case)."""
        wanted = words.lower()
        return [
            e
            for e in self.entries
            if wanted in e.name.lower() or wanted in e.id or any(wanted in f for f in e.forms)
        ]

    # --- compiling

    def _compile(self) -> None:
        slang = load_slang()
        targets: dict[str, list[Entry] | None] = {}
        phrases: dict[str, list[Entry] | None] = {}
        bits = self._bits
        distinctive: set[str] = set()
        words: set[str] = set()
        for entry in self.entries:
            kind = entry.kind
            if kind == "cue":
                flag = _BIT.get(entry.name, 0)
                for form in entry.forms:
                    key = form_key(form, slang)
                    if " " not in key:
                        bits[key] = bits.get(key, 0) | flag
                continue
            table, start = (phrases, PHRASE_START) if kind in PHRASES else (targets, START)
            plain = kind in ("person", "party") and not entry.needs and entry.case != "upper"
            for form in entry.forms:
                if form[0] == "#":
                    keys = [form.lower()]
                    parts = keys
                else:
                    key = form_key(form, slang)
                    keys = [key]
                    parts = key.split(" ")
                    if kind == "ticket" and len(parts) == 2:
                        keys.append(f"{parts[0]} dan {parts[1]}")
                    words.update(parts)
                head = parts[0]
                bits[head] = bits.get(head, 0) | start
                for one in keys:
                    if len(parts) > 1:
                        space = one.find(" ")
                        while space >= 0:
                            table.setdefault(one[:space], None)
                            space = one.find(" ", space + 1)
                    have = table.get(one)
                    if have is None:
                        table[one] = [entry]
                    elif entry not in have:
                        have.append(entry)
                if len(parts) == 1:
                    if kind == "stance":
                        bits[head] |= STANCE
                    elif plain and len(head) >= 6:
                        distinctive.add(head)
            if entry.blocks:
                near = tuple(form_key(b, slang) for b in entry.blocks if "_" not in b)
                exact = tuple(tuple(form_key(b, slang).split(" ")) for b in entry.blocks if "_" in b)
                self._blocks[entry.id] = (near, exact)
        self._targets = _forms(targets)
        self._phrases = _forms(phrases)
        self.words: frozenset[str] = frozenset(w for w in words if len(w) > 1 and w.isalpha())
        self._ids = {e.id: e for e in self.entries}
        self._distinctive = frozenset(distinctive)
        self._deletes: dict[str, list[str]] | None = None
        self._handles: dict[tuple[str, ...], tuple[Entry, ...]] = {}

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
                    if len(stem) >= 4 and stem in self._distinctive:
                        return stem
        if not word.isascii():
            return word
        if not word.isalpha() and len(word) > 3:
            for table in ("oieastbggas", "oleastbggas"):
                plain = word.translate(str.maketrans("013457896@$", table))
                if plain in self._distinctive:
                    return plain
        if len(word) >= 7 and word.isalpha() and word not in self.tokenizer.known:
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

    @staticmethod
    def _longest(
        table: dict[str, _Form | None], tokens: Sequence[Token], keys: Sequence[str], i: int
    ) -> tuple[int, _Form | None]:
        key = keys[i]
        found = table.get(key)
        stop = i + 1
        j = i + 1
        n = len(keys)
        in_tag = tokens[i].in_tag
        while j < n and key in table:
            token = tokens[j]
            if token.in_tag != in_tag:
                break
            if token.kind == MARK and token.norm == "/":
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
        tokens: Sequence[Token],
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
            why = self._refused(entry, tokens, keys, bits, first, last, named, numbers or set())
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
        tokens: Sequence[Token],
        keys: Sequence[str],
        bits: Sequence[int],
        first: int,
        last: int,
        named: set[int],
        numbers: set[int],
    ) -> str:
        if entry.case == "upper":
            if any(t.kind == WORD and t.caps != 2 for t in tokens[first:last]):
                return "case"
        elif entry.case == "capital" and any(
            t.kind == WORD and not t.caps for t in tokens[first:last]
        ):
            return "case"
        block = self._blocked_by(entry, keys, first, last)
        if block:
            return f"blocked by {block}"
        if not entry.needs:
            return ""
        left, right = max(0, first - REACH), min(len(tokens), last + REACH)
        around = [*range(left, first), *range(last, right)]
        for need in entry.needs:
            if need == "title":
                if first and bits[first - 1] & TITLE:
                    return ""
            elif need == "name":
                if any(j in named for j in around):
                    return ""
            elif need == "number":
                if any(j in numbers for j in around):
                    return ""
            elif need == "party_word":
                if any(bits[j] & PARTY_WORD for j in around):
                    return ""
            elif need == "stance":
                if any(bits[j] & STANCE for j in around):
                    return ""
            elif any(
                bits[j] & (PARTY_WORD | STANCE | CAMPAIGN_WORD) or j in named or j in numbers
                for j in around
            ):
                return ""
        return "needs context"

    def _blocked_by(self, entry: Entry, keys: Sequence[str], first: int, last: int) -> str:
        blocks = self._blocks.get(entry.id)
        if blocks is None:
            return ""
        near, exact = blocks
        for pattern in exact:
            at = pattern.index("_")
            before, after = pattern[:at], pattern[at + 1 :]
            if (
                tuple(keys[max(0, first - len(before)) : first]) == before
                and tuple(keys[last : last + len(after)]) == after
            ):
                return " ".join(pattern)
        if near:
            left = " ".join(keys[max(0, first - REACH) : first])
            right = " ".join(keys[last : last + REACH])
            for phrase in near:
                if f" {phrase} " in f" {left} " or f" {phrase} " in f" {right} ":
                    return phrase
        return ""

    def _handle(self, token: Token) -> tuple[Entry, ...]:
        """The contestant whose name a handle holds, or none."""
        parts = token.parts
        known = self._handles.get(parts)
        if known is None:
            known = self._read_handle(parts)
            if len(self._handles) < 20_000:
                self._handles[parts] = known
        return known

    def _read_handle(self, parts: tuple[str, ...]) -> tuple[Entry, ...]:
        official = any(_PARTY_HANDLE.fullmatch(p) for p in parts)
        for i in range(len(parts)):
            for j in range(len(parts), i, -1):
                form = self._targets.get(" ".join(parts[i:j]))
                if form is None:
                    continue
                entries = [
                    e
                    for e in form.entries
                    if e.kind in ("person", "party", "ticket")
                    and (not e.needs or (e.kind == "party" and official))
                ]
                if entries:
                    kind = min((e.kind for e in entries), key=_rank)
                    return tuple(e for e in entries if e.kind == kind)
        return ()

    def _number(
        self,
        tokens: Sequence[Token],
        keys: Sequence[str],
        bits: Sequence[int],
        i: int,
        named: set[int],
    ) -> Mention | None:
        """Tell whether a number is a ballot number; None where nothing speaks for it at all."""
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

        near = range(max(0, first - 3), first)
        if any(bits[j] & LAW_WORD for j in near) or after in ("tahun", "/") or before == "/":
            return refused("law citation")
        if after in _MONTHS or (i + 1 < n and tokens[i + 1].kind == NUMBER):
            return refused("unit")
        if i + 1 < n and bits[i + 1] & UNIT_WORD and not slot:
            return refused("unit")
        if any(keys[j] in _RANK for j in range(max(0, first - 2), i)) or after in _RANK:
            return refused("unit")
        if not worded and i and bits[i - 1] & UNIT_WORD:
            return refused("unit")
        if slot:
            return Mention(first, i + 1, "number", (), number=value)
        around = range(max(0, i - _CAMPAIGN_REACH), min(n, i + _CAMPAIGN_REACH + 1))
        cues = CAMPAIGN_WORD | PARTY_WORD | STANCE
        if any(j in named or (j != i and bits[j] & cues) for j in around):
            return Mention(first, i + 1, "number", (), number=value)
        return refused("needs context")


def _forms(table: dict[str, list[Entry] | None]) -> dict[str, _Form | None]:
    return {k: None if v is None else _Form(tuple(v)) for k, v in table.items()}


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
    return Lexicon.load(asset_path("data", "lexicon"))


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


def _read(files: Sequence[Path]) -> list[Entry]:
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for path in files:
        for line, row in enumerate(read_table(path, COLUMNS), start=2):
            where = f"{path}, line {line}"
            kind = row["kind"]
            if kind not in KINDS:
                raise LexiconError(f"{where}: kind {kind!r} is none of {', '.join(KINDS)}")
            if row["id"] in seen:
                raise LexiconError(f"{where}: id {row['id']!r} is used already in {seen[row['id']]}")
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
            forms = _cells(row["forms"])
            if not forms:
                raise LexiconError(f"{where}: entry {row['id']!r} has no form")
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


def _cells(text: str) -> tuple[str, ...]:
    return tuple(p for part in text.split("|") if (p := part.strip())) if text else ()
